from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import idpctl.rules
from idpctl import providers
from idpctl.asked import Discovery, Options
from idpctl.config.load import load
from idpctl.errors import InvalidInputError, Severity
from idpctl.rules.all import all_rules
from idpctl.rules.catalog import RULES
from idpctl.rules.texts import examples, texts
from idpctl.schema.check import accepts
from tests.rules.running import OTHER, example_lock, provider, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.errors import Problem

HEAD = "version: 1\nowner: acme/prod\n"
REST = """\
    type: custom
    allowed_token_audience: api://default
    well_known_url: https://idp.example.com/.well-known/openid-configuration
"""
BY_SCHEMA = {"endpoints": "SCH-01", "served": "SCH-02"}


def from_yaml(text: str, folder: Path) -> set[str]:
    path = folder / "idpctl.yaml"
    path.write_text(HEAD + text.strip("\n") + "\n" + REST, encoding="utf-8")
    try:
        load([path], root=folder, environ={})
    except InvalidInputError as error:
        return {problem.rule for problem in error.problems}
    return set()


def from_schema(example: Mapping[str, Any]) -> set[str]:
    if "endpoints" in example:
        values = {**OTHER, **example["endpoints"]}
        return set() if accepts("endpoints", values) else {"SCH-01"}
    return set() if accepts("discovery", example["served"]) else {"SCH-02"}


def from_engine(example: Mapping[str, Any]) -> set[str]:
    from idpctl.http.policy import NetworkPolicy
    from idpctl.request import Network
    from idpctl.resolution import prepare

    options = Options(discovery=Discovery(example["discovery"]))
    if options.discovery is Discovery.LIVE:
        return set()
    network, lock = Network(policy=NetworkPolicy()), example_lock(example)
    prepared = prepare([provider()], network, options, lock=lock)
    return {problem.rule for problem in prepared.problems}


def found_by(example: Mapping[str, Any], folder: Path) -> set[str]:
    if "yaml" in example:
        return from_yaml(example["yaml"], folder)
    if example.keys() & BY_SCHEMA.keys():
        return from_schema(example)
    if "discovery" in example:
        return from_engine(example)
    return {problem.rule for problem in run(example)}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_bad_example_triggers_its_rule_and_nothing_else(rule_id: str, tmp_path: Path) -> None:
    example = examples()[rule_id]["bad"]
    assert found_by(example, tmp_path) == {rule_id, *example.get("also", ())}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_good_example_triggers_nothing_at_all(rule_id: str, tmp_path: Path) -> None:
    example = examples()[rule_id]["good"]
    assert found_by(example, tmp_path) == set(example.get("also", ()))


def weight(rule_id: str) -> list[Problem]:
    return [problem for problem in run(examples()[rule_id]["bad"]) if problem.rule == rule_id]


@pytest.mark.parametrize(
    "rule_id",
    [rule for rule in sorted(RULES) if {"yaml", "discovery", *BY_SCHEMA}.isdisjoint(examples()[rule]["bad"])],
)
def test_a_finding_says_where_it_is_and_what_to_do(rule_id: str) -> None:
    for problem in weight(rule_id):
        assert problem.severity == RULES[rule_id].severity
        assert problem.message
        assert problem.hint
        assert problem.address in {"workforce", "other0", None}
        assert (problem.path is None) == (rule_id in {"CFG-08", "LCK-05"})


def test_every_rule_has_a_text_and_every_text_a_rule() -> None:
    assert set(texts()) == set(RULES)
    for text in texts().values():
        assert min(map(len, text)) >= 10


def test_examples_are_shown_as_a_person_would_write_them() -> None:
    assert texts()["URL-01"].bad == '  token_endpoint: "http://idp.example.com/token"'
    assert texts()["CFG-03"].good.splitlines()[1] == "    workforce:"
    assert texts()["CFG-05"].bad == '  beside: [{"issuer": "https://IDP.example.com:443/"}]'
    assert texts()["JWK-10"].bad == '  key response: {"size": 262145}'


def test_rules_have_a_title_of_one_line_a_hint_and_a_source() -> None:
    for rule in all_rules().values():
        assert re.fullmatch(r"[A-Z]{3}-[0-9]{2}", rule.id)
        assert "\n" not in rule.title
        assert len(rule.title) <= 90
        assert rule.hint
        assert rule.source


def test_the_tables_of_all_readers_hold_no_id_twice() -> None:
    from idpctl.config.rules import RULES as READING
    from idpctl.http.rules import NETWORK_RULES

    assert len(all_rules()) == len(RULES) + len(NETWORK_RULES)
    assert all_rules().keys().isdisjoint(READING)


def test_every_id_that_the_code_mentions_is_in_the_catalogue() -> None:
    package = Path(idpctl.rules.__file__).parent
    files = [*package.glob("*.py"), package.parent / "provider_table.py"]
    mentioned = {
        rule_id
        for file in files
        for rule_id in re.findall(r'"((?:CFG|URL|DSC|LCK|JWK)-[0-9]{2})"', file.read_text(encoding="utf-8"))
    }
    assert mentioned == {rule_id for rule_id in RULES if not rule_id.startswith("SCH")}


def test_what_guards_the_reader_cannot_be_suppressed() -> None:
    never = {"URL-01", "URL-02", "URL-05", "URL-06", "URL-07", "URL-14", "DSC-10", "JWK-02"}
    assert not any(RULES[rule_id].suppressible for rule_id in never)
    assert RULES["URL-01"].suppressible_on == ("issuer",)


def test_titles_of_types_are_those_of_the_form() -> None:
    assert providers.title_of("okta") == "Okta"
    assert providers.title_of("unheard-of") == "unheard-of"
    assert Severity.ERROR == "error"
