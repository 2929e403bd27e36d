"""A delete and a create that look like one provider: a key that was renamed without saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.conflicts import likely_rename
from idpctl.plan import Action, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.errors import Problem
    from idpctl.plan import Change

# What tells a provider from another one, the surest first.
_SIGNS = ("issuer", "well_known_url")


def likely_renames(changes: Sequence[Change]) -> Iterator[Problem]:
    """Yield a finding for each create that has the issuer or the well-known URL of a provider that goes.

    Each provider that goes is named once, for the first create in the order of the keys.
    """
    going = {change.address: change for change in changes if change.reason is Reason.UNDECLARED}
    if not going:
        return
    coming = sorted((one for one in changes if one.action is Action.CREATE), key=lambda one: one.address)
    named: set[str] = set()
    for sign in _SIGNS:
        by_value = {_live(change, sign): key for key, change in sorted(going.items(), reverse=True)}
        for change in coming:
            key = None if change.desired is None else by_value.get(getattr(change.desired.idp, sign))
            if key is None or change.desired is None or named & {key, change.address}:
                continue
            named |= {key, change.address}
            yield likely_rename(change.desired.declared, key, sign)


def _live(change: Change, path: str) -> str:
    return "" if change.before is None else str(getattr(change.before.idp, path))
