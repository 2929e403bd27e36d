"""What a policy file may be and say: everything that would be looked past is an error with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from idpctl.policies.vet import faults
from idpctl.schema import store
from tests.config.house import GOOD, House

if TYPE_CHECKING:
    from pathlib import Path

HEAD = {"title": "T", "description": "D."}
NAME = {"properties": {"name": {"minLength": 1}}}
GOOD_POLICY = json.dumps({**HEAD, **NAME})


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def with_policies(*patterns: str) -> str:
    return f"{GOOD}policies: {json.dumps(list(patterns))}\n"


# What stands in policies/a.schema.json; the problem, by place, rule and words.
FILES: list[tuple[str, bytes, str, str]] = [
    ("no JSON", b"{", "1:1 CFG-33", "the policy cannot be read: Expecting property name"),
    ("nothing", b"", "1:1 CFG-33", "Expecting value"),
    ("a member twice", b'{"a": 1, "a": 2}', "1:1 CFG-33", 'the member "a" is there twice'),
    ("NaN", b'{"a": NaN}', "1:1 CFG-33", "NaN, which is not JSON"),
    ("nested", b"[" * 60_000, "1:1 CFG-33", "nested deeper than 32"),
    ("large", b" " * (64 * 1024 + 1), "1:1 CFG-33", "larger than 64 KiB"),
    ("UTF-16", GOOD_POLICY.encode("utf-16"), "1:1 CFG-33", "not UTF-8"),
    ("a long number", b'{"a": ' + b"1" * 5000 + b"}", "1:1 CFG-33", "5000 digits"),
    ("bidi", '{\n "title": "T\u202e"}'.encode(), "2:13 YML-05", "U+202E"),
    ("a list", b"[]", "1:1 CFG-34", "a policy is a JSON object, and this is a list"),
    ("true", b"true", "1:1 CFG-34", "this is true or false"),
]


@pytest.mark.parametrize(
    ("raw", "place", "words"), [case[1:] for case in FILES], ids=[one[0] for one in FILES]
)
def test_a_file_that_is_no_policy(house: House, raw: bytes, place: str, words: str) -> None:
    house.write("policies/a.schema.json", raw)
    problem = house.only(with_policies("policies/*"))
    assert f"{problem.source} {problem.rule}" == f"policies/a.schema.json:{place}"
    assert words in problem.message
    assert problem.hint


PATTERNS = [
    ("/etc/*", "is not relative"),
    ("../*.schema.json", "leads out of the folder"),
    ("**/*.schema.json", "holds **"),
    ("none/*.schema.json", "matches no file"),
]


@pytest.mark.parametrize(("pattern", "words"), PATTERNS)
def test_a_pattern_goes_by_the_rules_of_include(house: House, pattern: str, words: str) -> None:
    problem = house.only(with_policies(pattern))
    assert (problem.rule, str(problem.source)) == ("CFG-33", "idpctl.yaml:9:12")
    assert words in problem.message


def test_a_pattern_that_is_no_text_is_the_schemas_affair(house: House) -> None:
    assert house.found(GOOD + "policies: [1]\n") == ["idpctl.yaml:9:12 CFG-02"]
    assert house.found(GOOD + "policies: a\n") == ["idpctl.yaml:9:11 CFG-22"]


def test_a_link_out_of_the_folder_is_refused(house: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "a.schema.json"
    outside.write_text(GOOD_POLICY)
    (house.root / "a.schema.json").symlink_to(outside)
    assert "leads out" in house.only(with_policies("a.schema.json")).message


@pytest.mark.parametrize(
    "name", ["A.schema.json", "a.json", "a_b.schema.json", "-a.schema.json", "a--b.schema.json", "x" * 61]
)
def test_the_name_of_a_file_makes_the_id(house: House, name: str) -> None:
    name = name if "." in name else f"{name}.schema.json"
    house.write(f"policies/{name}", GOOD_POLICY)
    problem = house.only(with_policies("policies/*"))
    assert problem.rule == "CFG-33"
    assert "SLUG.schema.json" in problem.message


def test_two_files_of_one_id_are_both_named(house: House) -> None:
    house.write("one/a.schema.json", GOOD_POLICY)
    house.write("two/a.schema.json", GOOD_POLICY)
    problem = house.only(with_policies("one/*", "two/*"))
    assert problem.rule == "CFG-35"
    assert problem.message == 'POL-a is the id of "two/a.schema.json" and of "one/a.schema.json"'


def test_a_folder_is_no_policy(house: House) -> None:
    (house.root / "policies/a.schema.json").mkdir(parents=True)
    assert house.only(with_policies("policies/*")).rule == "YML-02"


def test_every_fault_of_a_file_has_its_line(house: House) -> None:
    house.write(
        "a.schema.json",
        '{\n  "title": "T", "description": "D.",\n  "properties": {\n    "isuer": {"patern": "a"},\n'
        '    "name": {"type": "sting"}\n  },\n  "allOf": [{}, {"reqired": []}]\n}\n',
    )
    assert house.found(with_policies("a.schema.json")) == [
        "a.schema.json:4:15 CFG-34",
        "a.schema.json:5:14 CFG-34",
        "a.schema.json:7:18 CFG-34",
    ]


REMOTE = "nothing is read from the network or from other files"
# A part of a policy; where its fault is, and words of message and hint.
FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": ""}, "title", "must not be empty"),
    ({"title": 1}, "title", "must be text"),
    ({"description": " "}, "description", "right form"),
    ({"x-idpctl-severity": "fatal"}, "x-idpctl-severity", "must be one of error, warning, info"),
    ({"x-idpctl-suppressible": "no"}, "x-idpctl-suppressible", "must be true or false"),
    ({"x-idpctl-severty": "info"}, "x-idpctl-severty", 'did you mean "x-idpctl-severity"?'),
    ({"$schema": "http://json-schema.org/draft-07/schema#"}, "$schema", "must be"),
    ({"patern": "a"}, "patern", 'did you mean "pattern"?'),
    ({"definitions": {}}, "definitions", "unknown key"),
    ({"properties": {"name": {"minlength": 1}}}, "properties/name/minlength", 'did you mean "minLength"?'),
    ({"properties": {"name": {"minLength": -1}}}, "properties/name/minLength", "must be 0 or more"),
    ({"properties": {"name": {"minLength": 1.0}}}, "properties/name/minLength", "must be a whole number"),
    ({"properties": {"name": {"type": "text"}}}, "properties/name/type", "must be one of string, boolean"),
    ({"properties": {"name": {"enum": []}}}, "properties/name/enum", "at least 1"),
    ({"properties": {"name": 5}}, "properties/name", "must be a mapping or true or false"),
    ({"properties": {"name": {"format": "date"}}}, "properties/name/format", "must be one of uri, hostname"),
    ({"properties": {"name": {"pattern": "^(a"}}}, "properties/name/pattern", "no regular expression"),
    ({"properties": {"name": {"pattern": "\\p{L}"}}}, "properties/name/pattern", "no regular expression"),
    ({"properties": {"name": {"pattern": "a{99999999999}"}}}, "properties/name/pattern", "too large"),
    ({"properties": {"name": {"pattern": "a" * 1001}}}, "properties/name/pattern", "at most 1000"),
    ({"patternProperties": {"[": True}}, "patternProperties/[", "no regular expression"),
    ({"$ref": "https://evil.example.com/a.json"}, "$ref", REMOTE),
    ({"$ref": "other.json"}, "$ref", REMOTE),
    ({"$ref": "file:///etc/passwd"}, "$ref", REMOTE),
    ({"$dynamicRef": "//evil.example.com#a"}, "$dynamicRef", REMOTE),
    ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {}}}, "$ref", REMOTE),
    ({"$ref": "#/$defs/b", "$defs": {"a": {}}}, "$ref", "leads to no schema"),
    ({"$ref": "#/const", "const": {"patern": 1}}, "$ref", "leads to no schema"),
    ({"$ref": "#b", "$defs": {"a": {"$anchor": "a"}}}, "$ref", "leads to no schema"),
    ({"$ref": "#"}, "", "a reference leads back to itself"),
    ({"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}, "minProperties": 1}, "$defs/a", "back to itself"),
    ({"$defs": {"a": {"$anchor": "a"}, "b": {"$dynamicAnchor": "a"}}}, "$defs/b", "there twice"),
    ({"properties": {"name": {"$id": "a"}}}, "properties/name/$id", "at the top of a policy alone"),
    ({"not": {"x-idpctl-severity": "info", "type": "null"}}, "not/x-idpctl-severity", "at the top"),
    ({"then": {"required": ["name"]}}, "then", "then says nothing without if"),
    ({"if": {"required": ["name"]}}, "if", "if says nothing without then or else"),
    ({"properties": {"properties": {"minContains": 2}}}, "properties/properties/minContains", "says nothing"),
    ({"properties": {"isuer": {}}}, "properties/isuer", 'a provider has no "isuer"'),
    ({"properties": {"isuer": {}}}, "properties/isuer", 'did you mean "issuer"?'),
    ({"required": ["name", "nmae"]}, "required/1", 'a provider has no "nmae"'),
    ({"allOf": [{"if": {"properties": {"typ": {}}}, "then": False}]}, "allOf/0/if/properties/typ", "no"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"required": ["typ"]}}}, "$defs/a/required/0", 'no "typ"'),
    ({"properties": {"lifecycle": {"required": ["protekt"]}}}, "properties/lifecycle/required/0", "life"),
    ({"dependentRequired": {"name": ["nam"]}}, "dependentRequired/name/0", 'no "nam"'),
    ({"dependentSchemas": {"nam": {"minProperties": 1}}}, "dependentSchemas/nam", 'no "nam"'),
]


@pytest.mark.parametrize(("part", "path", "words"), FAULTS, ids=lambda value: json.dumps(value)[:60])
def test_a_policy_that_would_let_something_pass(part: dict[str, Any], path: str, words: str) -> None:
    found = faults({**HEAD, **part})
    assert path in {"/".join(one.path) for one in found}
    assert any(words in f"{one.message} {one.hint}" for one in found), found


def test_title_and_description_are_required() -> None:
    assert [one.message for one in faults(dict(NAME))] == ['"title" is missing', '"description" is missing']


@pytest.mark.parametrize("empty", [{}, {"$defs": {"a": {"minLength": 1}}}, {"x-note": 1, "$comment": "x"}])
def test_a_policy_that_checks_nothing_is_none(empty: dict[str, Any]) -> None:
    assert [one.message for one in faults({**HEAD, **empty})] == [
        "the policy checks nothing: it says only what it is called"
    ]


GOOD_PARTS: list[dict[str, Any]] = [
    NAME,
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://acme.example/a", **NAME},
    {"x-team": {"any": "thing"}, "x-idpctl-severity": "info", "x-idpctl-suppressible": False, **NAME},
    {"$ref": "#/$defs/a", "$defs": {"a": {"$anchor": "here", "minProperties": 1}}},
    {"$dynamicRef": "#here", "$defs": {"a": {"$dynamicAnchor": "here", "minProperties": 1}}},
    {"allOf": [{"minProperties": 1}, {"$ref": "#/allOf/0"}, True]},
    # Back to itself by way of a member: every value ends.
    {"$ref": "#/$defs/t", "$defs": {"t": {"additionalProperties": {"$ref": "#/$defs/t"}}}},
    {"properties": {"properties": {"required": ["anything"], "properties": {"patern": {"type": "string"}}}}},
    {"properties": {"lifecycle": {"properties": {"protect": {"const": True}}}}},
    {"properties": {"lifecycle": True}},
    {"if": {"properties": {"type": {"const": "okta"}}}, "then": {"required": ["issuer"]}, "else": False},
    {"properties": {"properties": {"additionalProperties": {"contains": {"const": 1}, "minContains": 2}}}},
    {"const": {"patern": 1}},
]


@pytest.mark.parametrize("part", GOOD_PARTS, ids=lambda value: json.dumps(value)[:60])
def test_a_good_policy(part: dict[str, Any]) -> None:
    policy = {**HEAD, **part}
    assert faults(policy) == []
    Draft202012Validator.check_schema(policy)


VALIDATING = ("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation")


def test_the_schema_of_policies_knows_the_keywords_of_the_draft_and_no_others() -> None:
    registry = Draft202012Validator({})._resolver._registry
    base = "https://json-schema.org/draft/2020-12/meta/"
    draft = {name for one in VALIDATING for name in registry.contents(base + one)["properties"]}
    known = set(store.load("policy")["$defs"]["schema"]["properties"])
    assert {name for name in known if not name.startswith("x-")} == draft - {"$vocabulary"}
