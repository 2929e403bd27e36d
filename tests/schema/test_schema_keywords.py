"""Every keyword that is known: the fast check agrees with jsonschema, and traps are no traps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from idpctl.schema.check import accepts, explain
from idpctl.schema.compile import ANNOTATIONS, KEYWORDS, SchemaCompiler, SchemaError
from idpctl.schema.patterns import to_python

if TYPE_CHECKING:
    from collections.abc import Callable

    Ship = Callable[[Any], str]


def fast(schema: Any, value: Any) -> bool:
    return SchemaCompiler(schema).check(schema)(value)


# A schema, values that it accepts, and values that it refuses.
SCHEMAS: list[tuple[Any, list[Any], list[Any]]] = [
    (True, [None, {}], []),
    (False, [], [None, {}]),
    ({}, [None, 1, []], []),
    ({"type": "string"}, ["", "a"], [1, None, [], {}, True]),
    ({"type": "integer"}, [0, -5], [True, 1.5, "1", None]),
    ({"type": "number"}, [0, 1.5], [True, "1", None]),
    ({"type": "boolean"}, [True, False], [0, 1, "true", None]),
    ({"type": "null"}, [None], [0, False, ""]),
    ({"type": "array"}, [[], [1]], [{}, "a"]),
    ({"type": "object"}, [{}, {"a": 1}], [[], "a"]),
    ({"type": ["string", "null"]}, ["a", None], [1, False]),
    ({"minLength": 2}, ["ab", 1, None], ["", "a"]),
    ({"maxLength": 2}, ["ab", "\U0001f600\U0001f600", 1, [1, 2, 3]], ["abc"]),
    ({"type": "string", "minLength": 1, "maxLength": 2}, ["a", "ab"], ["", "abc", 1]),
    ({"type": "string", "minLength": 1}, ["a"], ["", 1]),
    ({"type": "string", "title": "x"}, [""], [1]),
    ({"pattern": "b"}, ["abc", 1], ["ac", ""]),
    ({"pattern": "^[a-z]+$"}, ["abc"], ["abc\n", "", "a b"]),
    ({"pattern": "^\\$[$]$"}, ["$$"], ["$", "$$\n"]),
    ({"enum": ["a", "b"]}, ["a"], ["c", 1, None, ["a"]]),
    ({"enum": [1, None, [True]]}, [1, None, [True]], [True, 0, [1], "1"]),
    ({"enum": [0]}, [0], [False, "0"]),
    ({"const": 1}, [1, 1.0], [True, "1", [1]]),
    ({"const": {"a": [1]}}, [{"a": [1]}], [{"a": [True]}, {"a": [1], "b": 1}, {}]),
    ({"const": False}, [False], [0, None]),
    ({"minimum": 2}, [2, 2.5, "a", True], [1, 1.9]),
    ({"maximum": 2}, [2, -5, None], [3]),
    ({"type": "integer", "minimum": 0, "maximum": 1}, [0, 1], [2, -1, True]),
    ({"minItems": 1}, [[1], {}], [[]]),
    ({"maxItems": 1}, [[1], {"a": 1, "b": 2}], [[1, 2]]),
    ({"items": {"type": "string"}}, [[], ["a"], {"a": 1}, "x"], [["a", 1]]),
    ({"items": False}, [[]], [[1]]),
    (
        {"uniqueItems": True},
        [[], [1, True], [[1], [True]], ["a", "b"], "aa"],
        [[1, 1], [{"a": 1}, {"a": 1}], [1, 1.0]],
    ),
    ({"uniqueItems": False}, [[1, 1]], []),
    ({"required": ["a"]}, [{"a": None}, [], "a"], [{}, {"b": 1}]),
    ({"minProperties": 1}, [{"a": 1}, []], [{}]),
    ({"maxProperties": 1}, [{"a": 1}, [1, 2]], [{"a": 1, "b": 1}]),
    ({"properties": {"a": {"type": "null"}}}, [{}, {"a": None}, {"b": 1}, []], [{"a": 1}]),
    ({"properties": {"a": True}, "additionalProperties": False}, [{}, {"a": 1}, []], [{"b": 1}]),
    ({"additionalProperties": {"type": "string"}}, [{}, {"a": "b"}, "x"], [{"a": 1}]),
    ({"patternProperties": {"^a": {"type": "null"}}}, [{"a": None, "b": 1}, []], [{"ab": 1}]),
    (
        {
            "properties": {"ab": {"minimum": 5}},
            "patternProperties": {"^a": {"type": "integer"}},
            "additionalProperties": False,
        },
        [{"ab": 6, "ac": 1}, {}],
        [{"ab": 1}, {"ab": "6"}, {"b": 1}],
    ),
    ({"propertyNames": {"pattern": "^a"}}, [{"ab": 1}, {}, ["b"]], [{"ba": 1}]),
    ({"allOf": [{"type": "string"}, {"minLength": 1}]}, ["a"], ["", 1]),
    ({"allOf": [{"type": "string"}]}, ["a"], [1]),
    ({"anyOf": [{"type": "string"}, {"minimum": 5}]}, ["a", 5, None], [4]),
    ({"oneOf": [{"type": "string"}, {"minLength": 2}]}, ["a", 1], ["ab"]),
    ({"oneOf": [{"type": "string"}, {"type": "null"}]}, ["a", None], [1]),
    ({"not": {"type": "string"}}, [1], ["a"]),
    ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}, ["ab", 2, None], ["a", 1]),
    ({"if": {"type": "string"}}, ["a", 1], []),
    ({"then": False, "else": False}, ["a"], []),
    ({"$ref": "#/$defs/a", "maxLength": 3, "$defs": {"a": {"minLength": 2}}}, ["ab"], ["a", "abcd"]),
    (
        {
            "$ref": "#/$defs/t",
            "$defs": {"t": {"type": "object", "properties": {"in": {"$ref": "#/$defs/t"}}}},
        },
        [{}, {"in": {"in": {}}}],
        [1, {"in": 1}, {"in": {"in": 1}}],
    ),
]
FLAT = [
    (schema, value, good)
    for schema, yes, no in SCHEMAS
    for good, values in ((True, yes), (False, no))
    for value in values
]


@pytest.mark.parametrize(("schema", "value", "good"), FLAT)
def test_keyword(schema: Any, value: Any, good: object) -> None:
    assert fast(schema, value) is good


@pytest.mark.parametrize(("schema", "value", "good"), FLAT)
def test_the_explanation_agrees(ship: Ship, schema: Any, value: Any, good: object) -> None:
    name = ship(schema)
    assert accepts(name, value) is good
    assert (explain(name, value) == []) is good


@pytest.mark.parametrize(("schema", "value", "good"), FLAT)
def test_jsonschema_agrees_but_for_the_documented_traps(schema: Any, value: Any, good: object) -> None:
    final_newline = isinstance(value, str) and value.endswith("\n")
    if not final_newline:
        assert Draft202012Validator(schema).is_valid(value) is good


def test_the_traps_are_traps_in_jsonschema() -> None:
    assert Draft202012Validator({"type": "integer"}).is_valid(1.0)
    assert not fast({"type": "integer"}, 1.0)
    assert Draft202012Validator({"pattern": "^a$"}).is_valid("a\n")
    assert not fast({"pattern": "^a$"}, "a\n")


UNKNOWN = [
    {"multipleOf": 2},
    {"properties": {"a": {"dependentRequired": {}}}},
    {"items": {"contains": {}}},
    {"anyOf": [{"$dynamicRef": "#a"}]},
    {"patternProperties": {"a": {"prefixItems": []}}},
    {"if": {"unevaluatedProperties": False}},
    {"$ref": "#/$defs/a", "$defs": {"a": {"exclusiveMinimum": 1}}},
    {"tpye": "string"},
]


@pytest.mark.parametrize("schema", UNKNOWN)
def test_an_unknown_keyword_is_an_error(schema: Any) -> None:
    with pytest.raises(SchemaError, match="unknown keywords"):
        SchemaCompiler(schema).check(schema)


@pytest.mark.parametrize("ref", ["#/$defs/missing", "https://example.com/x.json", "other.json#/a"])
def test_a_reference_stays_in_its_file(ref: str) -> None:
    with pytest.raises(SchemaError, match="a reference"):
        fast({"$ref": ref, "$defs": {}}, 1)


def test_annotations_assert_nothing() -> None:
    schema = dict.fromkeys(ANNOTATIONS - {"$defs", "$schema"}, "x")
    assert fast({**schema, "$defs": {"a": False}, "format": "uri"}, "no uri")


def test_every_keyword_is_in_the_table_of_this_test() -> None:
    text = repr(SCHEMAS)
    # Shipped schemas assert no `format`: tests/policies has those that do.
    assert all(f"'{keyword}'" in text for keyword in KEYWORDS.keys() - {"format"})


PATTERNS = [
    ("^a$", "^a\\Z"),
    ("a", "a"),
    ("^\\$a$", "^\\$a\\Z"),
    ("[$]$", "[$]\\Z"),
    ("[\\]$]$", "[\\]$]\\Z"),
    ("a$|b$", "a\\Z|b\\Z"),
    ("\\\\$", "\\\\\\Z"),
    ("^\\w+\\d$", "^[_A-Za-z0-9]+[0-9]\\Z"),
    ("[^\\w-z\\d]", "[^_A-Za-z0-9-z0-9]"),
    ("[+-\\w]", "[+-\\w]"),
    ("\\\\w\\W", "\\\\w\\W"),
    ("", ""),
]


@pytest.mark.parametrize(("pattern", "python"), PATTERNS)
def test_patterns_of_ecma(pattern: str, python: str) -> None:
    assert to_python(pattern) == python


texts = st.text("ab$ ", max_size=3)
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, -1.5]) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
sizes = st.integers(0, 3)
leaves = st.one_of(
    st.booleans(),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])}
    ),
    st.fixed_dictionaries(
        {"type": st.lists(st.sampled_from(["string", "integer", "null"]), min_size=1, unique=True)}
    ),
    st.fixed_dictionaries({"minLength": sizes, "maxLength": sizes}),
    st.fixed_dictionaries({"minimum": sizes, "maximum": sizes}),
    st.fixed_dictionaries({"minItems": sizes, "maxItems": sizes, "uniqueItems": st.booleans()}),
    st.fixed_dictionaries({"minProperties": sizes, "maxProperties": sizes}),
    st.fixed_dictionaries({"pattern": st.sampled_from(["^a", "b$", "^a*$", "[$]", "^$"])}),
    st.fixed_dictionaries({"enum": st.lists(values, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"const": values}),
    st.fixed_dictionaries({"required": st.lists(texts, max_size=2, unique=True)}),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branches = st.lists(inner, min_size=1, max_size=3)
    members = st.dictionaries(texts, inner, max_size=2)
    return st.one_of(
        st.fixed_dictionaries({"items": inner}),
        st.fixed_dictionaries({"properties": members, "additionalProperties": inner}),
        st.fixed_dictionaries(
            {"patternProperties": st.dictionaries(st.sampled_from(["a", "^b", "\\$$"]), inner, max_size=2)},
            optional={"properties": members, "additionalProperties": inner, "propertyNames": inner},
        ),
        *(st.fixed_dictionaries({keyword: branches}) for keyword in ("allOf", "anyOf", "oneOf")),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner}),
        st.fixed_dictionaries({"then": inner, "type": st.just("string"), "minLength": sizes}),
    )


@pytest.mark.unmeasured
@given(schema=st.recursive(leaves, nested, max_leaves=6), value=values)
@settings(max_examples=400, deadline=None)
def test_any_schema_of_these_keywords_means_what_jsonschema_says(schema: Any, value: Any) -> None:
    assert fast(schema, value) is Draft202012Validator(schema).is_valid(value)
