"""Regular expressions of JSON Schema (ECMA-262), as Python understands them."""

from __future__ import annotations

_SETS = {"w": "_A-Za-z0-9", "d": "0-9"}


def to_python(pattern: str) -> str:
    r"""Return `pattern` with every `$` that is an anchor written as `\Z`, and `\w` and `\d` written out.

    In ECMA-262 `$` matches at the very end alone; in Python it matches before a final newline too,
    so that `^[a-z]+$` would accept "abc\n". There `\w` and `\d` know ASCII alone, and no letter that
    only looks like one.
    """
    out: list[str] = []
    in_class = escaped = False
    for character in pattern:
        if not escaped and not in_class and character == "$":
            out.append("\\Z")
            continue
        if escaped:
            escaped = False
            # Behind a dash it would become the end of a range, where both languages know none.
            if character in _SETS and not (in_class and out[-2:-1] == ["-"]):
                out[-1] = _SETS[character] if in_class else f"[{_SETS[character]}]"
                continue
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
