"""A report of drift as JSON: for programs, and for the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import Knowledge
from idpctl.planfile.encode import error_as_dict, problem_as_dict, source_as_dict, target_as_dict
from idpctl.text import hide_userinfo, hide_userinfo_inside

if TYPE_CHECKING:
    from idpctl.drift.model import Acceptance, DriftReport, Finding, ProviderState, Side, Stranger
    from idpctl.model import Json


def report_as_dict(report: DriftReport) -> dict[str, Json]:
    """Return the JSON of `report`, in the order in which it is written; `drift.schema.json` describes it."""
    since = report.since
    return {
        "kind": "drift",
        "target": None if report.target is None else target_as_dict(report.target),
        "run": str(report.run),
        "complete": report.complete,
        "fingerprint": report.fingerprint,
        "notified": report.notified,
        "started": report.started,
        "milliseconds": report.milliseconds,
        "last_success": report.last_success,
        "memory": str(report.memory),
        "fail_on": sorted(map(str, report.fail_on)),
        "drift": len(report.drift),
        "counts": {str(kind): number for kind, number in report.counts().items()},
        "states": {str(state): number for state, number in report.states().items()},
        "since": None if since is None else {"started": since.started, "fingerprint": since.fingerprint},
        "error": None if report.error is None else error_as_dict(report.error),
        "findings": [finding_as_dict(finding) for finding in report.findings],
        "providers": [_provider(provider) for provider in report.providers],
        "strangers": [_stranger(stranger) for stranger in report.strangers],
        "unused": [_acceptance(one) for one in report.unused],
        "checks": [problem_as_dict(problem) for problem in report.problems],
    }


def finding_as_dict(finding: Finding) -> dict[str, Json]:
    """Return one finding; a side is null where there is none, and has no value where it is not known."""
    return {
        "class": str(finding.kind),
        "reason": str(finding.reason),
        "key": finding.key,
        "name": hide_userinfo(finding.name),
        "path": finding.path,
        "applied": _side(finding.applied),
        "live": _side(finding.live),
        "wanted": _side(finding.wanted),
        "served": _side(finding.served),
        "value_sha256": finding.value_sha256,
        "origin": None if finding.origin is None else str(finding.origin),
        "trust": finding.trust,
        "source": source_as_dict(finding.source),
        "detail": hide_userinfo(finding.detail),
        "first_seen": finding.first_seen,
        "carried": finding.carried,
        "drift": finding.alarms,
        "accepted": None if finding.acceptance is None else _acceptance(finding.acceptance),
        "lapsed": finding.lapsed,
    }


def _side(side: Side) -> dict[str, Json] | None:
    if side.knowledge is Knowledge.ABSENT:
        return None
    if side.knowledge is Knowledge.UNKNOWN:
        return {"unknown": True, "digest": side.digest}
    return {"value": hide_userinfo_inside(side.value)}


def _acceptance(acceptance: Acceptance) -> dict[str, Json]:
    return {
        "key": acceptance.key,
        "path": acceptance.path,
        "value_sha256": acceptance.value_sha256,
        "until": acceptance.until,
        "reason": acceptance.reason,
        "source": source_as_dict(acceptance.source),
    }


def _provider(provider: ProviderState) -> dict[str, Json]:
    return {
        "key": provider.key,
        "name": hide_userinfo(provider.name),
        "state": str(provider.state),
        "refs": list(provider.refs),
    }


def _stranger(stranger: Stranger) -> dict[str, Json]:
    return {"ref": stranger.ref, "name": hide_userinfo(stranger.name), "owner": stranger.owner}
