"""A plan as JSON, under Terraform's names where it has them, so that policies and widgets run unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import DEFAULT_LAYERS
from idpctl.model import ENDPOINTS, ReplaceOrder
from idpctl.plan import Action, Reason, Summary
from idpctl.planfile.drift import drift_of
from idpctl.text import hide_userinfo
from idpctl.value import names, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.asked import Options
    from idpctl.errors import IdpctlError, Problem, Source
    from idpctl.model import Desired, Json, Mark, Record, Target
    from idpctl.plan import Change, Gate, Plan

FORMAT_VERSION = "1.0"
RESOURCE_TYPE = "identity_provider"

_ACTIONS = {
    Action.NO_OP: ("no-op",),
    Action.CREATE: ("create",),
    Action.UPDATE: ("update",),
    Action.DELETE: ("delete",),
    Action.ADOPT: ("no-op",),
    Action.MOVE: ("no-op",),
}
# Only words of Terraform's own vocabulary: readers take unknown ones for "unspecified".
_REASONS = {
    Reason.IMMUTABLE: "replace_because_cannot_update",
    Reason.UNDECLARED: "delete_because_no_resource_config",
}


def address_of(key: str) -> str:
    """Return the address of the provider `key` as Terraform would write it."""
    return f"{RESOURCE_TYPE}.{key}"


def encode(plan: Plan) -> dict[str, Json]:
    """Return the JSON of `plan` without its digest, in the order in which it is written.

    Providers that are as wanted are named in `unchanged` and are no entries of
    `resource_changes`: a registry of ten thousand would drown the few that matter.
    """
    provider = f"idpctl/{plan.target.driver}"
    # Once, with the digest of each record: every part below is made from it.
    plan = replace(plan, changes=tuple(change.public() for change in plan.changes))
    return {
        "format_version": FORMAT_VERSION,
        "timestamp": plan.created,
        "applyable": plan.applyable,
        "complete": plan.complete,
        "errored": plan.errored,
        "fingerprint": plan.fingerprint,
        "target": target_as_dict(plan.target),
        "summary": _summary(plan),
        "options": _options(plan.options),
        "inputs": _inputs(plan),
        "registry": _registry(plan),
        "resource_changes": [_resource_change(change, provider) for change in plan.changes],
        "resource_drift": [*_resource_drift(plan, provider)],
        "unchanged": list(plan.unchanged),
        "unmanaged": [hide_userinfo(name) for name in plan.unmanaged],
        "foreign": [{"name": hide_userinfo(name), "owner": owner} for name, owner in plan.foreign],
        "gates": [_gate(gate) for gate in plan.gates],
        "checks": [problem_as_dict(problem) for problem in plan.problems],
    }


def problem_as_dict(problem: Problem) -> dict[str, Json]:
    """Return one finding as JSON; texts are raw, whoever shows them escapes them."""
    return {
        "rule": problem.rule,
        "severity": str(problem.severity),
        "message": problem.message,
        "hint": problem.hint,
        "source": source_as_dict(problem.source),
        "address": problem.address,
        "path": problem.path,
        "suppressed": problem.suppressed,
    }


def error_as_dict(error: IdpctlError) -> dict[str, Json]:
    """Return what ended a run as JSON, with the findings behind it; texts are raw."""
    return {
        "message": error.message,
        "hint": error.hint,
        "where": error.where,
        "rule": error.rule,
        "checks": [problem_as_dict(problem) for problem in error.problems],
    }


def target_as_dict(target: Target) -> dict[str, Json]:
    """Return which registry is meant."""
    return {
        "owner": target.owner,
        "driver": target.driver,
        "location": target.location,
        "organization": target.organization,
    }


def _summary(plan: Plan) -> dict[str, Json]:
    summary = plan.summary()
    return {name: getattr(summary, name) for name in names(Summary)}


def _options(options: Options) -> dict[str, Json]:
    return {
        "allow_replace": sorted(options.allow_replace),
        "allow_destroy": sorted(options.allow_destroy),
        "allow_trust_change": sorted(options.allow_trust_change),
        "allow_gap": sorted(options.allow_gap),
        "max_deletes": options.max_deletes,
        "max_delete_percent": options.max_delete_percent,
        "only": list(options.only),
        "adopt": sorted(options.adopt),
        "destroy": options.destroy,
        "discovery": str(options.discovery),
        "strict": options.strict,
    }


def _inputs(plan: Plan) -> dict[str, Json]:
    inputs = plan.inputs
    values: dict[str, Json] = {
        "config_sha256": inputs.config_sha256,
        "lock_sha256": inputs.lock_sha256,
        "files": dict(inputs.files),
        "declared": plan.declared,
    }
    if inputs.layers != DEFAULT_LAYERS:
        values["layers"] = list(inputs.layers)
    if inputs.lock_file is not None:
        values["lock_file"] = inputs.lock_file
    return values


def _registry(plan: Plan) -> dict[str, Json]:
    capabilities = plan.capabilities
    able = {
        "immutable": sorted(capabilities.immutable),
        "unique": sorted(capabilities.unique),
        "transactional": capabilities.transactional,
        "coexist": capabilities.coexist,
        "usage": capabilities.usage,
    }
    return {"count": plan.records, "owned": plan.owned, "capabilities": able}


def _gate(gate: Gate) -> dict[str, Json]:
    return {
        "kind": str(gate.kind),
        "address": gate.address,
        "flag": gate.flag,
        "message": gate.message,
        "allowed": gate.allowed,
    }


def _resource(change: Change, provider: str) -> dict[str, Json]:
    return {
        "address": address_of(change.address),
        "mode": "managed",
        "type": RESOURCE_TYPE,
        "name": change.address,
        "provider_name": provider,
    }


def _resource_change(change: Change, provider: str) -> dict[str, Json]:
    entry = _resource(change, provider)
    if change.previous_address is not None:
        entry["previous_address"] = address_of(change.previous_address)
    if change.reason is Reason.DEPOSED and change.before is not None:
        entry["deposed"] = change.before.ref
    if change.reason in _REASONS:
        entry["action_reason"] = _REASONS[change.reason]
    entry["change"] = _change(change)
    entry["idpctl"] = _ours(change)
    return entry


def _resource_drift(plan: Plan, provider: str) -> Iterator[dict[str, Json]]:
    for change in plan.changes:
        entry = drift_of(change)
        if entry is not None:
            yield {**_resource(change, provider), **entry}


def _change(change: Change) -> dict[str, Json]:
    before, desired = change.before, change.desired
    values: dict[str, Json] = {
        "actions": actions_of(change),
        "before": None if before is None else before.idp.as_dict(),
        "after": None if desired is None else desired.idp.as_dict(),
        "after_unknown": {},
        "before_sensitive": {},
        "after_sensitive": {},
    }
    if change.action is Action.REPLACE:
        values["replace_paths"] = [[field.path] for field in change.fields if field.immutable]
    if change.action is Action.ADOPT and before is not None:
        values["importing"] = {"id": before.ref}
    return values


def actions_of(change: Change) -> list[str]:
    """Return Terraform's actions; the two of a replacement in the order in which they happen."""
    if change.action is Action.REPLACE:
        first = change.order is not ReplaceOrder.DELETE_FIRST
        return ["create", "delete"] if first else ["delete", "create"]
    return list(_ACTIONS[change.action])


