"""Every rule of this package by its public id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.rules.rows_config import CONFIG_RULES
from idpctl.rules.rows_discovery import DISCOVERY_RULES
from idpctl.rules.rows_keys import KEY_RULES
from idpctl.rules.rows_urls import URL_RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.rules.base import Rule

RULES: Mapping[str, Rule] = {
    rule.id: rule for rule in (*CONFIG_RULES, *URL_RULES, *DISCOVERY_RULES, *KEY_RULES)
}
