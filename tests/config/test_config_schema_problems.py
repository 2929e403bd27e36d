"""What the schema refuses, as problems: rule, place, words and what may have been meant."""

from __future__ import annotations

import pytest

from idpctl.errors import Severity
from tests.config.house import GOOD, HEAD, House

pytestmark = pytest.mark.usefixtures("parser")

CASES = [
    # (behind a good file; place, rule, field; message; hint)
    ("    isuer: x\n", "9:5 CFG-20 isuer", 'unknown key "isuer"', 'did you mean "issuer"?'),
    ("    wellKnownUrl: x\n", "9:5 CFG-20 wellKnownUrl", 'unknown key "wellKnownUrl"', '"well_known_url"?'),
    ("    zzz: x\n", "9:5 CFG-20 zzz", 'unknown key "zzz"', "known here: name, type"),
    (f"    {'k' * 200}: x\n", f"9:5 CFG-20 {'k' * 200}", "unknown key", "known here"),
    ("onwer: x\n", "9:1 CFG-20 onwer", 'unknown key "onwer"', 'did you mean "owner"?'),
    ("guards: {max_deletes: 3}\n", "9:10 CFG-20 guards.max_deletes", "unknown key", '"max_delete_percent"?'),
    ("moved: [{from: a}]\n", "9:9 CFG-21 moved.0", '"to" is missing', None),
    (
        "    enabled: yes\n",
        "9:14 CFG-22 enabled",
        "enabled must be true or false, but is text",
        "without quotes",
    ),
    ("    enabled: 1\n", "9:14 CFG-22 enabled", "enabled must be true or false, but is a number", "without"),
    ("    enabled:\n", "9:5 CFG-22 enabled", "enabled must be true or false, but is nothing", "without"),
    ("    lifecycle: protect\n", "9:16 CFG-22 lifecycle", "lifecycle must be a mapping, but is text", None),
    ("    issuer: [a]\n", "9:5 CFG-22 issuer", "issuer must be text, but is a list", None),
    ("    issuer: {a: b}\n", "9:5 CFG-22 issuer", "issuer must be text, but is a mapping", None),
    ("    properties: []\n", "9:5 CFG-22 properties", "properties must be a mapping, but is a list", None),
    ("guards: {max_delete_percent: true}\n", "9:30 CFG-22 guards.max_delete_percent", "whole number", None),
    ("include: x.yaml\n", "9:10 CFG-22 include", "include must be a list, but is text", None),
    ("  other:\n", "9:3 CFG-22", "other must be a mapping, but is nothing", None),
    ("defaults: {name: x}\n", "9:12 CFG-20 defaults.name", 'unknown key "name"', "known here: type"),
    (
        "    lifecycle: {replace: first}\n",
        "9:26 CFG-23 lifecycle.replace",
        "must be one of create_first",
        None,
    ),
    (
        "    lifecycle: {ignore_changes: [typ]}\n",
        "9:34 CFG-23 lifecycle.ignore_changes.0",
        "[0] must be",
        None,
    ),
    ("    issuer: ''\n", "9:13 CFG-24 issuer", "issuer must not be empty", "for example https://"),
    (
        "    lifecycle: {ignore_changes: [issuer, issuer]}\n",
        "9:17 CFG-24 lifecycle.ignore_changes",
        "twice",
        None,
    ),
    ("guards: {max_delete_percent: 101}\n", "9:30 CFG-24 guards.max_delete_percent", "100 or less", None),
    ("guards: {max_delete_percent: -1}\n", "9:30 CFG-24 guards.max_delete_percent", "0 or more", None),
    (
        f"    description: {'x' * 255}\n",
        "9:18 CFG-24 description",
        "at most 254 characters, but has 255",
        None,
    ),
    ("  a b: {}\n", "9:3 CFG-25", 'the key "a b" does not have the right form', "letters, digits"),
    ("  .a: {}\n", "9:3 CFG-25", 'the key ".a" does not have the right form', None),
    (f"  {'k' * 101}: {{}}\n", "9:3 CFG-25", "does not have the right form", None),
    ("    suppress: {dsc-9: x}\n", "9:16 CFG-25 suppress.dsc-9", 'the key "dsc-9"', "for example dsc-09"),
    (
        "    suppress: {DSC-09: '  '}\n",
        "9:24 CFG-25 suppress.DSC-09",
        'right form: "  "',
        "reviewers read it",
    ),
    (
        "registry: {driver: SQLite}\n",
        "9:20 CFG-25 registry.driver",
        'driver does not have the right form: "SQLite"',
        None,
    ),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), CASES)
