"""From the JSON of a saved plan back to the plan; the JSON was accepted by its schema before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.asked import DEFAULT_LAYERS, Discovery, Inputs, Options
from idpctl.errors import Problem, Severity, Source
from idpctl.model import (
    ENDPOINTS,
    FIELDS,
    Capabilities,
    Declared,
    Desired,
    IdentityProvider,
    Lifecycle,
    Mark,
    Origin,
    Provenance,
    Record,
    ReplaceOrder,
    Target,
)
from idpctl.plan import Action, Cause, Change, FieldChange, Gate, GateKind, Plan, Reason, Step, Verb
from idpctl.planfile.encode import RESOURCE_TYPE

if TYPE_CHECKING:
    from idpctl.model import Json

    Object = dict[str, Any]


def decode(body: Object) -> Plan:
    """Return the plan that `body` tells of.

    What only a configuration file knows is not in a plan and comes back empty: the reasons of
    `suppress` (findings carry them) and the places of single fields.
    """
    inputs = body["inputs"]
    return Plan(
        target=Target(**_only(body["target"], ("owner", "driver", "location", "organization"))),
        capabilities=_capabilities(body["registry"]["capabilities"]),
        options=_options(body["options"]),
        changes=tuple(_change(entry) for entry in body["resource_changes"]),
        unchanged=tuple(body["unchanged"]),
        gates=tuple(_gate(gate) for gate in body["gates"]),
        problems=tuple(_problem(check) for check in body["checks"]),
        unmanaged=tuple(body["unmanaged"]),
        foreign=tuple((record["name"], record["owner"]) for record in body["foreign"]),
        records=body["registry"]["count"],
        owned=body["registry"]["owned"],
        declared=inputs["declared"],
        inputs=Inputs(
            config_sha256=inputs["config_sha256"],
            files=inputs["files"],
            layers=tuple(inputs.get("layers", DEFAULT_LAYERS)),
            lock_sha256=inputs["lock_sha256"],
            lock_file=inputs.get("lock_file"),
        ),
        created=body["timestamp"],
    )


def _only(value: Object, names: tuple[str, ...]) -> Object:
    """Drop members that a later minor version may have added."""
    return {name: value[name] for name in names}


def _capabilities(value: Object) -> Capabilities:
    return Capabilities(
        immutable=frozenset(value["immutable"]),
        unique=frozenset(value["unique"]),
        transactional=value["transactional"],
        coexist=value["coexist"],
        usage=value["usage"],
    )


def _options(value: Object) -> Options:
    return Options(
        allow_replace=frozenset(value["allow_replace"]),
        allow_destroy=frozenset(value["allow_destroy"]),
        allow_trust_change=frozenset(value["allow_trust_change"]),
        allow_gap=frozenset(value["allow_gap"]),
        max_deletes=value["max_deletes"],
        max_delete_percent=value["max_delete_percent"],
        only=tuple(value["only"]),
        adopt=frozenset(value["adopt"]),
        destroy=value["destroy"],
        discovery=Discovery(value["discovery"]),
        strict=value["strict"],
    )


def _gate(value: Object) -> Gate:
    names = ("address", "flag", "message", "allowed")
    return Gate(kind=GateKind(value["kind"]), **_only(value, names))


def _problem(value: Object) -> Problem:
    names = ("rule", "message", "hint", "address", "path", "suppressed")
    severity, source = Severity(value["severity"]), _source(value["source"])
    return Problem(severity=severity, source=source, **_only(value, names))


def _source(value: Object | None) -> Source | None:
    return None if value is None else Source(**_only(value, ("file", "line", "column")))


def _change(entry: Object) -> Change:
    ours, values, previous = entry["idpctl"], entry["change"], entry.get("previous_address")
    before, after, order = values["before"], values["after"], ours["impact"]["order"]
    return Change(
        address=entry["name"],
        action=Action(ours["action"]),
        reason=Reason(ours["reason"]),
        before=None if before is None or ours["record"] is None else _record(ours, before),
        desired=None
        if after is None or ours["desired"] is None
        else _desired(entry["name"], ours["desired"], after),
        fields=tuple(_field(field) for field in ours["fields"]),
        steps=tuple(_step(step) for step in ours["steps"]),
        order=None if order is None else ReplaceOrder(order),
        gap=ours["impact"]["gap"],
        linked=ours["impact"]["linked"],
        protected=ours["impact"]["protected"],
        previous_address=None if previous is None else previous.removeprefix(f"{RESOURCE_TYPE}."),
        source=_source(ours["source"]),
    )


def _field(value: Object) -> FieldChange:
    names = ("path", "before", "after", "immutable", "trust")
    return FieldChange(origin=Origin(value["origin"]), cause=Cause(value["cause"]), **_only(value, names))


def _step(value: Object) -> Step:
    return Step(verb=Verb(value["verb"]), name=value["name"], ref=value["ref"])


def _provider(values: Object) -> IdentityProvider:
    return IdentityProvider(**_only(values, (*FIELDS, "properties")))


def _record(ours: Object, before: Object) -> Record:
    record = ours["record"]
    usage = record["usage"]
    return Record(
        ref=ours["registry_ref"],
        idp=_provider(before),
        mark=None if record["mark"] is None else _mark(record["mark"]),
        revision=record["revision"],
        usage=None if usage is None else tuple(usage),
        seal=ours["before_sha256"],
    )


def _mark(value: Object) -> Mark:
    return Mark(**_only(value, ("owner", "key", "name", "applied", "op", "replaces", "protect")))


def _desired(key: str, value: Object, after: Object) -> Desired:
    idp = _provider(after)
    provenance = Provenance(**{path: Origin(value["origins"][path]) for path in ENDPOINTS})
    lifecycle = value["lifecycle"]
    declared = Declared(
        key=key,
        **_written(idp, provenance),
        properties={name: idp.properties.get(name) for name in value["properties"]},
        lifecycle=Lifecycle(
            protect=lifecycle["protect"],
            ignore_changes=frozenset(lifecycle["ignore_changes"]),
            replace=ReplaceOrder(lifecycle["replace"]),
        ),
    )
    return Desired(declared=declared, idp=idp, provenance=provenance)


def _written(idp: IdentityProvider, provenance: Provenance) -> dict[str, Json]:
    """Return the fields as the configuration holds them: an endpoint that discovery fills is absent."""
    written = {path: getattr(idp, path) for path in FIELDS}
    for path in ENDPOINTS:
        if provenance.of(path) is not Origin.CONFIG:
            written[path] = None
    return written
