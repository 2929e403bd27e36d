"""What of the drift was accepted, for how long and why: a file that is under review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.config import beside
from idpctl.drift.model import Acceptance
from idpctl.errors import InvalidInputError, Source

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.config.builder import Document

_KIND = beside.Kind(
    named="file of acceptances",
    schema="accept",
    members=("version", "accept"),
    hint="See `idpctl schema accept`; `idpctl drift -v` prints the entry for each finding.",
    conflict="take one side, or both entries",
)


def read_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """Return the entries of the file; raise InvalidInputError with everything wrong with it."""
    document = beside.read(path, path.as_posix(), _KIND)
    return _acceptances(document)


def _acceptances(document: Document) -> tuple[Acceptance, ...]:
    from idpctl.config.places import locate

    entries: list[dict[str, Any]] = document.value["accept"]
    spots = locate(document.file, [("accept", index) for index in range(len(entries))])
    found = []
    for index, entry in enumerate(entries):
        place = spots["accept", index].value
        _require_day(entry["until"], place)
        found.append(Acceptance(**entry, source=place))
    return tuple(found)


def _require_day(day: str, place: Source) -> None:
    """Raise for a day that no calendar has: such an entry would count longer than anyone meant."""
    from datetime import date

    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise InvalidInputError(
            f"{day} is no day of the calendar", where=place, hint='write it as "2026-12-31"'
        ) from error
