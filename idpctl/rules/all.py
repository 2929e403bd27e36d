"""The rules of the checks and of the network, for those who list or explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.http.rules import NETWORK_RULES
from idpctl.rules.catalog import RULES

if TYPE_CHECKING:
    from idpctl.rules.base import Rule


def all_rules() -> dict[str, Rule]:
    """Return the rules of the network and of this package, by id."""
    return {**{rule.id: rule for rule in NETWORK_RULES}, **RULES}
