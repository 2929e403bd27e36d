"""Where things stand in a JSON text: read again only when something has to be said of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    Path = tuple[str, ...]

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]|[^\s\[\]{},:"]+', re.DOTALL)


def locate(text: str, wanted: Collection[Path]) -> dict[Path, int]:
    """Return the index in `text`, which is JSON, of each of `wanted`: of its key where it has one.

    A path has names of members, and indices as text; what is not there stands at the start.
    """
    found = dict(_walk(text))
    return {path: found.get(path, 0) for path in wanted}


def _walk(text: str) -> Iterator[tuple[Path, int]]:
    """Yield path and index of every value, the whole first."""
    tokens = ((match.group(), match.start()) for match in _TOKEN.finditer(text))
    yield from _value(tokens, next(tokens), ())


def _value(
    tokens: Iterator[tuple[str, int]], token: tuple[str, int], path: Path, key: int | None = None
) -> Iterator[tuple[Path, int]]:
    yield path, token[1] if key is None else key
    if token[0] == "{":
        for name, index in _until(tokens, "}"):
            yield from _value(tokens, next(tokens), (*path, json.loads(name)), index)
    elif token[0] == "[":
        for number, entry in enumerate(_until(tokens, "]")):
            yield from _value(tokens, entry, (*path, str(number)))


def _until(tokens: Iterator[tuple[str, int]], end: str) -> Iterator[tuple[str, int]]:
    """Yield the first token of each member or entry; what follows it is read by who gets it."""
    while (token := next(tokens))[0] != end:
        if token[0] != ",":
            yield token
