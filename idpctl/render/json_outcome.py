"""Everything that is not a plan, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftReport
from idpctl.errors import IdpctlError
from idpctl.model import ENDPOINTS
from idpctl.planfile.encode import address_of, error_as_dict, problem_as_dict, target_as_dict
from idpctl.render.outcome import Applied, Checked, Discovered, Effective, Listed, Renewed
from idpctl.text import hide_userinfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.errors import Problem
    from idpctl.inventory import Row
    from idpctl.model import Desired, Json
    from idpctl.render.outcome import Validated
    from idpctl.render.view import Outcome


def outcome_as_dict(outcome: Outcome) -> dict[str, Json]:
    """Return the result with its `kind`: apply, list, discover, check, drift, validate, error ..."""
    if isinstance(outcome, IdpctlError):
        return {"kind": "error", **error_as_dict(outcome)}
    if isinstance(outcome, DriftReport):
        from idpctl.drift.encode import report_as_dict

        return report_as_dict(outcome)
    if isinstance(outcome, Applied):
        return _applied(outcome)
    return _looked_up(outcome)


def _looked_up(outcome: Listed | Discovered | Checked | Effective | Renewed | Validated) -> dict[str, Json]:
    if isinstance(outcome, Listed):
        rows = [_row(row) for row in outcome.rows]
        return {"kind": "list", "target": target_as_dict(outcome.target), "rows": rows}
    if isinstance(outcome, Discovered):
        resolved = [
            {**_resolved(key, desired), "passed": list(outcome.passed.get(key, ()))}
            for key, desired in outcome.resolved
        ]
        return {"kind": "discover", "resolved": resolved, "checks": _checks(outcome.problems)}
    if isinstance(outcome, Checked | Effective | Renewed):
        return {**_with_checks(outcome), "checks": _checks(outcome.problems)}
    return _validated(outcome)


def _with_checks(outcome: Checked | Effective | Renewed) -> dict[str, Json]:
    if isinstance(outcome, Renewed):
        from idpctl.render.json_lock import renewed_as_dict

        return {"kind": "lock", **renewed_as_dict(outcome)}
    if isinstance(outcome, Checked):
        from idpctl.render.json_check import checked_as_dict

        return {"kind": "check", **checked_as_dict(outcome)}
    from idpctl.render.effective import effective_as_dict

    return {"kind": "configuration", **effective_as_dict(outcome)}


def _checks(problems: Iterable[Problem]) -> list[Json]:
    return [problem_as_dict(problem) for problem in problems]


def _validated(outcome: Validated) -> dict[str, Json]:
    return {
        "kind": "validate",
        "valid": not any(problem.blocks for problem in outcome.problems),
        "files": list(outcome.files),
        "providers": outcome.providers,
        "checks": _checks(outcome.problems),
    }


def _resolved(key: str, desired: Desired | None) -> dict[str, Json]:
    if desired is None:
        return {"key": key, "endpoints": None}
    endpoints = {
        path: {"value": getattr(desired.idp, path), "origin": str(desired.provenance.of(path))}
        for path in ENDPOINTS
    }
    return {"key": key, "endpoints": endpoints}


def _row(row: Row) -> dict[str, Json]:
    return {
        "key": row.key,
        "name": row.name,
        "type": row.type,
        "status": str(row.status),
        "issuer": hide_userinfo(row.issuer),
        "enabled": row.enabled,
        "detail": row.detail,
    }


def _applied(outcome: Applied) -> dict[str, Json]:
    plan, report = outcome.plan, outcome.report.as_dict()
    report["hint"] = getattr(outcome.report.error, "hint", None)
    for operation in report["operations"]:
        operation["address"] = address_of(operation["address"])
    return {
        "kind": "apply",
        "target": target_as_dict(plan.target),
        "fingerprint": plan.fingerprint,
        "destroy": plan.options.destroy,
        "complete": outcome.report.complete,
        **report,
    }
