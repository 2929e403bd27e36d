"""The order in which changes are shown: what a person in a hurry must see comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Action
from idpctl.render.vocabulary import rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.plan import Change


def by_danger(changes: Iterable[Change]) -> list[Change]:
    """Return replacements, deletes, updates that change whom to trust, then the others."""
    return sorted(changes, key=rank)


def is_dangerous(change: Change) -> bool:
    """Say whether a change is one of those that no output ever leaves out."""
    return bool(change.trust) or change.action in {Action.REPLACE, Action.DELETE}
