"""The discovery lock, read as strictly as a configuration: it is under review like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config import beside
from idpctl.documents import Entry, Lock
from idpctl.model import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from idpctl.config.builder import Document

_KIND = beside.Kind(
    named="lock file",
    schema="lock",
    members=("version", "providers"),
    hint="See `idpctl schema lock`; if nothing else helps, remove the file, and let `idpctl lock` write it"
    " anew.",
    conflict="take one side, then let `idpctl lock --update KEY` write what is served",
)


def read_lock(root: Path, path: Path) -> Lock:
    """Return the lock at `path`, relative to `root`; raise InvalidInputError with all that is wrong."""
    return _lock(beside.read(root / path, path.as_posix(), _KIND))


def parse_lock(text: str, shown: str) -> Lock:
    """Return the lock whose file has `text`, as `read_lock` does."""
    return _lock(beside.parse(text, shown, _KIND))


def _lock(document: Document) -> Lock:
    entries = {entry.key: entry for entry in _entries(document)}
    return Lock(entries=entries, file=document.file.shown, sha256=document.file.sha256)


def _entries(document: Document) -> Iterator[Entry]:
    providers: Mapping[str, dict[str, str]] = document.value["providers"]
    marks = document.marks.get(id(providers), ())
    for (key, values), mark in zip(providers.items(), marks, strict=True):
        packed = (mark, *document.marks[id(values)])
        places = Places(file=document.file.shown, names=tuple(values), packed=packed)
        yield Entry(key=key, places=places, **values)
