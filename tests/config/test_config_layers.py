"""Layers, included files and defaults: who wins, and what must not meet."""

from __future__ import annotations

import pytest

from idpctl.model import ReplaceOrder
from tests.config.house import FIELDS, GOOD, HEAD, House

ONE = f"providers:\n  one:\n{FIELDS}"


def test_later_layers_win_field_by_field(house: House) -> None:
    layer = """\
version: 1
owner: acme/stage
providers:
  workforce:
    well_known_url: https://stage.okta.com/oauth2/default/.well-known/openid-configuration
    enabled: false
  extra: {name: Extra, type: custom, allowed_token_audience: a, well_known_url: https://x.example.com}
"""
    configuration = house.load(GOOD, "stage.yaml", files={"stage.yaml": layer})
    workforce, extra = configuration.providers
    assert configuration.owner == "acme/stage"
    assert (workforce.name, workforce.enabled) == ("OktaWorkforce", False)
    assert workforce.well_known_url.startswith("https://stage.")
    assert extra.key == "extra"


def test_a_layer_may_say_nothing_of_providers_or_owner(house: House) -> None:
    layers = {
        "a.yaml": "version: 1\nguards: {max_delete_percent: 50}\n",
        "b.yaml": "version: 1\nguards: {}\n",
    }
    assert house.load(GOOD, "a.yaml", "b.yaml", files=layers).guards_max_delete_percent == 50
    assert house.load("version: 1\n", "good.yaml", files={"good.yaml": GOOD}).owner == "acme/prod"


def test_each_layer_states_its_version(house: House) -> None:
    assert house.found(GOOD, "b.yaml", files={"b.yaml": "providers: {}\n"}) == ["b.yaml:1:1 CFG-21"]


def test_mappings_of_a_provider_are_merged_key_by_key(house: House) -> None:
    base = (
        GOOD
        + """\
    properties: {a: 1, b: {x: 1, y: 2}}
    lifecycle: {protect: true, ignore_changes: [description, issuer]}
    suppress: {DSC-09: base, DSC-11: base}
"""
    )
    layer = """\
version: 1
providers:
  workforce:
    properties: {b: {x: 3}, c: 4}
    lifecycle: {ignore_changes: [enabled], replace: delete_first}
    suppress: {DSC-09: layer}
"""
    (provider,) = house.load(base, "b.yaml", files={"b.yaml": layer}).providers
    assert provider.properties == {"a": 1, "b": {"x": 3}, "c": 4}
    assert provider.lifecycle.protect
    assert provider.lifecycle.ignore_changes == {"enabled"}
    assert provider.lifecycle.replace is ReplaceOrder.DELETE_FIRST
    assert provider.suppress == {"DSC-09": "layer", "DSC-11": "base"}


def test_defaults_lie_under_every_provider(house: House) -> None:
    defaults = "defaults:\n  description: ours\n  enabled: false\n  properties: {a: 1, b: 2}\n"
    defaults += "  lifecycle: {protect: true}\n"
    text = GOOD.replace("providers:", f"{defaults}providers:")
    text += "    description: own\n    properties: {b: 3}\n    lifecycle: {replace: delete_first}\n"
    text += f"  second:\n{FIELDS}"
    first, second = house.load(text).providers
    assert (first.description, second.description) == ("own", "ours")
    assert (first.enabled, second.enabled) == (False, False)
    assert (first.properties, second.properties) == ({"a": 1, "b": 3}, {"a": 1, "b": 2})
    assert first.lifecycle.protect
    assert second.lifecycle.protect


def test_defaults_of_later_layers_win_over_earlier_ones_and_under_every_provider(house: House) -> None:
    text = GOOD.replace("providers:", "defaults: {description: base, enabled: false}\nproviders:")
    layer = "version: 1\ndefaults: {description: layer, allowed_token_audience: never}\n"
    (provider,) = house.load(text, "b.yaml", files={"b.yaml": layer}).providers
    assert (provider.description, provider.enabled) == ("layer", False)
    assert provider.allowed_token_audience == "api://default"


def test_defaults_can_hold_what_every_provider_needs(house: House) -> None:
    text = GOOD.replace("    allowed_token_audience: api://default\n", "")
    text = text.replace("providers:", "defaults: {allowed_token_audience: all}\nproviders:")
    assert house.load(text).providers[0].allowed_token_audience == "all"


def test_included_files_add_providers_in_order(house: House) -> None:
    files = {f"providers/{name}.yaml": ONE.replace("one", name) for name in ("b", "a")}
    files["single.yaml"] = ONE.replace("one", "c")
    text = GOOD + "include: [single.yaml, providers/*.yaml, 'providers/[ab].yaml', './single.yaml']\n"
    configuration = house.load(text, files=files)
    assert [one.key for one in configuration.providers] == ["workforce", "c", "a", "b"]
    assert list(configuration.inputs.files) == [
        "idpctl.yaml",
        "single.yaml",
        "providers/a.yaml",
        "providers/b.yaml",
    ]
    assert str(configuration.providers[2].at("name")) == "providers/a.yaml:3:11"


