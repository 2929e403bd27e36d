"""From what a schema refuses to a finding of one of our rules, in the words of someone who writes YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.inspect import Finding
from idpctl.text import escape

if TYPE_CHECKING:
    from idpctl.config.inspect import Path
    from idpctl.model import Json
    from idpctl.schema.explain import Violation

_RULES = {
    "additionalProperties": "CFG-20",
    "required": "CFG-21",
    "type": "CFG-22",
    "enum": "CFG-23",
    "const": "CFG-23",
    "pattern": "CFG-25",
    "propertyNames": "CFG-25",
}
_LIMITS = "CFG-24"
_ABOUT_KEYS = {"additionalProperties", "propertyNames"}
_SHOWN = 60


def finding(violation: Violation, document: Json) -> Finding | None:
    """Return `violation` of the schema by `document` as a finding.

    None where a key of the file itself is missing: which ones have to be there depends on the file's
    part in the configuration, and `structure` says it.
    """
    path, keyword = violation.path, violation.keyword
    if keyword == "required" and not path:
        return None
    if path == ("providers",) and keyword == "type" and document["providers"] is None:
        return Finding("CFG-26", path, "`providers` is empty")
    if keyword in _ABOUT_KEYS:
        return Finding(_RULES[keyword], path, violation.message, violation.hint, at_key=True)
    if keyword == "required":
        return Finding(_RULES[keyword], path, violation.message, violation.hint)
    if keyword == "type" and violation.expected == "string" and _is_scalar(at(document, path)):
        return Finding("CFG-02", path, "")
    message = f"{label(path)} {violation.message}"
    hint = "write true or false, without quotes" if violation.expected == "boolean" else violation.hint
    return Finding(_RULES.get(keyword, _LIMITS), path, message, hint)


def type_words(path: Path, value: Json, written: str | None) -> tuple[str, str | None]:
    """Return message and hint for a scalar that is not text, `written` so in the file.

    Without `written` the value comes from an alias.
    """
    name = label(path)
    if written == "":
        return f"{name} must be text, but is empty", 'write a value, or remove the line; "" is empty text'
    shown = escape(written or str(value), _SHOWN)
    return f"{name} must be text, but {shown} is {_kind(value)}", f'quote it: "{shown}"'


def label(path: Path) -> str:
    """Return a short name for the place that `path` leads to."""
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        return f"{label(path[:-1])}[{path[-1]}]"
    return escape(path[-1], _SHOWN)


def at(value: Json, path: Path) -> Json:
    """Return what `path` leads to in `value`."""
    for step in path:
        value = value[step]
    return value


def _is_scalar(value: Json) -> bool:
    return not isinstance(value, (dict, list))


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return "a number with a fraction" if isinstance(value, float) else "a number"
