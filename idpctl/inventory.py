"""What the registry holds, and how each record stands: told from marks alone, without discovery."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.model import FIELDS
from idpctl.ownership import choose, follow, sort_out
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.model import Declared, IdentityProvider, Mark, Moved, Record, Snapshot


class Status(StrEnum):
    """How a record stands to this configuration."""

    IN_SYNC = "in sync"
    DRIFTED = "drifted"
    DEPOSED = "deposed"
    UNDECLARED = "undeclared"
    MISSING = "missing"
    UNMANAGED = "unmanaged"
    FOREIGN = "foreign"


@value
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
        if key in ownership.by_key:
            rows.extend(_own(key, by_key.get(key), ownership.by_key[key]))
        else:
            rows.append(_missing(by_key[key]))
    rows.extend(_row(None, record, Status.UNMANAGED) for record in _by_name(ownership.unmanaged))
    owners = {record.ref: mark.owner for record, mark in ownership.foreign}
    foreign = _by_name([record for record, _ in ownership.foreign])
    rows.extend(_row(None, record, Status.FOREIGN, owners[record.ref]) for record in foreign)
    return rows


def _by_name(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.idp.name)


def _own(key: str, declared: Declared | None, records: Sequence[Record]) -> Iterator[Row]:
    current, *deposed = choose(records, None if declared is None else declared.name)
    drifted = edited_fields(current, declared)
    if drifted:
        yield _row(key, current, Status.DRIFTED, ", ".join(drifted))
    else:
        yield _row(key, current, Status.IN_SYNC if declared is not None else Status.UNDECLARED)
    for record in deposed:
        yield _row(key, record, Status.DEPOSED)


def _missing(declared: Declared) -> Row:
    return Row(key=declared.key, name=declared.name, type=declared.type, status=Status.MISSING)


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


def edited_fields(record: Record, declared: Declared | None = None) -> list[str]:
    """Return the fields that are not as the mark remembers them, without those that `declared` lets be."""
    if record.mark is None:
        return []
    applied, live = record.mark.applied, record.idp
    ignored = frozenset() if declared is None else declared.lifecycle.ignore_changes
    edited = [
        path
        for path in FIELDS
        if path in applied and path not in ignored and applied[path] != digest.short(getattr(live, path))
    ]
    if "properties" not in ignored:
        edited.extend(_edited_properties(record.mark, live, declared))
    return edited


def _edited_properties(mark: Mark, live: IdentityProvider, declared: Declared | None) -> Iterator[str]:
    for path in sorted(mark.applied):
        prefix, _, key = path.partition(".")
        managed = prefix == "properties" and (declared is None or key in declared.properties)
        if managed and mark.applied[path] != digest.short(live.properties.get(key)):
            yield path
