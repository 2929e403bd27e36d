"""The parts of a JSON Schema: where schemas stand in it, and which of them speak about one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Path = tuple[str, ...]
    Parts = Mapping[Path, Any]

_ONE = frozenset({"items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"})
_ONE |= {"unevaluatedItems", "unevaluatedProperties"}
_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "$defs", "dependentSchemas")
_ABOUT_THE_SAME_VALUE = ("not", "if", "then", "else", "allOf", "anyOf", "oneOf", "dependentSchemas")
_REFERENCES = ("$ref", "$dynamicRef")
_ANCHORS = ("$anchor", "$dynamicAnchor")


def parts_of(schema: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the schema and every schema in it with its path; indices are written as text."""
    yield path, schema
    if isinstance(schema, dict):
        for step, inner in _children(schema):
            yield from parts_of(inner, (*path, *step))


def _children(schema: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for keyword, inner in schema.items():
        if keyword in _ONE:
            yield (keyword,), inner
        elif keyword in _MANY:
            yield from (((keyword, str(index)), one) for index, one in enumerate(inner))
        elif keyword in _NAMED:
            yield from (((keyword, name), one) for name, one in inner.items())


def references(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield keyword and target of each reference of one part."""
    return ((keyword, schema[keyword]) for keyword in _REFERENCES if keyword in schema)


def anchors(parts: Parts) -> Iterator[tuple[str, Path]]:
    """Yield each anchor with the path of the part that has it; a name may come twice."""
    for path, part in parts.items():
        names = {part[keyword] for keyword in _ANCHORS if keyword in part} if isinstance(part, dict) else ()
        yield from ((name, path) for name in names)


def target_of(reference: str, parts: Parts, named: Mapping[str, Path]) -> Path | None:
    """Return the path of the part that `reference` leads to, None where it leads to none.

    What stands elsewhere, in an `enum` for example, is data: nobody has looked whether it is a schema.
    """
    if reference == "#" or reference.startswith("#/"):
        path = tuple(reference.split("/")[1:])
        return path if path in parts else None
    return named.get(reference.removeprefix("#"))


def same_value(path: Path, parts: Parts, named: Mapping[str, Path]) -> Iterator[Path]:
    """Yield the paths of the parts that the part at `path` applies to its own value."""
    part = parts[path]
    if not isinstance(part, dict):
        return
    for step, _ in _children(part):
        if step[0] in _ABOUT_THE_SAME_VALUE:
            yield (*path, *step)
    targets = (target_of(reference, parts, named) for _, reference in references(part))
    yield from (target for target in targets if target is not None)