def _ours(change: Change) -> dict[str, Json]:
    before = change.before
    return {
        "action": str(change.action),
        "reason": str(change.reason),
        "registry_ref": None if before is None else before.ref,
        "before_sha256": None if before is None else before.digest(),
        "record": None if before is None else _record(before),
        "desired": None if change.desired is None else _desired(change.desired),
        "source": source_as_dict(change.source),
        "fields": [field.as_dict() for field in change.fields],
        "steps": [{"verb": str(step.verb), "name": step.name, "ref": step.ref} for step in change.steps],
        "impact": {
            "order": None if change.order is None else str(change.order),
            "gap": change.gap,
            "linked": change.linked,
            "protected": change.protected,
            "used_by": list(change.usage),
        },
    }


def _record(record: Record) -> dict[str, Json]:
    return {
        "revision": record.revision,
        "usage": None if record.usage is None else list(record.usage),
        "mark": None if record.mark is None else _mark(record.mark),
    }


def _mark(mark: Mark) -> dict[str, Json]:
    return {
        "owner": mark.owner,
        "key": mark.key,
        "name": mark.name,
        "applied": dict(mark.applied),
        "op": mark.op,
        "replaces": mark.replaces,
        "protect": mark.protect,
    }


def _desired(desired: Desired) -> dict[str, Json]:
    lifecycle = desired.declared.lifecycle
    return {
        "origins": {path: str(desired.provenance.of(path)) for path in ENDPOINTS},
        "properties": sorted(desired.declared.properties),
        "lifecycle": {
            "protect": lifecycle.protect,
            "ignore_changes": sorted(lifecycle.ignore_changes),
            "replace": str(lifecycle.replace),
        },
    }


def source_as_dict(source: Source | None) -> dict[str, Json] | None:
    """Return a place in a file as JSON, None for none."""
    return None if source is None else {"file": source.file, "line": source.line, "column": source.column}
