"""Types and equality as JSON Schema has them: a boolean is no number, and 1.0 equals 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from idpctl.model import Json


def is_integer(value: Json) -> bool:
    """Say whether `value` is an integer; stricter than JSON Schema, which takes 1.0 for one."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Json) -> bool:
    """Say whether `value` is a number; a boolean is none, although Python counts with it."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": is_integer,
    "number": is_number,
}


def frozen(value: Json) -> Hashable:
    """Return a hashable stand-in: two are equal exactly where JSON Schema calls the values equal."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return ("array", tuple(map(frozen, value)))
    if isinstance(value, dict):
        return ("object", frozenset((name, frozen(member)) for name, member in value.items()))
    return ("plain", value)
