"""The expressions of GitHub workflows, as far as our own workflows use them: `${{ a.b == 'c' && d }}`.

A name that is not there is empty; `&&` and `||` return one of their operands; an unknown function is
an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||[=!]=|[!().,]|[A-Za-z_][\w-]*)")
_HOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATUS = re.compile(r"\b(always|cancelled|failure|success)\(")
_WORDS = {"true": True, "false": False, "null": ""}

Functions = Mapping[str, Callable[[], Any]]


def interpolate(text: object, contexts: Mapping[str, Any], functions: Functions) -> str:
    """Return `text` with the value of each expression in its place."""
    return _HOLE.sub(lambda match: shown(evaluate(match[1], contexts, functions)), shown(text))


def condition(text: str | None, contexts: Mapping[str, Any], functions: Functions) -> bool:
    """Say whether an `if` holds; one that asks for no status holds only where all went well so far."""
    if text is None:
        return bool(functions["success"]())
    inner = text.strip().removeprefix("${{").removesuffix("}}")
    asked = _STATUS.search(inner) is not None
    return (asked or bool(functions["success"]())) and bool(evaluate(inner, contexts, functions))


def evaluate(text: str, contexts: Mapping[str, Any], functions: Functions) -> Any:
    """Return the value of one expression."""
    tokens = _TOKEN.findall(text)
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text), f"cannot read {text!r}"
    parser = _Parser(tokens, contexts, functions)
    value = parser.either()
    assert not parser.tokens, f"cannot read {parser.tokens} of {text!r}"
    return value


def shown(value: object) -> str:
    """Return a value as it is put into text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Parser:
    def __init__(self, tokens: list[str], contexts: Mapping[str, Any], functions: Functions) -> None:
        self.tokens, self._contexts, self._functions = tokens, contexts, functions

    def either(self) -> Any:
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._take("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        if self._take("=="):
            return shown(value) == shown(self._single())
        if self._take("!="):
            return shown(value) != shown(self._single())
        return value

    def _single(self) -> Any:
        if self._take("!"):
            return not self._single()
        if self._take("("):
            value = self.either()
            assert self._take(")")
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        return self._call(token) if self._take("(") else self._name(token)

    def _call(self, name: str) -> Any:
        assert self._take(")"), f"{name} takes nothing"
        return self._functions[name]()

    def _name(self, first: str) -> Any:
        value: Any = _WORDS[first] if first in _WORDS else self._contexts[first]
        while self._take("."):
            name = self.tokens.pop(0)
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        return value

    def _take(self, token: str) -> bool:
        found = bool(self.tokens) and self.tokens[0] == token
        if found:
            self.tokens.pop(0)
        return found
