"""The table of reading rules: complete, unique, and made of what is really reported."""

from __future__ import annotations

import re
from pathlib import Path

from idpctl.config.rules import RULES
from idpctl.errors import Severity

PACKAGE = Path(__file__).parents[2] / "idpctl" / "config"
ELSEWHERE = {"CFG-02", "CFG-03"}


def reported() -> set[str]:
    sources = (path.read_text() for path in PACKAGE.glob("*.py") if path.name != "rules.py")
    return set(re.findall(r'"((?:YML|CFG)-[0-9]{2})"', "".join(sources)))


def test_every_rule_that_is_reported_stands_in_the_table_and_no_other() -> None:
    assert reported() == RULES.keys() | ELSEWHERE


def test_rules_say_what_to_do_and_why() -> None:
    for identifier, rule in RULES.items():
        assert rule.id == identifier
        assert rule.title[0].isupper()
        assert not rule.title.endswith(".")
        assert rule.hint.endswith(".")
        assert rule.source
        # Whoever can edit the file can correct it: no reason is needed to leave it as it is.
        assert not rule.suppressible


def test_only_the_cut_url_is_a_warning() -> None:
    assert [rule.id for rule in RULES.values() if rule.severity is not Severity.ERROR] == ["YML-20"]


def test_titles_are_unique() -> None:
    assert len({rule.title for rule in RULES.values()}) == len(RULES)
