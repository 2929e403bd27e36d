"""Explanations: where, in which words, and with which hint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idpctl.schema.check import explain
from idpctl.schema.explain import MOST
from idpctl.schema.messages import kind
from idpctl.schema.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable

    Ship = Callable[[Any], str]

TEXT = {"type": "string", "examples": ["acme"]}
# Schema and value; path, message and hint of the one violation.
CASES: list[tuple[Any, Any, tuple[Any, ...], str, str | None]] = [
    ({"type": "string"}, 1, (), "must be text, but is a number", None),
    ({"type": "array"}, None, (), "must be a list, but is nothing", None),
    ({"type": ["integer", "null"]}, "a", (), "must be a whole number or nothing, but is text", None),
    ({"type": "number"}, True, (), "must be a number, but is true or false", None),
    ({"type": "boolean"}, [], (), "must be true or false, but is a list", None),
    ({"type": "object"}, 1.5, (), "must be a mapping, but is a number", None),
    (
        {"enum": ["okta", "auth0"]},
        "okto",
        (),
        'must be one of okta, auth0, not "okto"',
        'did you mean "okta"?',
    ),
    ({"enum": ["okta", "auth0"]}, "zzz", (), 'must be one of okta, auth0, not "zzz"', None),
    ({"enum": ["okta"]}, 5, (), "must be one of okta", None),
    ({"enum": ["okta"], "writeOnly": True}, "canary", (), "must be one of okta", None),
    ({"const": 1}, 2, (), "must be 1", None),
    ({"const": "a"}, "b", (), 'must be "a", not "b"', None),
    ({**TEXT, "pattern": "^a"}, "b", (), 'does not have the right form: "b"', "for example acme"),
    ({"pattern": "^a", "description": "Say a."}, "b", (), 'does not have the right form: "b"', "Say a."),
    ({"pattern": "^a", "writeOnly": True}, "canary", (), "does not have the right form", None),
    ({**TEXT, "minLength": 1}, "", (), "must not be empty", "for example acme"),
    ({"minLength": 3}, "ab", (), "must have at least 3 characters, but has 2", None),
    ({"maxLength": 1}, "ab", (), "must have at most 1 characters, but has 2", None),
    ({"minItems": 1}, [], (), "must have at least 1 entries, but has 0", None),
    ({"maxItems": 1}, [1, 2], (), "must have at most 1 entries, but has 2", None),
    ({"minProperties": 1}, {}, (), "must have at least 1 entries, but has 0", None),
    ({"maxProperties": 0}, {"a": 1}, (), "must have at most 0 entries, but has 1", None),
    ({"minimum": 1}, 0, (), "must be 1 or more", None),
    ({"maximum": 1}, 2, (), "must be 1 or less", None),
    ({"uniqueItems": True}, [1, 1], (), "must not have the same entry twice", None),
    ({"not": {"type": "null"}}, None, (), "is not allowed here", None),
    ({"not": {"type": "null"}, "description": "Say it."}, None, (), "is not allowed here", "Say it."),
    # jsonschema gives no path where the schema is `false`.
    ({"properties": {"a": False}}, {"a": 1}, (), "is not allowed here", None),
    ({"properties": {"a": {"not": {}}}}, {"a": 1}, ("a",), "is not allowed here", None),
    ({"items": TEXT}, ["a", 1], (1,), "must be text, but is a number", None),
    ({"required": ["a"]}, {"b": 1}, (), '"a" is missing', None),
    (
        {"additionalProperties": False, "properties": {"issuer": {}}},
        {"isuer": 1},
        ("isuer",),
        'unknown key "isuer"',
        'did you mean "issuer"?',
    ),
    ({"additionalProperties": False}, {"a": 1}, ("a",), 'unknown key "a"', "nothing is known here"),
    (
        {"patternProperties": {"^b": {}}, "additionalProperties": False},
        {"a": 1, "b": 1},
        ("a",),
        'unknown key "a"',
        "nothing is known here",
    ),
    ({"additionalProperties": {"items": TEXT}}, {"a": [1]}, ("a", 0), "must be text, but is a number", None),
    (
        {"propertyNames": {"pattern": "^a", "examples": ["abc"]}},
        {"b": 1},
        ("b",),
        'the key "b" does not have the right form',
        "for example abc",
    ),
    ({"propertyNames": False}, {"b": 1}, ("b",), 'the key "b" does not have the right form', None),
    ({"anyOf": [{"type": "string"}, {"items": TEXT}]}, [1], (0,), "must be text, but is a number", None),
    (
        {"oneOf": [{"type": "string"}, {"minLength": 1}]},
        "a",
        (),
        'has none, or more than one, of the allowed forms: "a"',
        None,
    ),
    ({"allOf": [{"maxLength": 1}]}, "ab", (), "must have at most 1 characters, but has 2", None),
    (
        {"if": {"type": "string"}, "then": {"maxLength": 1}},
        "ab",
        (),
        "must have at most 1 characters, but has 2",
        None,
    ),
    (
        {"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b": TEXT}}}},
        {"b": 1},
        ("b",),
        "must be text, but is a number",
        None,
    ),
]


@pytest.mark.parametrize(("schema", "value", "path", "message", "hint"), CASES)
def test_words(
    ship: Ship, schema: Any, value: Any, path: tuple[Any, ...], message: str, hint: str | None
) -> None:
    (violation,) = explain(ship(schema), value)
    assert (violation.path, violation.message, violation.hint) == (path, message, hint)


def test_several_keys_are_several_violations_ordered_by_place(ship: Ship) -> None:
    name = ship({"required": ["x", "y"], "additionalProperties": False, "properties": {"x": {}, "y": {}}})
    found = explain(name, {"c": 1, "a": 1, "b": 1})
    assert [one.path for one in found] == [(), (), ("a",), ("b",), ("c",)]
    assert [one.message for one in found[:2]] == ['"x" is missing', '"y" is missing']


def test_keyword_and_what_it_says(ship: Ship) -> None:
    (violation,) = explain(ship({"properties": {"a": {"type": "string"}}}), {"a": 1})
    assert (violation.keyword, violation.expected) == ("type", "string")


def test_no_more_than_a_thousand_in_the_order_of_the_document(ship: Ship) -> None:
    found = explain(ship({"additionalProperties": {"type": "string"}}), {f"k{n:05}": n for n in range(3000)})
    assert len(found) == MOST
    assert found[-1].path == ("k00999",)


def test_long_and_hostile_values_are_cut_and_escaped(ship: Ship) -> None:
    (violation,) = explain(ship({"enum": ["a"]}), "\x1b[2J" + "x" * 500)
    assert "\x1b" not in violation.message
    assert len(violation.message) < 150


def test_a_value_that_is_accepted_has_no_violation(ship: Ship) -> None:
    assert explain(ship({"type": "string"}), "a") == []


SUGGESTIONS = [
    ("isuer", ["issuer", "name"], 'did you mean "issuer"?'),
    ("WellKnownURL", ["well_known_url"], 'did you mean "well_known_url"?'),
    ("zzz", ["a", "b"], "known here: a, b"),
    ("zzz", [], "nothing is known here"),
    ("a" * 500, ["a" * 499], f"known here: {'a' * 200}... (+299 characters)"),
]


@pytest.mark.parametrize(("word", "known", "hint"), SUGGESTIONS)
def test_suggestions(word: str, known: list[str], hint: str) -> None:
    assert suggest(word, known) == hint


def test_kinds_of_values() -> None:
    assert [kind(one) for one in (None, True, 1, 1.5, "", [], {})] == [
        *("nothing", "true or false", "a number", "a number", "text", "a list", "a mapping")
    ]
