"""Configuration files before and after formatting: all are judged before any is given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.layers import Reader
from idpctl.config.report import Report, count_of_errors
from idpctl.config.variables import AsWritten
from idpctl.errors import InvalidInputError
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from idpctl.config.builder import Document

# What is no YAML, or must not be shown in a difference. What a rule says of a value is no obstacle.
_OBSTACLES = ("YML-", "CFG-03", "CFG-27", "CFG-29")


@value
class Formatted:
    """A file, its text and its canonical text; `changed` also where only line ends differ."""

    shown: str
    before: str
    after: str
    changed: bool


def format_all(root: Path, paths: Sequence[Path]) -> list[Formatted]:
    """Format `paths`, relative to `root`, and all that they include."""
    return _format(root, lambda reader: [one for layer in reader.layers(paths) for one in layer.documents])


def format_these(root: Path, paths: Sequence[Path]) -> list[Formatted]:
    """Format `paths`, relative to `root`, and nothing else."""
    return _format(root, lambda reader: reader.alone(paths))


def format_bytes(root: Path, raw: bytes, shown: str) -> Formatted:
    """Format what a file holds."""
    (only,) = _format(root, lambda reader: reader.given(raw, shown))
    return only


def _format(root: Path, read: Callable[[Reader], list[Document]]) -> list[Formatted]:
    """Format what `read` reads; raise InvalidInputError with everything that stands in the way."""
    formatted = _formatter()
    report = Report()
    documents = read(Reader(root, report, AsWritten()))
    found = [one for one in report.problems() if one.blocks and one.rule.startswith(_OBSTACLES)]
    if found:
        raise InvalidInputError(count_of_errors(found), problems=found)
    once = {document.file.shown: document for document in documents}
    return [_formatted(document, formatted(document)) for document in once.values()]


def _formatter() -> Callable[[Document], str]:
    try:
        from idpctl.formatting.text import formatted
    except ModuleNotFoundError as error:
        hint = "pip install 'idpctl[fmt]'"
        raise InvalidInputError("idpctl fmt needs the package ruamel.yaml", hint=hint) from error
    return formatted


def _formatted(document: Document, after: str) -> Formatted:
    from hashlib import sha256

    file = document.file
    changed = sha256(after.encode()).hexdigest() != file.sha256
    return Formatted(shown=file.shown, before=file.text, after=after, changed=changed)
