"""The rules across providers, and across the records that stay: CFG-04 to CFG-09.

One pass builds sets; only where two entries meet in one of them is it worth a second look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.rules.alike import coarse, folded_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.errors import Problem
    from idpctl.model import Desired, IdentityProvider, Record


def check_together(
    desired: Sequence[Desired], others: Sequence[Record], gateway_issuer: str | None
) -> list[Problem]:
    """Return the findings CFG-04 to CFG-09 on `desired` beside each other and beside `others`.

    `others` are the records that will still be there. One that bears the very name of a desired
    provider is that provider's affair, and left to the planner.
    """
    idps = [one.idp for one in desired]
    if others:
        names = {idp.name for idp in idps}
        others = [record for record in others if record.idp.name not in names]
        idps += [record.idp for record in others]
    found: list[Problem] = []
    if _meet(idps, gateway_issuer):
        from idpctl.rules.collisions import collisions

        found = collisions(desired, others, gateway_issuer)
    if len({one.idp.allowed_token_audience for one in desired}) != len(desired):
        from idpctl.rules.collisions import shared_audiences

        found += shared_audiences(desired)
    return found


def _meet(idps: Sequence[IdentityProvider], gateway_issuer: str | None) -> bool:
    """Say whether any two of `idps` may be too alike; never False where they are."""
    issuers = {idp.issuer for idp in idps}
    names = {idp.name for idp in idps}
    return (
        len({folded_name(name) for name in names}) != len(idps)
        or len(coarse_issuers := {coarse(issuer) for issuer in issuers}) != len(idps)
        or not names.isdisjoint(issuers)
        or (gateway_issuer is not None and coarse(gateway_issuer) in coarse_issuers)
    )
