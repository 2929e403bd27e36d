"""The effective configuration: what is rendered is read as the same one, and acts on no terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from idpctl.asked import Inputs
from idpctl.config.load import load
from idpctl.config.plain import can_be_plain
from idpctl.errors import InvalidInputError
from idpctl.http.policy import NetworkPolicy
from idpctl.queries import effective
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.render.yaml_scalar import inline, key, scalar
from idpctl.request import Network, Request
from idpctl.text import hide_userinfo
from idpctl.value import replace
from tests.config.house import FIELDS, GOOD, HEAD, House
from tests.render import hostile
from tests.support.hostile import assert_harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.config.model import Configuration

in_one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100
)
# What the reader lets through: no controls but in long texts, no lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
TRICKY = st.sampled_from(
    [
        *(
            "NO",
            "010",
            "1.10",
            "2024-05-01",
            "null",
            "~",
            "",
            "true",
            "12:30:45",
            "0x1F",
            "1_000",
            ".5",
            "=",
            "<<",
        ),
        *(
            "a: b",
            "a #b",
            "#",
            "- a",
            "? a",
            "a:",
            ":a",
            " a ",
            "a, b",
            "[x]",
            "{x}",
            "&a",
            "*a",
            "!a",
            "@a",
            "`a",
        ),
        *(
            "${x}",
            "$${",
            "$$${a",
            "$",
            "---",
            "...",
            "%a",
            "a\nb\n",
            "\ta",
            "'",
            '"',
            "\\",
            "\\n",
            "it's",
            "\u202e",
        ),
        *("##[group]x", "Plan: 9 to add", "No changes. x", "\u2028", "\u00a0", "\ufeff", "é", "\U0001f600"),
    ]
)
WORDS = (TEXTS | TRICKY).filter(lambda text: hide_userinfo(text) == text)
KEYS = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=9
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def request(root: Path, *files: str, **environ: str) -> Request:
    return Request(
        root=root,
        files=tuple(map(Path, files or ("idpctl.yaml",))),
        environ=environ,
        network=Network(policy=NetworkPolicy()),
    )


def rendered(asked: Request, *keys: str, kind: str = "text") -> str:
    return renderer(kind)(View(subject=effective(asked, keys, resolve=False)))


def bare(configuration: Configuration) -> Configuration:
    """Return what is left when nobody asks from which files it came."""
    return replace(
        configuration,
        registry=replace(configuration.registry, source=None),
        providers=tuple(replace(one, places=()) for one in configuration.providers),
        moved=tuple(replace(one, source=None) for one in configuration.moved),
        inputs=Inputs(),
        warnings=(),
    )


def assert_reads_the_same(asked: Request) -> str:
    text = rendered(asked)
    (asked.root / "flat.yaml").write_text(text, encoding="utf-8")
    before = load(asked.files, root=asked.root, environ=asked.environ)
    after = load([Path("flat.yaml")], root=asked.root, environ={})
    assert bare(after) == bare(before)
    return text


BASE = """\
version: 1
owner: acme/base
registry: {driver: other, organization: org, path: x, lock: {driver: file}}
include: [more/*.yaml]
defaults:
  description: Everybody at ${IDPCTL_VAR_STAGE}
  properties: {a: &shared [1, "${IDPCTL_VAR_STAGE}", {"b": null}], z: "1"}
  suppress: {DSC-09: because}
providers:
  one:
    name: One
    type: okta
    allowed_token_audience: "2024-05-01"
    well_known_url: https://one.example.com/.well-known/openid-configuration
    properties: {c: *shared, d: {}}
moved: [{from: old, to: one}]
"""
MORE = """\
providers:
  two:
    name: Two
    type: custom
    allowed_token_audience: x
    well_known_url: https://two.example.com/.well-known/openid-configuration
    enabled: false
"""
LAYER = """\
version: 1
owner: acme/prod
registry: {driver: sqlite, path: "p q"}
guards: {max_delete_percent: 7}
providers:
  one:
    issuer: https://one.example.com/
    lifecycle: {protect: true, ignore_changes: [issuer, description]}
moved: [{from: older, to: two}]
"""


@pytest.fixture
def layered(tmp_path: Path) -> Request:
    house = House(tmp_path)
    house.write("idpctl.yaml", BASE)
    house.write("more/two.yaml", MORE)
    house.write("prod.yaml", LAYER)
    return request(tmp_path, "idpctl.yaml", "prod.yaml", IDPCTL_VAR_STAGE="eu ${x}")


def test_every_value_tells_where_it_comes_from(layered: Request) -> None:
    assert assert_reads_the_same(layered).splitlines() == [
        "# The effective configuration: 2 providers from 3 files.",
        "# Paths in it are relative to the folder of idpctl.yaml.",
        "version: 1 # prod.yaml:1",
        "owner: acme/prod # prod.yaml:2",
        "",
        "registry:",
        "  driver: sqlite # prod.yaml:3",
        "  organization: org # idpctl.yaml:3",
        "  path: p q # prod.yaml:3",
        "",
        "guards:",
        "  max_delete_percent: 7 # prod.yaml:4",
        "",
        "providers:",
        "  one: # idpctl.yaml:10",
        "    name: One # idpctl.yaml:11",
        "    type: okta # idpctl.yaml:12",
        "    description: Everybody at eu $${x} # defaults, idpctl.yaml:6 with IDPCTL_VAR_STAGE",
        '    allowed_token_audience: "2024-05-01" # idpctl.yaml:13',
        "    well_known_url: https://one.example.com/.well-known/openid-configuration # idpctl.yaml:14",
        "    issuer: https://one.example.com/ # prod.yaml:7",
        "    # token_endpoint: from discovery",
        "    # jwks_endpoint: from discovery",
        "    enabled: true # default",
        "    properties:",
        '      a: [1, "eu $${x}", {b: null}] # defaults, idpctl.yaml:7 with IDPCTL_VAR_STAGE',
        '      z: "1" # defaults, idpctl.yaml:7',
        '      c: [1, "eu $${x}", {b: null}] # idpctl.yaml:15 with IDPCTL_VAR_STAGE',
        "      d: {} # idpctl.yaml:15",
        "    lifecycle:",
        "      protect: true # prod.yaml:8",
        "      ignore_changes: [description, issuer] # prod.yaml:8",
        "      replace: create_first # default",
        "    suppress:",
        "      DSC-09: because # defaults, idpctl.yaml:8",
        "",
        "  two: # more/two.yaml:2",
        "    name: Two # more/two.yaml:3",
        "    type: custom # more/two.yaml:4",
        "    description: Everybody at eu $${x} # defaults, idpctl.yaml:6 with IDPCTL_VAR_STAGE",
        "    allowed_token_audience: x # more/two.yaml:5",
        "    well_known_url: https://two.example.com/.well-known/openid-configuration # more/two.yaml:6",
        "    # issuer: from discovery",
        "    # token_endpoint: from discovery",
        "    # jwks_endpoint: from discovery",
        "    enabled: false # more/two.yaml:7",
        "    properties:",
        '      a: [1, "eu $${x}", {b: null}] # defaults, idpctl.yaml:7 with IDPCTL_VAR_STAGE',
        '      z: "1" # defaults, idpctl.yaml:7',
        "    lifecycle:",
        "      protect: false # default",
        "      replace: create_first # default",
        "    suppress:",
        "      DSC-09: because # defaults, idpctl.yaml:8",
        "",
        "moved:",
        "  - from: old # idpctl.yaml:16",
        "    to: one # idpctl.yaml:16",
        "  - from: older # prod.yaml:9",
        "    to: two # prod.yaml:9",
    ]


def test_json_has_the_values_and_the_origin_of_each_by_pointer(layered: Request) -> None:
    body: dict[str, Any] = json.loads(rendered(layered, kind="json"))
    assert (body["format_version"], body["kind"], body["complete"]) == ("1.0", "configuration", True)
    assert body["registry"] == {"driver": "sqlite", "organization": "org", "path": "p q"}
    assert body["providers"]["one"]["token_endpoint"] is None
    assert body["moved"] == [{"from": "old", "to": "one"}, {"from": "older", "to": "two"}]
    origins = body["origins"]
    nowhere = {"file": None, "line": None, "column": None, "variables": []}
    assert origins["/providers/one/token_endpoint"] == {"kind": "discovery", **nowhere}
    assert origins["/providers/one/lifecycle/replace"] == {"kind": "default", **nowhere}
    assert origins["/moved/1/to"]["file"] == "prod.yaml"
    place = {"file": "idpctl.yaml", "line": 6, "column": 16}
    used = ["IDPCTL_VAR_STAGE"]
    assert origins["/providers/two/description"] == {"kind": "defaults", **place, "variables": used}


def test_every_value_in_the_json_has_its_origin(layered: Request) -> None:
    body = json.loads(rendered(layered, kind="json"))
    expected = {"/version", "/owner", "/guards/max_delete_percent"}
    expected |= {f"/registry/{name}" for name in body["registry"]}
    expected |= {f"/moved/{index}/{end}" for index in range(2) for end in ("from", "to")}
    for name, fields in body["providers"].items():
        expected.add(f"/providers/{name}")
        for field, value in fields.items():
            inner = [f"/{one}" for one in value] if isinstance(value, dict) else [""]
            expected |= {f"/providers/{name}/{field}{rest}" for rest in inner}
    assert set(body["origins"]) == expected


def test_names_in_a_pointer_are_escaped(tmp_path: Path) -> None:
    House(tmp_path).write("idpctl.yaml", GOOD + "    properties: {a/b~c: 1}\n")
    assert "/providers/workforce/properties/a~1b~0c" in rendered(request(tmp_path), kind="json")


def test_chosen_providers_are_a_fragment_that_cannot_be_planned_alone(layered: Request) -> None:
    text = rendered(layered, "two", "two")
    lines = text.splitlines()
    assert lines[:3] == [
        "# 1 of 2 providers: a fragment, not to be planned alone",
        "providers:",
        "  two: # more/two.yaml:2",
    ]
    assert "moved" not in text
    (layered.root / "part.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        load([Path("part.yaml")], root=layered.root, environ={})
    assert '"version" is missing' in [one.message for one in refused.value.problems]
    # Included, it is what it says.
    (layered.root / "whole.yaml").write_text(f"{HEAD}include: [part.yaml]\n", encoding="utf-8")
    found = load([Path("whole.yaml")], root=layered.root, environ={})
    assert [one.key for one in found.providers] == ["two"]


def test_an_unknown_provider_is_refused_with_a_suggestion(layered: Request) -> None:
    with pytest.raises(InvalidInputError, match='no provider "tow" is declared') as refused:
        effective(layered, ["tow"], resolve=False)
    assert refused.value.hint == "did you mean two?"


def test_no_providers_at_all(tmp_path: Path) -> None:
    House(tmp_path).write("idpctl.yaml", f"{HEAD}providers: {{}}\n")
    assert assert_reads_the_same(request(tmp_path)).endswith("\nproviders: {}\n")


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (
            "",
            [
                "driver: sqlite # default",
                "organization: default # default",
                "path: .idpctl/registry.db # default",
            ],
        ),
        (
            "registry: {driver: postgres, dsn: [1]}\n",
            [
                "driver: postgres # idpctl.yaml:9",
                "organization: default # default",
                "dsn: [1] # idpctl.yaml:9",
            ],
        ),
    ],
)
def test_what_is_built_in_says_so(tmp_path: Path, block: str, lines: list[str]) -> None:
    House(tmp_path).write("idpctl.yaml", GOOD + block)
    text = assert_reads_the_same(request(tmp_path))
    assert [line.strip() for line in text.partition("registry:\n")[2].split("\n\n")[0].splitlines()] == lines
    assert "max_delete_percent: 30 # default" in text


def test_a_warning_of_the_reader_is_a_comment(tmp_path: Path) -> None:
    House(tmp_path).write("idpctl.yaml", GOOD + "    description: see https://x.example #frag\n")
    text = assert_reads_the_same(request(tmp_path))
    assert re.search(r"^#  warning  YML-20  idpctl.yaml:9:\d+", text, re.MULTILINE)
    assert json.loads(rendered(request(tmp_path), kind="json"))["checks"][0]["rule"] == "YML-20"


def test_aliases_of_aliases_have_places_and_variables(tmp_path: Path) -> None:
    text = f"""\
{HEAD}defaults:
  properties: &all {{a: &one "${{IDPCTL_VAR_A}}", b: [*one, *one]}}
providers:
  x: &x
{FIELDS}    properties: *all
  z: *x
"""
    House(tmp_path).write("idpctl.yaml", text)
    lines = assert_reads_the_same(request(tmp_path, IDPCTL_VAR_A="v")).splitlines()
    assert "  z: # idpctl.yaml:12" in lines
    assert lines.count("      a: v # idpctl.yaml:11 with IDPCTL_VAR_A") == 1
    assert lines.count("      b: [v, v] # idpctl.yaml:12 with IDPCTL_VAR_A") == 1


def quoted(text: str) -> str:
    """Write `text` in a way that is not the renderer's."""
    return '"' + "".join(f"\\U{ord(one):08X}" for one in text.replace("${", "$${")) + '"'


def as_yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_key(name)}: {as_yaml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def as_key(text: str) -> str:
    return '"' + "".join(f"\\U{ord(one):08X}" for one in text) + '"'


def provider(fields: Mapping[str, Any]) -> dict[str, Any]:
    url = "https://x.example.com/.well-known/openid-configuration"
    return {"name": "Name", "type": "okta", "allowed_token_audience": "a", "well_known_url": url, **fields}


PROVIDERS = st.fixed_dictionaries(
    {},
    optional={
        "description": WORDS,
        "allowed_token_audience": WORDS.filter(bool),
        "issuer": WORDS.filter(bool),
        "enabled": st.booleans(),
        "properties": st.dictionaries(KEYS, VALUES, max_size=3),
        "suppress": st.just({"DSC-09": "x: #y"}),
    },
)
CONFIGURATIONS = st.fixed_dictionaries(
    {
        "providers": st.dictionaries(
            st.from_regex(r"[a-z0-9_][a-z0-9_.-]{0,5}", fullmatch=True), PROVIDERS, max_size=3
        ),
        "defaults": PROVIDERS.map(lambda one: {name: one[name] for name in one if name != "issuer"}),
        "registry": st.dictionaries(
            KEYS.filter(lambda one: one not in {"driver", "organization"}), VALUES, max_size=2
        ),
    }
)


@given(drawn=CONFIGURATIONS)
@example(
    drawn={
        "providers": {"no": {"properties": {"Plan": 9, "a": {"Note": "Objects", "": ""}}}},
        "defaults": {},
        "registry": {},
    }
)
@in_one_folder
def test_what_is_rendered_is_read_as_the_same_configuration(tmp_path: Path, drawn: dict[str, Any]) -> None:
    body = {
        "version": 1,
        "owner": "acme/prod",
        **drawn,
        "providers": {name: provider(fields) for name, fields in drawn["providers"].items()},
    }
    (tmp_path / "idpctl.yaml").write_text(as_yaml(body), encoding="utf-8")
    try:
        load([Path("idpctl.yaml")], root=tmp_path, environ={})
    except InvalidInputError:  # a drawn name that looks like a secret, say
        reject()
    assert_harmless(assert_reads_the_same(request(tmp_path)))


@given(value=VALUES)
@in_one_folder
def test_another_reader_of_yaml_reads_the_same_values(value: Any) -> None:
    text = inline(value).replace("$${", "${")
    assert yaml.safe_load(f"a: {text}") == {"a": value}


@pytest.mark.parametrize("text", hostile.CORPUS)
def test_no_text_acts_on_what_shows_it(text: str) -> None:
    written = [scalar(text), scalar(text, flow=True), key(text), inline({text: [text]})]
    for line in written:
        assert_harmless(line)
        assert "##[" not in line
        assert not re.search(r"Plan: \d|No changes\.|Note: Objects", line)
        assert hostile.SECRET not in line


# The reader lets both pass: with a space it is no URL, and names are not looked at.
@pytest.mark.parametrize(
    "fields", ['description: "at https://me, pw@host"', 'properties: {"https://me:pw@host": 1}']
)
def test_hidden_user_information_is_refused_by_the_reader_and_never_another_value(
    tmp_path: Path, fields: str
) -> None:
    House(tmp_path).write("idpctl.yaml", GOOD + f"    {fields}\n")
    text = rendered(request(tmp_path))
    assert "pw" not in text
    assert "pw" not in rendered(request(tmp_path), kind="json")
    (tmp_path / "flat.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        load([Path("flat.yaml")], root=tmp_path, environ={})
    assert {one.rule for one in refused.value.problems} == {"CFG-27"}


def test_a_key_longer_than_yaml_allows_without_a_mark_has_one(tmp_path: Path) -> None:
    House(tmp_path).write("idpctl.yaml", GOOD + f"    properties: {{a: {{? {'k' * 3000} : 1}}}}\n")
    assert "? kkk" in assert_reads_the_same(request(tmp_path))


@pytest.mark.parametrize(
    "text", ["a", "a b", "https://x/y?z", "api://x", "a:b", "-a"[1:], "1.2.3a", "Ünï", "$a", "a, b"]
)
def test_what_is_unmistakable_needs_no_quotes(text: str) -> None:
    assert can_be_plain(text)


@pytest.mark.parametrize("text", ["a, b", "[", "a:b", "{a"])
def test_between_brackets_less_is_unmistakable(text: str) -> None:
    assert not can_be_plain(text, flow=True)


POLICY = {"title": "Names", "description": "Any name will do.", "type": "object"}


def test_policies_of_all_layers_stand_there_with_the_entry_that_names_them(tmp_path: Path) -> None:
    house = House(tmp_path)
    for folder, name in (("base", "names"), ("base", "more"), ("prod", "last")):
        house.write(f"{folder}/policies/{name}.schema.json", json.dumps(POLICY))
    house.write(
        "base/idpctl.yaml", GOOD + "policies: [policies/names.schema.json, 'policies/*.schema.json']\n"
    )
    house.write("prod/idpctl.yaml", "version: 1\npolicies:\n  - policies/last.schema.json\n")
    asked = replace(request(tmp_path), files=(Path("base/idpctl.yaml"), Path("prod/idpctl.yaml")))
    text = rendered(asked)
    assert text.partition("policies:\n")[2].splitlines()[:3] == [
        f"  - policies/names.schema.json # base/idpctl.yaml:{GOOD.count(chr(10)) + 1}",
        f"  - policies/more.schema.json # base/idpctl.yaml:{GOOD.count(chr(10)) + 1}",
        "  - ../prod/policies/last.schema.json # prod/idpctl.yaml:3",
    ]
    body = json.loads(rendered(asked, kind="json"))
    assert body["policies"][2] == "../prod/policies/last.schema.json"
    assert body["origins"]["/policies/2"] == {
        "kind": "file",
        "file": "prod/idpctl.yaml",
        "line": 3,
        "column": 5,
        "variables": [],
    }


def test_a_rendered_file_is_judged_by_the_same_policies(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write("policies/names.schema.json", json.dumps(POLICY))
    house.write("idpctl.yaml", GOOD + "policies: ['policies/*.schema.json']\n")
    assert "\npolicies:\n  - policies/names.schema.json # " in assert_reads_the_same(request(tmp_path))