def test_included_files_are_relative_to_the_file_that_names_them(house: House) -> None:
    house.write("conf/providers/a.yaml", ONE)
    text = HEAD + "include: [providers/*.yaml]\n"
    configuration = house.load("version: 1\n", "conf/main.yaml", files={"conf/main.yaml": text})
    assert str(configuration.providers[0].at()) == "conf/providers/a.yaml:2:3"


def test_the_files_of_the_command_are_not_included_again(house: House) -> None:
    files = {"more.yaml": ONE, "stage.yaml": "version: 1\nowner: stage\n"}
    configuration = house.load(GOOD + "include: ['*.yaml']\n", "stage.yaml", files=files)
    assert [one.key for one in configuration.providers] == ["workforce", "one"]
    assert configuration.owner == "stage"


def test_hidden_files_are_not_matched(house: House) -> None:
    files = {"providers/a.yaml": ONE, "providers/.b.yaml": "broken: ["}
    assert len(house.load(GOOD + "include: [providers/*]\n", files=files).providers) == 2


INCLUDES = [
    ("nothing/*.yaml", "matches no file"),
    ("missing.yaml", "matches no file"),
    ("../other.yaml", "leads out of the folder"),
    ("a/../../other.yaml", "leads out of the folder"),
    ("/etc/passwd", "is not relative"),
    ("~/x.yaml", "is not relative"),
    ("**/*.yaml", "name each folder"),
    ("a\\b.yaml", "holds a character"),
    ("link.yaml", "leads out of the folder"),
    ("linked/*.yaml", "leads out of the folder"),
]


@pytest.mark.parametrize(("pattern", "message"), INCLUDES)
def test_what_cannot_be_included(house: House, pattern: str, message: str) -> None:
    outside = house.root / "outside"
    inside = House(house.root / "inside")
    House(outside).write("a.yaml", ONE)
    inside.root.mkdir()
    (inside.root / "link.yaml").symlink_to(outside / "a.yaml")
    (inside.root / "linked").symlink_to(outside)
    problem = inside.only(GOOD + f"include:\n  - '{pattern}'\n")
    assert (problem.rule, str(problem.source), problem.path) == ("CFG-29", "idpctl.yaml:10:5", "include.0")
    assert message in problem.message


def test_all_wrong_includes_are_told_beside_what_the_others_hold(house: House) -> None:
    text = GOOD + "include: [../a, b/*.yaml, 12, c.yaml]\n"
    assert house.found(text, files={"c.yaml": "providers: {a: {nmae: x}}\n"}) == [
        "c.yaml:1:17 CFG-20",
        "idpctl.yaml:9:11 CFG-29",
        "idpctl.yaml:9:17 CFG-29",
        "idpctl.yaml:9:27 CFG-02",
    ]


def test_a_link_inside_the_folder_is_followed_once(house: House) -> None:
    house.write("providers/a.yaml", ONE)
    (house.root / "providers" / "b.yaml").symlink_to("a.yaml")
    assert len(house.load(GOOD + "include: [providers/*.yaml]\n").providers) == 2


INCLUDED = [
    ("owner: x\nproviders: {}\n", ["more.yaml:1:1 CFG-32"]),
    ("version: 1\nproviders: {}\ninclude: []\n", ["more.yaml:1:1 CFG-32", "more.yaml:3:1 CFG-32"]),
    ("{}\n", ["more.yaml:1:1 CFG-26"]),
    ("providers:\n", ["more.yaml:1:1 CFG-26"]),
    ("defaults: {}\n", ["more.yaml:1:1 CFG-26", "more.yaml:1:1 CFG-32"]),
    ("- a\n", ["more.yaml:1:1 CFG-22"]),
    ("providers: {a: [}\n", ["more.yaml:1:17 YML-01"]),
]


@pytest.mark.parametrize(("text", "expected"), INCLUDED)
def test_what_an_included_file_must_not_be(house: House, text: str, expected: list[str]) -> None:
    assert house.found(GOOD + "include: [more.yaml]\n", files={"more.yaml": text}) == expected


