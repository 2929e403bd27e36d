"""`${IDPCTL_VAR_NAME}` in text.

That prefix alone: whoever edits a file under review must not read the environment of the runner.
A replaced value is text, whatever it looks like, and is not replaced again. `$${` stands for `${`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "IDPCTL_VAR_"
_REFERENCE = r"\$\$\{|\$\{([^{}]*)(\}?)"
_NAME = PREFIX + "[A-Za-z0-9_]+"
_MOST_FAULTS = 3
_MOST_CHARACTERS = 1024 * 1024


def names(text: str) -> tuple[str, ...]:
    """Return the variables that `text` refers to, each once."""
    found = (match[1] for match in re.finditer(_REFERENCE, text))
    return tuple(dict.fromkeys(name for name in found if name is not None))


class Variables:
    """Replaces variables, and remembers which were used."""

    __slots__ = ("_environ", "_grown", "used")

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._grown = 0
        self.used: dict[str, str] = {}

    def expand(self, text: str) -> tuple[str, list[str]]:
        """Return `text` with variables replaced, and what is wrong with those that cannot be."""
        parts: list[str] = []
        faults: list[str] = []
        end = 0
        for match in re.finditer(_REFERENCE, text):
            value, fault = self._value(match)
            if fault is not None and len(faults) < _MOST_FAULTS:
                faults.append(fault)
            parts += (text[end : match.start()], value)
            end = match.end()
        parts.append(text[end:])
        return "".join(parts), faults

    def _value(self, match: re.Match[str]) -> tuple[str, str | None]:
        name, closed = match.groups()
        if name is None:
            return "${", None
        if not closed:
            return "", "a ${ has no closing }"
        if not re.fullmatch(_NAME, name):
            return "", f"{quote(name)} is not replaced: only names that begin with {PREFIX} are"
        if name not in self._environ:
            return "", f"the variable {name} is not set"
        value = self.used[name] = self._environ[name]
        self._grown += len(value)
        if self._grown > _MOST_CHARACTERS:
            return "", "variables grow the configuration by more than a million characters"
        return value, None


class AsWritten(Variables):
    """Replaces nothing: for those who ask what is written, wherever variables are not set."""

    def __init__(self) -> None:
        super().__init__({})

    def expand(self, text: str) -> tuple[str, list[str]]:
        """Return `text` itself."""
        return text, []
