"""Whose token it is, and for whom: issuer, subject and audience, byte for byte. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from idpctl.checkup.model import Difference, Step
from idpctl.checkup.rows import RULES
from idpctl.checkup.token import cut
from idpctl.rules.base import finding
from idpctl.text import hide_userinfo, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.checkup.providers import Choice
    from idpctl.checkup.token import Token
    from idpctl.model import IdentityProvider

_MOST = 5  # audiences that a message names
_NEAR = 0.6


def shown(text: str) -> str:
    """Return a value in quotes, cut, without the user information of a URL."""
    return quote(cut(hide_userinfo(text)), None)


def subject(token: Token) -> Step:
    """Return the check of `sub`, which is never shown."""
    if not token.text("sub"):
        return Step(name="subject", problems=(finding(RULES["TOK-15"], "`sub` is missing, or empty"),))
    return Step(name="subject", detail="there (not shown)")


def issuer(token: Token, idp: IdentityProvider | None, choice: Choice) -> Step:
    """Return the check of `iss` against the provider's issuer, or its name, and of who else would match."""
    claimed = token.text("iss")
    if not claimed:
        return Step(name="issuer", problems=(finding(RULES["TOK-13"], "`iss` is missing, or empty"),))
    if idp is None:
        return _nobodys(claimed, choice)
    notes = tuple(finding(RULES["TOK-16"], message) for message in choice.doubts)
    if claimed == idp.issuer:
        return Step(name="issuer", detail=shown(claimed), problems=notes)
    if choice.by_name:
        message = f"no {choice.among} provider has the issuer {shown(claimed)}; this one has it as its name"
        return Step(name="issuer", problems=(finding(RULES["TOK-16"], message), *notes))
    hint = f"It would match {choice.instead}." if choice.instead else None
    problem = finding(
        RULES["TOK-13"], f"`iss` is {shown(claimed)}, {choice.among} is {shown(idp.issuer)}", hint=hint
    )
    difference = Difference(token=claimed, registered=idp.issuer)
    return Step(name="issuer", problems=(problem, *notes), difference=difference)


def _nobodys(claimed: str, choice: Choice) -> Step:
    message = f"no {choice.among} provider has the issuer {shown(claimed)}"
    near = choice.nearest
    hint = f"It would match {choice.instead}." if choice.instead else None
    if near is None:
        return Step(name="issuer", problems=(finding(RULES["TOK-13"], message, hint=hint),))
    message = f"{message}; the nearest is {shown(near.issuer)} of {near.label}"
    difference = Difference(token=claimed, registered=near.issuer)
    return Step(
        name="issuer", problems=(finding(RULES["TOK-13"], message, hint=hint),), difference=difference
    )


def audience(token: Token, idp: IdentityProvider | None, gateway_issuer: str | None) -> Step:
    """Return the check of `aud`: one of its values has to be the allowed one."""
    if idp is None:
        return Step(name="audience", reached=False)
    allowed, given = idp.allowed_token_audience, token.audiences
    if allowed in given:
        return Step(name="audience", detail=shown(allowed))
    if gateway_issuer is not None and gateway_issuer in given:
        return Step(name="audience", detail=f"{shown(gateway_issuer)}, the gateway's own issuer")
    if not given:
        return Step(name="audience", problems=(finding(RULES["TOK-14"], "`aud` is missing, or empty"),))
    message = f"`aud` is {_listed(given)}, allowed is {shown(allowed)}"
    near = get_close_matches(cut(allowed), [cut(one) for one in given], n=1, cutoff=_NEAR)
    difference = Difference(token=near[0], registered=allowed) if near else None
    return Step(name="audience", problems=(finding(RULES["TOK-14"], message),), difference=difference)


def _listed(given: Sequence[str]) -> str:
    few = ", ".join(map(shown, given[:_MOST]))
    return f"{few} and {len(given) - _MOST} more" if len(given) > _MOST else few
