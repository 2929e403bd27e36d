"""From a JSON Schema to a fast check that says yes or no.

Exactly the keywords of our own schemas are known. An unknown one is an error, so that nothing a
schema says is silently ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.schema import keywords as kw

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.schema.keywords import Check, Schema

    Builder = Callable[[kw.Compiler, Schema], Check]

# They describe, and assert nothing. `format` asserts nothing either in Draft 2020-12.
ANNOTATIONS = frozenset(
    {
        "$schema",
        "$id",
        "$comment",
        "$defs",
        "title",
        "description",
        "examples",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "format",
    }
)

# In the order in which they are tried: what is cheap and refuses most comes first.
KEYWORDS: dict[str, Builder] = {
    "type": kw.of_type,
    "const": kw.of_const,
    "enum": kw.of_enum,
    "minLength": kw.of_length,
    "maxLength": kw.of_length,
    "minimum": kw.of_range,
    "maximum": kw.of_range,
    "minItems": kw.of_count,
    "maxItems": kw.of_count,
    "minProperties": kw.of_size,
    "maxProperties": kw.of_size,
    "required": kw.of_required,
    "pattern": kw.of_pattern,
    "format": kw.of_format,
    "$ref": kw.of_ref,
    "properties": kw.of_members,
    "patternProperties": kw.of_members,
    "additionalProperties": kw.of_members,
    "propertyNames": kw.of_names,
    "items": kw.of_items,
    "uniqueItems": kw.of_unique,
    "allOf": kw.of_all,
    "anyOf": kw.of_any,
    "oneOf": kw.of_one,
    "not": kw.of_not,
    "if": kw.of_condition,
    "then": kw.of_condition,
    "else": kw.of_condition,
}
_PLAIN_STRING = frozenset({"type", "minLength", "maxLength"})


class SchemaError(ValueError):
    """A schema says something that this compiler does not know; never a fault of a user."""


class SchemaCompiler:
    """Compiles one schema file; definitions are compiled once, and may refer to themselves.

    `annotations` are the keywords that assert nothing; without `format` among them, formats are checked.
    """

    def __init__(self, root: Schema, annotations: frozenset[str] = ANNOTATIONS) -> None:
        self._root = root
        self._annotations = annotations
        self._refs: dict[str, Check] = {}

    def check(self, schema: Any) -> Check:
        """Return the check of `schema`; raise SchemaError for a keyword that is not known."""
        if isinstance(schema, bool):
            return lambda _value: schema
        asserted = {name for name in schema.keys() - self._annotations if not name.startswith("x-")}
        unknown = asserted - KEYWORDS.keys()
        if unknown:
            raise SchemaError(f"unknown keywords: {', '.join(sorted(unknown))}")
        if schema.get("type") == "string" and asserted <= _PLAIN_STRING:
            return kw.of_string(schema)
        builders = dict.fromkeys(build for keyword, build in KEYWORDS.items() if keyword in asserted)
        return kw.both([build(self, schema) for build in builders])

    def ref(self, pointer: str) -> Check:
        """Return the check of the definition at `pointer`; a definition inside itself is looked up late."""
        if pointer in self._refs:
            return self._refs[pointer]
        self._refs[pointer] = lambda value: self._refs[pointer](value)  # noqa: PLW0108 - looked up late
        self._refs[pointer] = self.check(self._find(pointer))
        return self._refs[pointer]

    def _find(self, pointer: str) -> Any:
        start, *steps = pointer.split("/")
        if start != "#":
            raise SchemaError(f"a reference leaves the file: {pointer}")
        found: Any = self._root
        for step in steps:
            if step not in found:
                raise SchemaError(f"a reference leads nowhere: {pointer}")
            found = found[step]
        return found
