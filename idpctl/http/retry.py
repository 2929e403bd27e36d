"""When to ask again: a server that is busy (429) or unavailable (503) may say how long to wait."""

from __future__ import annotations

from idpctl.http.faults import FaultError
from idpctl.http.rules import BUSY

RETRIED = frozenset({429, 503})
_PAUSES = (0.5, 1.0)
"""Seconds before the second and the third attempt, where the server names none; there is no fourth."""

_MAX_DIGITS = 9


def wanted(header: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, None where it says nothing of use.

    RFC 9110 section 10.2.3: a number of seconds, or a date.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:_MAX_DIGITS]) if len(text) <= _MAX_DIGITS else float("inf")
    return _until(text) if text else None


def _until(text: str) -> float | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def pause(status: int, header: str | None, attempt: int, left: float) -> float:
    """Return the seconds to wait after `attempt` (from 0) before the next one, always less than `left`.

    Raise FaultError at once where that is not to be had: the last attempt, or a wait beyond the deadline.
    """
    asked = wanted(header)
    if attempt >= len(_PAUSES):
        raise FaultError(BUSY, f"the server answered {status}, {attempt + 1} times")
    seconds = _PAUSES[attempt] if asked is None else asked
    if seconds >= left:
        raise FaultError(BUSY, f"the server answered {status} and wants a longer wait than there is time for")
    return seconds
