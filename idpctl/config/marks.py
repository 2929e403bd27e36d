"""Places that were kept while reading: packed numbers, back to lines and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.config.builder import Document
    from idpctl.model import Json

LINE = 4096  # as in model.Places: line * 4096 + column, the column capped
FIRST = LINE + 1


def unpack(file: str, packed: int) -> Source:
    """Return the place that `packed` stands for."""
    line, column = divmod(packed, LINE)
    return Source(file=file, line=line, column=column)


def mark_of(document: Document, mapping: Mapping[str, Json], key: str) -> int:
    """Return the packed place of the member `key` of a `mapping` of `document`; `FIRST` if none was kept."""
    marks = document.marks.get(id(mapping))
    return FIRST if marks is None else marks[list(mapping).index(key)]


def source_of(document: Document, mapping: Mapping[str, Json], key: str) -> Source:
    """Return the place of the member `key` of a `mapping` of `document`."""
    return unpack(document.file.shown, mark_of(document, mapping, key))
