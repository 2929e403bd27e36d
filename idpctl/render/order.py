"""The order in which changes are shown: what a person in a hurry must see comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.plan import Change

_RANK = {
    Action.REPLACE: 0,
    Action.DELETE: 1,
    Action.UPDATE: 3,
    Action.MOVE: 4,
    Action.ADOPT: 5,
    Action.CREATE: 6,
    Action.NO_OP: 7,
}


def by_danger(changes: Iterable[Change]) -> list[Change]:
    """Return replacements, deletes, updates that change whom to trust, then the others."""
    return sorted(changes, key=_rank)


def is_dangerous(change: Change) -> bool:
    """Say whether a change is one of those that no output ever leaves out."""
    return bool(change.trust) or change.action in {Action.REPLACE, Action.DELETE}


def _rank(change: Change) -> int:
    return 2 if change.action is Action.UPDATE and change.trust else _RANK[change.action]
