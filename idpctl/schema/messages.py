"""Words for what a schema refuses.

A message about a value has no subject, so that it can follow a field's name. A value is shown
only where it helps, and never where the schema marks it `writeOnly`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.schema.suggest import meant, suggest
from idpctl.text import escape, listing, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idpctl.model import Json

    Words = tuple[str, str | None]
    Schema = Mapping[str, Any]

_SHOWN = 60
_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "null": "nothing",
    "integer": "a whole number",
    "number": "a number",
}


def kind(value: Json) -> str:
    """Return what `value` is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a mapping"


def _type(expected: Json, value: Json, _: Schema) -> Words:
    names = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_KINDS[name] for name in names)
    return f"must be {wanted}, but is {kind(value)}", None


def _shown(value: Json, schema: Schema) -> str:
    if schema.get("writeOnly") or not isinstance(value, str):
        return ""
    return f", not {quote(value, _SHOWN)}"


def _example(schema: Schema) -> str | None:
    examples = schema.get("examples", ())
    return f"for example {escape(str(examples[0]))}" if examples else None


def _enum(expected: Json, value: Json, schema: Schema) -> Words:
    words = [str(word) for word in expected]
    hint = meant(value, words) if isinstance(value, str) else None
    return f"must be one of {listing(words, len(words))}{_shown(value, schema)}", hint


def _const(expected: Json, value: Json, schema: Schema) -> Words:
    wanted = quote(expected) if isinstance(expected, str) else str(expected)
    return f"must be {wanted}{_shown(value, schema)}", None


def _pattern(_: Json, value: Json, schema: Schema) -> Words:
    hint = schema.get("description") or _example(schema)
    return f"does not have the right form{_shown(value, schema).replace(', not', ':')}", hint


def _min_length(expected: Json, value: Json, schema: Schema) -> Words:
    if not value:
        return "must not be empty", _example(schema)
    return f"must have at least {expected} characters, but has {len(value)}", None


def _max_length(expected: Json, value: Json, _: Schema) -> Words:
    return f"must have at most {expected} characters, but has {len(value)}", None


def _min_count(expected: Json, value: Json, _: Schema) -> Words:
    return f"must have at least {expected} entries, but has {len(value)}", None


def _max_count(expected: Json, value: Json, _: Schema) -> Words:
    return f"must have at most {expected} entries, but has {len(value)}", None


def _minimum(expected: Json, *_: object) -> Words:
    return f"must be {expected} or more", None


def _maximum(expected: Json, *_: object) -> Words:
    return f"must be {expected} or less", None


def _unique(*_: object) -> Words:
    return "must not have the same entry twice", None


def _below(expected: Json, *_: object) -> Words:
    return f"must be less than {expected}", None


def _above(expected: Json, *_: object) -> Words:
    return f"must be more than {expected}", None


def _multiple(expected: Json, *_: object) -> Words:
    return f"must be a multiple of {expected}", None


def _format(expected: Json, value: Json, schema: Schema) -> Words:
    return f"must have the format {expected}{_shown(value, schema)}", _example(schema)


def _contains(*_: object) -> Words:
    return "has no entry of the wanted form, or too many", None


def _dependent(expected: Json, value: Json, _: Schema) -> Words:
    missing = [name for key, names in expected.items() if key in value for name in names if name not in value]
    return f"lacks {listing(missing)}, which another key needs", None


def _alternatives(_: Json, value: Json, schema: Schema) -> Words:
    return f"has none, or more than one, of the allowed forms{_shown(value, schema).replace(', not', ':')}", (
        schema.get("description")
    )


_WORDS: dict[str, Callable[[Any, Any, Schema], Words]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "minItems": _min_count,
    "maxItems": _max_count,
    "minProperties": _min_count,
    "maxProperties": _max_count,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _above,
    "exclusiveMaximum": _below,
    "multipleOf": _multiple,
    "format": _format,
    "contains": _contains,
    "dependentRequired": _dependent,
    "uniqueItems": _unique,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
}


def words(keyword: str, expected: Json, value: Json, schema: Schema) -> Words:
    """Return message and hint for a `value` that fails `keyword`, where `schema` says `expected`."""
    make = _WORDS.get(keyword)
    return (
        ("is not allowed here", schema.get("description")) if make is None else make(expected, value, schema)
    )


def unknown_key(key: str, schema: Schema) -> Words:
    """Return message and hint for a key that `schema` does not have."""
    return f"unknown key {quote(key, _SHOWN)}", suggest(key, schema.get("properties", ()))


def wrong_key(key: str, schema: Schema) -> Words:
    """Return message and hint for a key that does not look as `schema`, that of the keys, wants it."""
    hint = schema.get("description") or _example(schema)
    return f"the key {quote(key, _SHOWN)} does not have the right form", hint


def missing_key(key: str) -> Words:
    """Return message and hint for a key that has to be there."""
    return f"{quote(key, _SHOWN)} is missing", None
