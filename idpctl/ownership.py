"""Which records belong to which key: read from the marks, never guessed from names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idpctl.conflicts import bad_move

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from idpctl.errors import Problem
    from idpctl.model import Mark, Moved, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """All records of a snapshot by who owns them; `by_key` holds only keys with records."""

    by_key: Mapping[str, Sequence[Record]]
    by_name: Mapping[str, Record]
    unmanaged: Sequence[Record]
    foreign: Sequence[tuple[Record, Mark]]


def sort_out(records: Iterable[Record], owner: str, renamed: Mapping[str, str]) -> Ownership:
    """Group `records` by owner and key; `renamed` maps former keys to present ones."""
    by_key: dict[str, list[Record]] = {}
    by_name: dict[str, Record] = {}
    unmanaged: list[Record] = []
    foreign: list[tuple[Record, Mark]] = []
    for record in records:
        by_name[record.idp.name] = record
        mark = record.mark
        if mark is None:
            unmanaged.append(record)
        elif mark.owner != owner:
            foreign.append((record, mark))
        else:
            by_key.setdefault(renamed.get(mark.key, mark.key), []).append(record)
    return Ownership(by_key=by_key, by_name=by_name, unmanaged=unmanaged, foreign=foreign)


def choose(records: Sequence[Record], wanted_name: str | None) -> Sequence[Record]:
    """Return the current record of a key first, then the deposed ones.

    The one with the wanted name is current. Where none has it, a record that replaced another one
    comes before the one it replaced; names decide the rest, so that every run chooses alike.
    """
    if len(records) == 1:
        return records
    replaced = {record.mark.replaces for record in records if record.mark is not None}
    return sorted(
        records, key=lambda record: (record.idp.name != wanted_name, record.ref in replaced, record.idp.name)
    )


def is_linked(current: Record, deposed: Record) -> bool:
    """Say whether a mark shows that one of the two was made to replace the other."""
    pairs = ((current.mark, deposed.ref), (deposed.mark, current.ref))
    return any(mark is not None and mark.replaces == ref for mark, ref in pairs)


def follow(moved: Sequence[Moved], declared: Collection[str]) -> tuple[dict[str, str], list[Problem]]:
    """Return former key -> present key, chains followed to their end, and what is wrong with `moved`."""
    direct: dict[str, Moved] = {}
    problems: list[Problem] = []
    for move in moved:
        if move.from_key in declared:
            problems.append(bad_move(move, f"{move.from_key} is still declared"))
        elif move.from_key in direct:
            problems.append(bad_move(move, f"{move.from_key} moves twice"))
        else:
            direct[move.from_key] = move
    ends = {}
    for start, move in direct.items():
        end = _end_of(start, direct)
        if end in declared:
            ends[start] = end
        else:
            problems.append(bad_move(move, f"{end} is not declared"))
    return ends, problems


def _end_of(start: str, direct: Mapping[str, Moved]) -> str:
    end, seen = start, {start}
    while end in direct and (end := direct[end].to_key) not in seen:
        seen.add(end)
    return end
