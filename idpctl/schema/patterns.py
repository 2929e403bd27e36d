"""Regular expressions of JSON Schema (ECMA-262), as Python understands them."""

from __future__ import annotations


def to_python(pattern: str) -> str:
    r"""Return `pattern` with every `$` that is an anchor written as `\Z`.

    In ECMA-262 `$` matches at the very end alone; in Python it matches before a final newline too,
    so that `^[a-z]+$` would accept "abc\n".
    """
    out: list[str] = []
    in_class = escaped = False
    for character in pattern:
        if not escaped and not in_class and character == "$":
            out.append("\\Z")
            continue
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "[":
            in_class = True
        elif character == "]":
            in_class = False
        out.append(character)
    return "".join(out)


def rewrite(schema: object) -> object:
    """Return a copy of `schema` in which every pattern is written for Python.

    Names of members under `properties`, `$defs` and the like are no keywords, so that a member
    called `pattern` stays as it is.
    """
    if isinstance(schema, list):
        return [rewrite(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _rewrite_keyword(key, value) for key, value in schema.items()}


def _rewrite_keyword(key: str, value: object) -> object:
    if key == "pattern" and isinstance(value, str):
        return to_python(value)
    if key == "patternProperties" and isinstance(value, dict):
        return {to_python(pattern): rewrite(schema) for pattern, schema in value.items()}
    if key in {"properties", "$defs", "dependentSchemas"} and isinstance(value, dict):
        return {name: rewrite(schema) for name, schema in value.items()}
    return value if key in {"const", "enum", "examples", "default"} else rewrite(value)
