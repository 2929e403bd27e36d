"""The discovery lock, read as strictly as a configuration: it is under review like one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.config import files
from idpctl.config.builder import build
from idpctl.config.report import Report
from idpctl.config.variables import AsWritten
from idpctl.documents import Entry, Lock
from idpctl.errors import InvalidInputError, Source
from idpctl.model import Places
from idpctl.schema.check import accepts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from idpctl.config.builder import Document
    from idpctl.config.files import TextFile
    from idpctl.config.inspect import Finding

_SCHEMA = "lock"
_HINT = (
    "See `idpctl schema lock`; if nothing else helps, remove the file, and let `idpctl lock` write it anew."
)
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?![^ \n])", re.MULTILINE)


def read_lock(root: Path, path: Path) -> Lock:
    """Return the lock at `path`, relative to `root`; raise InvalidInputError with everything wrong with it.

    Its values are text as it is written: variables are not replaced in it.
    """
    report = Report()
    file = files.read(root / path, path.as_posix(), report)
    return _lock(file, report)


def parse_lock(text: str, shown: str) -> Lock:
    """Return the lock whose file has `text`, as `read_lock` does."""
    report = Report()
    return _lock(files.accept(text.encode(), shown, report), report)


def _lock(file: TextFile | None, report: Report) -> Lock:
    document = None if file is None or _is_torn(file, report) else build(file, report, AsWritten())
    if document is not None:
        _judge(document, report)
    if document is None or report.failed:
        raise InvalidInputError("the lock file cannot be used", hint=_HINT, problems=report.problems())
    entries = {entry.key: entry for entry in _entries(document)}
    return Lock(entries=entries, file=document.file.shown, sha256=document.file.sha256)


def _is_torn(file: TextFile, report: Report) -> bool:
    """Report the marks that a merge leaves where it needs a decision."""
    found = _CONFLICT.search(file.text)
    if found is None:
        return False
    where = files.place(file.shown, file.text, found.start())
    hint = "take one side, then let `idpctl lock --update KEY` write what is served"
    report.add("YML-01", "a merge has left a conflict here that nobody decided", where, hint=hint)
    return True


def _judge(document: Document, report: Report) -> None:
    found: list[Finding] = []
    _require_members(document, report)
    if document.suspect:
        from idpctl.config.inspect import inspect

        found.extend(inspect(document.value))
    if not accepts(_SCHEMA, document.value):
        found.extend(_refused(document))
    if found:
        from idpctl.config.judge import place

        secrets = {one.path for one in found if one.rule == "CFG-27"}
        kept = [one for one in found if one.rule == "CFG-27" or one.path not in secrets]
        place(
            document, [one._replace(hint=one.hint or _HINT) if one.message else one for one in kept], report
        )


def _require_members(document: Document, report: Report) -> None:
    """Report what the file as a whole lacks."""
    value = document.value
    for name in ("version", "providers") if isinstance(value, dict) else ():
        if name not in value:
            start = Source(file=document.file.shown, line=1)
            report.add("CFG-21", f'"{name}" is missing', start, hint=_HINT)


def _refused(document: Document) -> Iterator[Finding]:
    from idpctl.config.wording import finding
    from idpctl.schema.check import explain

    for violation in explain(_SCHEMA, document.value):
        found = finding(violation, document.value)
        if found is not None:
            yield found


def _entries(document: Document) -> Iterator[Entry]:
    providers: Mapping[str, dict[str, str]] = document.value["providers"]
    marks = document.marks.get(id(providers), ())
    for (key, values), mark in zip(providers.items(), marks, strict=True):
        packed = (mark, *document.marks[id(values)])
        places = Places(file=document.file.shown, names=tuple(values), packed=packed)
        yield Entry(key=key, places=places, **values)