def test_two_files_of_one_layer_must_not_declare_the_same_key(house: House) -> None:
    files = {"a.yaml": ONE, "b.yaml": ONE + f"  workforce:\n{FIELDS}"}
    problems = house.problems(GOOD + "include: [a.yaml, b.yaml]\n", files=files)
    assert [(str(one.source), one.rule, one.address, one.message) for one in problems] == [
        ("b.yaml:2:3", "CFG-30", "one", '"one" is declared here and at a.yaml:2:3'),
        ("b.yaml:7:3", "CFG-30", "workforce", '"workforce" is declared here and at idpctl.yaml:4:3'),
    ]


REGISTRIES = [
    ("", "", ("sqlite", "default", {"path": ".idpctl/registry.db"})),
    ("registry: {organization: acme}\n", "", ("sqlite", "acme", {"path": ".idpctl/registry.db"})),
    ("registry: {path: x.db}\n", "registry: {organization: b}\n", ("sqlite", "b", {"path": "x.db"})),
    ("registry: {driver: postgres, host: h}\n", "", ("postgres", "default", {"host": "h"})),
    (
        "registry: {path: x.db, organization: acme}\n",
        "registry: {driver: postgres, host: h}\n",
        ("postgres", "acme", {"host": "h"}),
    ),
    (
        "registry: {driver: postgres, host: h}\n",
        "registry: {port: 1}\n",
        ("postgres", "default", {"host": "h", "port": 1}),
    ),
    ("registry: {driver: x, a: 1}\n", "registry: {driver: x, b: 2}\n", ("x", "default", {"a": 1, "b": 2})),
]


@pytest.mark.parametrize(("base", "layer", "expected"), REGISTRIES)
def test_the_registry(house: House, base: str, layer: str, expected: tuple[object, ...]) -> None:
    found = house.load(GOOD + base, "b.yaml", files={"b.yaml": f"version: 1\n{layer}"}).registry
    assert (found.driver, found.organization, found.settings) == expected


def test_the_place_of_the_registry(house: House) -> None:
    assert house.load(GOOD).registry.source is None
    assert str(house.load(GOOD + "registry: {}\n").registry.source) == "idpctl.yaml:9:1"


def test_the_guard_has_a_default(house: House) -> None:
    assert house.load(GOOD).guards_max_delete_percent == 30
    assert house.load(GOOD + "guards: {max_delete_percent: 0}\n").guards_max_delete_percent == 0


MOVED = [
    ("{from: old, to: workforce}", []),
    ("{from: workforce, to: workforce}", ['9:16 "workforce" is still declared: nothing has moved']),
    ("{from: old, to: workfroce}", ['9:25 "workfroce" is not declared']),
    ("{from: a, to: workforce}, {from: a, to: workforce}", ['9:42 "a" is moved twice']),
    (
        "{from: a, to: b}, {from: workforce, to: c}",
        [
            '9:23 "b" is not declared',
            '9:34 "workforce" is still declared: nothing has moved',
            '9:49 "c" is not declared',
        ],
    ),
]


@pytest.mark.parametrize(("entries", "expected"), MOVED)
def test_moved(house: House, entries: str, expected: list[str]) -> None:
    text = GOOD + f"moved: [{entries}]\n"
    if not expected:
        (entry,) = house.load(text).moved
        assert (entry.from_key, entry.to_key, str(entry.source)) == ("old", "workforce", "idpctl.yaml:9:16")
        return
    problems = house.problems(text)
    assert [f"{one.source.line}:{one.source.column} {one.message}" for one in problems] == expected
    assert {one.rule for one in problems} == {"CFG-31"}


def test_a_moved_entry_suggests_what_was_meant(house: House) -> None:
    assert house.only(GOOD + "moved: [{from: old, to: workfroce}]\n").hint == 'did you mean "workforce"?'


def test_nothing_is_suggested_among_very_many(house: House) -> None:
    text = (
        HEAD
        + "moved: [{from: old, to: p}]\nproviders:\n"
        + "".join(f"  p{n}:\n{FIELDS}" for n in range(1001))
    )
    assert "declared one" in house.only(text).hint


@pytest.mark.parametrize("entry", ["x", "{from: 1, to: a}", "{to: a}", "{from: a, to: [b]}"])
def test_moved_entries_of_a_wrong_form_are_told_once(house: House, entry: str) -> None:
    assert len(house.problems(GOOD + f"moved: [{entry}]\n")) == 1


def test_problems_of_all_files_come_sorted(house: House) -> None:
    files = {"a.yaml": "providers: {x: {zzz: 1}}\n", "b.yaml": "version: 3\nonwer: x\n"}
    assert house.found(GOOD + "    a: 1\ninclude: [a.yaml]\n", "b.yaml", files=files) == [
        *["a.yaml:1:13 CFG-21"] * 4,
        "a.yaml:1:17 CFG-20",
        "b.yaml:1:10 CFG-23",
        "b.yaml:2:1 CFG-20",
        "idpctl.yaml:9:5 CFG-20",
    ]
