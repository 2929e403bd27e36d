"""Why a row is no record: told slowly, and only once one has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import RegistryError
from idpctl.registry.sqlite_rows import COLUMNS, FLAGS, check, read_object, unpack
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from idpctl.registry.sqlite_rows import Row

_SHOWN = 5
_READERS: dict[str, Callable[..., object]] = {
    "enabled": FLAGS.__getitem__,
    "properties": read_object,
    "mark_applied": lambda text: unpack(text, max),
    "mark_protect": FLAGS.__getitem__,
}


def faulty(connection: Connection, select: str, values: tuple[str, ...], path: Path) -> RegistryError:
    """Return an error that names the records and columns that `select` finds malformed."""
    connection.text_factory = _lenient
    try:
        rows = connection.execute(select, values).fetchall()
    finally:
        connection.text_factory = str
    faults = [fault for row in rows for fault in _faults(row)]
    more = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return RegistryError(
        f"the registry holds malformed records: {'; '.join(faults[:_SHOWN])}{more}",
        where=str(path),
        hint="correct the rows in a database shell; nothing was changed",
    )


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _faults(row: Row) -> Iterator[str]:
    named = f"record {quote(str(row[COLUMNS.index('name')]))}"
    cells = dict(zip(COLUMNS, row, strict=True))
    for column, value in cells.items():
        if isinstance(value, str) and _has_surrogates(value):
            yield f"{named}: {column} is not valid UTF-8"
    try:
        marked = check(row)
    except ValueError as error:
        yield f"{named}: {error}"
        return
    for column, read in _READERS.items():
        if marked or not column.startswith("mark_"):
            try:
                read(cells[column])
            except KeyError:
                yield f"{named}: {column} is neither 0 nor 1"
            except ValueError as error:
                yield f"{named}: {column}: {error}"


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)
