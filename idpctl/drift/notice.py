"""What is told outside: one JSON object, small enough for any receiver."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idpctl.drift.encode import finding_as_dict
from idpctl.drift.rules import NOT_TOLD
from idpctl.errors import Problem
from idpctl.planfile.encode import target_as_dict
from idpctl.text import escape

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport

MOST = 100


def notice(report: DriftReport) -> bytes:
    """Return the body of a POST: numbers, a line of text, and the first `MOST` findings that are drift."""
    drift = report.drift
    body = {
        "kind": "drift-notification",
        "format_version": "1.0",
        "text": headline(report),
        "target": None if report.target is None else target_as_dict(report.target),
        "fingerprint": report.fingerprint,
        "drift": len(drift),
        "unknown": len(report.unknown),
        "started": report.started,
        "findings": [finding_as_dict(finding) for finding in drift[:MOST]],
        "omitted": max(0, len(drift) - MOST),
    }
    return json.dumps(body).encode("ascii")


def headline(report: DriftReport) -> str:
    """Return one line that chats show as it is."""
    place = "" if report.target is None else f" {escape(str(report.target))}"
    number = len(report.drift)
    if not number:
        return f"idpctl drift:{place}: there is no drift any more"
    return f"idpctl drift:{place}: {number} finding{'' if number == 1 else 's'}"


def not_told(reason: str) -> Problem:
    """Return the problem of a receiver that did not take it; its URL may be a secret, and is not named."""
    return Problem(
        rule=NOT_TOLD.id,
        severity=NOT_TOLD.severity,
        message=f"the notification was not delivered: {reason}",
        hint=NOT_TOLD.hint,
    )
