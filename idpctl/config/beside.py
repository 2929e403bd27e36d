"""A file beside the configuration, read as strictly as that, and judged by a schema of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.config import files
from idpctl.config.builder import build
from idpctl.config.judge import findings_in, place
from idpctl.config.report import MOST, Report
from idpctl.config.variables import AsWritten
from idpctl.errors import InvalidInputError, Source
from idpctl.value import value

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.config.builder import Document
    from idpctl.config.files import TextFile

_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?![^ \n])", re.MULTILINE)


@value
class Kind:
    """A kind of file: what it is called, its schema, the members that it must have, and what to do.

    `conflict` is what to do about the marks that a merge has left in it.
    """

    named: str
    schema: str
    members: tuple[str, ...]
    hint: str
    conflict: str


def read(path: Path, shown: str, kind: Kind) -> Document:
    """Return the file at `path`; raise InvalidInputError with everything that is wrong with it.

    Its values are text as it is written: variables are not replaced in it.
    """
    report = Report()
    return _sound(files.read(path, shown, report), kind, report)


def parse(text: str, shown: str, kind: Kind) -> Document:
    """Return the file that has `text`, as `read` does."""
    report = Report()
    return _sound(files.accept(text.encode(), shown, report), kind, report)


def _sound(file: TextFile | None, kind: Kind, report: Report) -> Document:
    document = None if file is None or _is_torn(file, kind, report) else build(file, report, AsWritten())
    if document is not None:
        _judge(document, kind, report)
    if document is None or report.failed:
        raise InvalidInputError(
            f"the {kind.named} cannot be used", hint=kind.hint, problems=report.problems()
        )
    return document


def _is_torn(file: TextFile, kind: Kind, report: Report) -> bool:
    """Report the marks that a merge leaves where it needs a decision."""
    found = _CONFLICT.search(file.text)
    if found is None:
        return False
    where = files.place(file.shown, file.text, found.start())
    message = "a merge has left a conflict here that nobody decided"
    report.add("YML-01", message, where, hint=kind.conflict)
    return True


def _judge(document: Document, kind: Kind, report: Report) -> None:
    _require_members(document, kind, report)
    found = findings_in(document, kind.schema)
    if found:
        hinted = [one._replace(hint=one.hint or kind.hint) if one.message else one for one in found]
        place(document, hinted[: MOST + 1], report)


def _require_members(document: Document, kind: Kind, report: Report) -> None:
    """Report what the file as a whole lacks."""
    for name in kind.members if isinstance(document.value, dict) else ():
        if name not in document.value:
            start = Source(file=document.file.shown, line=1)
            report.add("CFG-21", f'"{name}" is missing', start, hint=kind.hint)
