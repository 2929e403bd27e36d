"""The words for drift: the same ones in every format that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, Reason, Run
from idpctl.drift.texts import CLASSES
from idpctl.render.problems import plural
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.drift.model import DriftReport, Finding, Side

_SAYINGS = {
    Reason.EDITED: "edited by hand since the last apply",
    Reason.CONFLICT: "edited by hand, and something else is wanted now than was last applied",
    Reason.MARK_LOST: "the record does not say any more that it is ours",
    Reason.OWNER_CHANGED: "the record says that another owner's it is",
    Reason.COLLISION: "the record NAME has this issuer too: the gateway may take its keys for ours",
    Reason.DELETED: "the record NAME was deleted by hand",
    Reason.MOVED: "the provider serves another value than is registered",
    Reason.LOCKED: "the provider serves another value than is locked",
    Reason.APPEARED: "the record appeared since the last report",
    Reason.NOT_CREATED: "not created yet",
    Reason.NOT_APPLIED: "the configuration says otherwise, and is not applied yet",
    Reason.NOT_DELETED: "no longer declared, and not deleted yet",
    Reason.NOT_FINISHED: "left by a replacement that was interrupted",
    Reason.NOT_REMEMBERED: "as wanted, but not by an apply",
    Reason.UNREADABLE: "the provider could not be read",
}

_LOCKED = (
    "upstream: find out whether the provider meant to move. What is locked stays in use until the lock is"
    " updated by review: `idpctl lock --update KEY`."
)
_COLLISION = (
    "a record with our issuer: find out who made it, and delete it. Until then nobody can say which keys the"
    " gateway takes for this issuer."
)
_LOST = {Reason.DELETED, Reason.MARK_LOST, Reason.OWNER_CHANGED}


def saying(finding: Finding) -> str:
    """Return what was seen, as a phrase; it may hold text from outside."""
    text = _SAYINGS[finding.reason].replace("NAME", quote(finding.name))
    return f"{text} ({finding.detail})" if finding.detail else text


def advice(kind: DriftClass, reason: Reason) -> str:
    """Return what a person should do about findings of this kind."""
    if reason is Reason.COLLISION:
        return _COLLISION
    return _LOCKED if reason is Reason.LOCKED else f"{kind}: {CLASSES[kind].advice}"


def side_text(side: Side) -> str:
    """Return what is known of a side whose value is not."""
    return f"not known, digest {side.digest}" if side.digest else "not known"


def is_grave(finding: Finding) -> bool:
    """Say whether no output leaves this out: it changes whom the gateway believes, or a record is lost.

    That holds also where its class does not count.
    """
    if finding.acceptance is not None or finding.kind in {DriftClass.PENDING, DriftClass.UNKNOWN}:
        return False
    return finding.trust or is_lost(finding)


def is_lost(finding: Finding) -> bool:
    """Say whether a record of ours is gone, or is not known for ours any more."""
    return finding.reason in _LOST


def compared(finding: Finding) -> tuple[str, str]:
    """Return the names of the two sides that differ: what should be there, and what is."""
    return ("live", "served") if finding.kind is DriftClass.UPSTREAM else ("wanted", "live")


def by_subject(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return the findings of each provider, in the order in which the first of each stands."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.subject, []).append(finding)
    return groups


def verdict(report: DriftReport) -> str:
    """Return the one line that a person, or grep, looks for."""
    drift, unknown = len(report.drift), len(report.unknown)
    if report.run is Run.SKIPPED:
        return "Skipped: an apply was running, and the next run looks again."
    if report.run is Run.FAILED:
        return "Failed: nothing could be compared."
    blind = f"{plural(unknown, 'provider')} could not be read"
    if drift:
        return f"Drift: {plural(drift, 'finding')}" + (f"; {blind}." if unknown else ".")
    return f"No drift that could be seen: {blind}." if unknown else "No drift."