def test_refused(house: House, text: str, place: str, message: str, hint: str | None) -> None:
    found = [one for one in house.problems(GOOD + text) if one.rule != "CFG-21" or "moved" in text]
    problem = found[0]
    address = "workforce" if text.startswith("    ") else problem.address
    where = f"{problem.source.line}:{problem.source.column} {problem.rule} {problem.path or ''}".strip()
    assert where == place
    assert message in problem.message
    assert hint is None or hint in problem.hint.lower().replace("dsc-09", "dsc-09")
    assert (problem.address, problem.severity) == (address, Severity.ERROR)


TYPES = [
    ("    type: okto\n", "must be one of okta, microsoft", 'did you mean "okta"?'),
    ("    type: saml\n", "forgerock, custom, not", "See `idpctl schema config`."),
]


@pytest.mark.parametrize(("line", "message", "hint"), TYPES)
def test_a_type_that_is_none(house: House, line: str, message: str, hint: str) -> None:
    problem = house.only(GOOD.replace("    type: okta\n", line))
    assert (problem.rule, str(problem.source)) == ("CFG-23", "idpctl.yaml:6:11")
    assert message in problem.message
    assert problem.hint == hint


@pytest.mark.parametrize("field", ["name", "type", "allowed_token_audience", "well_known_url"])
def test_a_field_is_missing(house: House, field: str) -> None:
    text = "".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(f"    {field}:"))
    problem = house.only(text)
    assert (problem.rule, str(problem.source)) == ("CFG-21", "idpctl.yaml:4:3")
    assert (problem.message, problem.address) == (f'"{field}" is missing', "workforce")


FILES = [
    ("providers: {}\n", ["1:1 CFG-21", "1:1 CFG-21"]),
    ("version: 1\nproviders: {}\n", ["1:1 CFG-21"]),
    ("version: 1\nowner: 12\nproviders: {}\n", ["2:8 CFG-02"]),
    ("version: 1\nowner: a b\nproviders: {}\n", ["2:8 CFG-25"]),
    ('version: 1\nowner: "a\\n"\nproviders: {}\n', ["2:8 YML-05"]),
    ("version: '1'\nowner: a\nproviders: {}\n", ["1:10 CFG-23"]),
    ("version: 2\nowner: a\nproviders: {}\n", ["1:10 CFG-23"]),
    (HEAD, ["1:1 CFG-26"]),
    (f"{HEAD}providers:\n", ["3:1 CFG-26"]),
    (f"{HEAD}providers: ~\n", ["3:12 CFG-26"]),
    (f"{HEAD}providers: []\n", ["3:1 CFG-22"]),
    (f"{HEAD}providers: none\n", ["3:12 CFG-22"]),
]


@pytest.mark.parametrize(("text", "expected"), FILES)
def test_a_file_that_lacks_something(house: House, text: str, expected: list[str]) -> None:
    assert house.found(text) == [f"idpctl.yaml:{place}" for place in expected]


def test_no_providers_may_be_written_out(house: House) -> None:
    assert house.load(f"{HEAD}providers: {{}}\n").providers == ()


NAMES = ["a\u200bb", "a\u202eb", "a\nb", "a\u00adb", "\ue000", "a\u2066b"]


@pytest.mark.parametrize("name", NAMES)
def test_names_hold_nothing_invisible(house: House, name: str) -> None:
    written = "".join(f"\\u{ord(one):04x}" for one in name)
    problem = house.only(GOOD.replace("OktaWorkforce", f'"{written}"'))
    assert (problem.rule, str(problem.source), problem.path) == ("YML-05", "idpctl.yaml:5:11", "name")


def test_names_may_be_in_any_script(house: House) -> None:
    assert house.load(GOOD.replace("OktaWorkforce", "Bénéficiaires 従業員")).providers[0].name


def test_descriptions_may_have_lines_but_no_controls(house: House) -> None:
    assert house.load(GOOD + "    description: |\n      a\n      b\n").providers[0].description == "a\nb\n"
    assert house.found(GOOD + '    description: "a\\x07"\n') == ["idpctl.yaml:9:18 YML-05"]


@pytest.mark.unmeasured
def test_many_wrong_providers_are_explained_at_once(house: House) -> None:
    text = HEAD + "providers:\n" + "".join(f"  p{number}: {{nam: x}}\n" for number in range(1500))
    problems = house.problems(text)
    assert len(problems) == 1000
    assert problems[0].source.line == 4
