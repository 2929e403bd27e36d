"""The rules of every reader and checker, for those who list or explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.rules import RULES as READING
from idpctl.http.rules import NETWORK_RULES
from idpctl.rules.catalog import RULES

if TYPE_CHECKING:
    from idpctl.rules.base import Rule


def all_rules() -> dict[str, Rule]:
    """Return the rules of configuration files, of the network, and of this package, by id."""
    return {**READING, **{rule.id: rule for rule in NETWORK_RULES}, **RULES}
