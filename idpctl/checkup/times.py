"""The times of a token, as WSO2's token exchange looks at them. Pure.

No figure but that of `exp` is shown: the other claims are nobody's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.model import Step
from idpctl.checkup.rows import RULES
from idpctl.checkup.token import moment, seconds
from idpctl.rules.base import finding

if TYPE_CHECKING:
    from idpctl.checkup.token import Token
    from idpctl.errors import Problem

SKEW = 60  # seconds by which two clocks may differ
OLDEST = 60 * 60  # seconds; WSO2: IATValidityPeriod, 60 minutes where nothing else is set
_NO_TIME = "is not a time in seconds since 1970"


def expiry(token: Token, now: int) -> Step:
    """Return the check of `exp`: the gateway requires it, and takes its own skew off, never adds it."""
    claim = token.claims.get("exp")
    until = seconds(claim)
    if until is None:
        message = "it has no `exp`: it would never expire" if claim is None else f"`exp` {_NO_TIME}"
        return Step(name="expiry", problems=(finding(RULES["TOK-09"], message),))
    left = int(until) - now
    if left <= 0:
        message = f"it expired at {moment(until)}, {_span(-left)} ago"
        return Step(name="expiry", problems=(finding(RULES["TOK-09"], message),))
    near = (_near(f"it expires in {left} s: a gateway takes its skew of the clocks off that"),) * (
        left <= SKEW
    )
    return Step(name="expiry", detail=f"{moment(until)}, in {_span(left)}", problems=near)


def not_before(token: Token, now: int) -> Step:
    """Return the check of `nbf`, which need not be there."""
    claim = token.claims.get("nbf")
    if claim is None:
        return Step(name="not before", detail="none given")
    start = seconds(claim)
    if start is None:
        return Step(name="not before", problems=(finding(RULES["TOK-10"], f"`nbf` {_NO_TIME}"),))
    if start > now + SKEW:
        message = f"`nbf` lies more than {SKEW} s ahead"
        return Step(name="not before", problems=(finding(RULES["TOK-10"], message),))
    near = (_near("`nbf` lies ahead, within what clocks may differ by"),) * (start > now)
    return Step(name="not before", detail="valid already", problems=near)


def issue(token: Token, now: int) -> Step:
    """Return the check of `iat`: the gateway refuses what is old, and takes what comes from the future."""
    claim = token.claims.get("iat")
    if claim is None:
        return Step(name="issue", detail="none given")
    issued = seconds(claim)
    if issued is None:
        return Step(name="issue", problems=(finding(RULES["TOK-11"], f"`iat` {_NO_TIME}"),))
    minutes = OLDEST // 60
    if now - issued > OLDEST:
        message = f"it was issued more than {minutes} minutes ago"
        return Step(name="issue", problems=(finding(RULES["TOK-11"], message),))
    notes = []
    if issued > now + SKEW:
        notes.append(_near(f"`iat` lies more than {SKEW} s ahead: a clock is wrong"))
    expires = seconds(token.claims.get("exp"))
    if expires is not None and expires - issued > OLDEST:
        notes.append(_near(f"it lives longer than the {minutes} minutes for which the gateway takes it"))
    return Step(name="issue", detail=f"within {minutes} minutes", problems=tuple(notes))


def _near(message: str) -> Problem:
    return finding(RULES["TOK-12"], message)


def _span(total: int) -> str:
    """Return a duration in the unit that a person would choose."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if total >= 2 * size:
            return f"{total // size} {unit}"
    return f"{total} s"
