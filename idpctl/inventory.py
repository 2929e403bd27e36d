"""What the registry holds, and how each record stands: told from marks alone, without discovery."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.model import FIELDS
from idpctl.ownership import choose, follow, sort_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.model import Declared, Mark, Moved, Record, Snapshot


class Status(StrEnum):
    """How a record stands to this configuration."""

    IN_SYNC = "in sync"
    DRIFTED = "drifted"
    DEPOSED = "deposed"
    UNDECLARED = "undeclared"
    MISSING = "missing"
    UNMANAGED = "unmanaged"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the inventory; `detail` says which fields drifted, or who the owner is."""

    key: str | None
    name: str
    type: str
    status: Status
    issuer: str = ""
    enabled: bool = True
    detail: str = ""


def inventory(
    declared: Sequence[Declared], snapshot: Snapshot, owner: str, moved: Sequence[Moved] = ()
) -> list[Row]:
    """Return a row for each record and for each declared provider without one.

    Own records come first, by key; then the unmanaged, then the foreign ones, by name. "In sync"
    means as last applied: whether the configuration has changed since is for a plan to say.
    """
    by_key = {one.key: one for one in declared}
    renamed, _ = follow(moved, by_key)
    ownership = sort_out(snapshot.records, owner, renamed)
    rows: list[Row] = []
    for key in sorted({*by_key, *ownership.by_key}):
        records = ownership.by_key.get(key, ())
        rows.extend(_own(key, by_key.get(key), records))
    rows.extend(_row(None, record, Status.UNMANAGED) for record in _by_name(ownership.unmanaged))
    owners = {record.ref: mark.owner for record, mark in ownership.foreign}
    foreign = _by_name([record for record, _ in ownership.foreign])
    rows.extend(_row(None, record, Status.FOREIGN, owners[record.ref]) for record in foreign)
    return rows


def _by_name(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.idp.name)


def _own(key: str, declared: Declared | None, records: Sequence[Record]) -> Iterator[Row]:
    if not records:
        if declared is not None:
            yield Row(key=key, name=declared.name, type=declared.type, status=Status.MISSING)
        return
    current, *deposed = choose(records, None if declared is None else declared.name)
    drifted = edited_fields(current)
    if drifted:
        yield _row(key, current, Status.DRIFTED, ", ".join(drifted))
    else:
        yield _row(key, current, Status.IN_SYNC if declared is not None else Status.UNDECLARED)
    for record in deposed:
        yield _row(key, record, Status.DEPOSED)


def _row(key: str | None, record: Record, status: Status, detail: str = "") -> Row:
    idp = record.idp
    return Row(
        key=key,
        name=idp.name,
        type=idp.type,
        status=status,
        issuer=idp.issuer,
        enabled=idp.enabled,
        detail=detail,
    )


def edited_fields(record: Record) -> list[str]:
    """Return the fields that are not as the mark remembers them."""
    mark: Mark | None = record.mark
    if mark is None:
        return []
    return [path for path, known in mark.applied.items() if known != _digest(record, path)]


def _digest(record: Record, path: str) -> str:
    if path in FIELDS:
        return digest.short(getattr(record.idp, path))
    return digest.short(record.idp.properties.get(path.partition(".")[2]))
