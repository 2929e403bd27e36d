"""Which records belong to which key: read from the marks, never guessed from names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.conflicts import bad_move
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from idpctl.errors import Problem
    from idpctl.model import Mark, Moved, Record


@value
class Ownership:
    """All records of a snapshot by who owns them; `by_key` holds only keys with records.

    `by_name` holds one record of each name, `shared` the names that several records have, which
    not every registry rules out.
    """

    by_key: Mapping[str, Sequence[Record]]
    by_name: Mapping[str, Record]
    shared: Collection[str]
    unmanaged: Sequence[Record]
    foreign: Sequence[tuple[Record, Mark]]
    renamed: Mapping[str, str]

    def key_of(self, mark: Mark) -> str:
        """Return the present key of a record of this owner."""
        return self.renamed.get(mark.key, mark.key)


def sort_out(records: Iterable[Record], owner: str, renamed: Mapping[str, str]) -> Ownership:
    """Group `records` by owner and key; `renamed` maps former keys to present ones."""
    by_key: dict[str, list[Record]] = {}
    by_name: dict[str, Record] = {}
    shared: set[str] = set()
    unmanaged: list[Record] = []
    foreign: list[tuple[Record, Mark]] = []
    for record in records:
        name, mark = record.idp.name, record.mark
        other = by_name.setdefault(name, record)
        if other is not record:
            shared.add(name)
            by_name[name] = min(record, other, key=lambda one: _nearness(one, owner))
        if mark is None:
            unmanaged.append(record)
        elif mark.owner != owner:
            foreign.append((record, mark))
        else:
            by_key.setdefault(renamed.get(mark.key, mark.key), []).append(record)
    return Ownership(
        by_key=by_key, by_name=by_name, shared=shared, unmanaged=unmanaged, foreign=foreign, renamed=renamed
    )


def _nearness(record: Record, owner: str) -> tuple[int, str]:
    """Put foreign records before those without an owner, and these before our own."""
    if record.mark is None:
        return 1, record.ref
    return 2 if record.mark.owner == owner else 0, record.ref


def choose(records: Sequence[Record], wanted_name: str | None) -> Sequence[Record]:
    """Return the current record of a key first, then the deposed ones, in the order of their removal.

    The one with the wanted name is current. Where none has it, a record that replaced another one
    comes before the one it replaced; names decide the rest, so that every run chooses alike.
    Of the deposed ones the farthest goes first: a run that is cut off must leave a chain whose
    records are still connected.
    """
    if len(records) == 1:
        return records
    replaced = {record.mark.replaces for record in records if record.mark is not None}
    ranked = sorted(
        records,
        key=lambda one: (one.idp.name != wanted_name, one.ref in replaced, one.idp.name, one.ref),
    )
    distance = connected(ranked[0], records)
    return [ranked[0], *sorted(ranked[1:], key=lambda one: -distance.get(one.ref, len(records)))]


def connected(current: Record, records: Iterable[Record]) -> Mapping[str, int]:
    """Return ref -> number of replacements, for `current` and each record that marks connect with it."""
    pairs = [(record.ref, record.mark.replaces) for record in records if record.mark is not None]
    near: dict[str, list[str]] = {ref: [] for ref, _ in pairs}
    for ref, replaced in pairs:
        if replaced in near and replaced is not None:
            near[ref].append(replaced)
            near[replaced].append(ref)
    distance = {current.ref: 0}
    reached = [current.ref]
    for ref in reached:
        for other in near[ref]:
            if other not in distance:
                distance[other] = distance[ref] + 1
                reached.append(other)
    return distance


def follow(moved: Iterable[Moved], declared: Collection[str]) -> tuple[dict[str, str], list[Problem]]:
    """Return former key -> present key, chains followed to their end, and what is wrong with `moved`."""
    direct: dict[str, Moved] = {}
    problems: list[Problem] = []
    for move in sorted(moved, key=lambda one: (one.from_key, one.to_key)):
        if move.from_key in declared:
            problems.append(bad_move(move, f"{move.from_key} is still declared"))
        elif move.from_key in direct:
            problems.append(bad_move(move, f"{move.from_key} moves twice"))
        else:
            direct[move.from_key] = move
    ends = {}
    for start, move in direct.items():
        end = _end_of(start, direct)
        if end is None:
            problems.append(bad_move(move, "it leads in a circle"))
        elif end in declared:
            ends[start] = end
        else:
            problems.append(bad_move(move, f"{end} is not declared"))
    return ends, problems


def _end_of(start: str, direct: Mapping[str, Moved]) -> str | None:
    """Return the last key of the chain that begins with `start`, None where it has no end."""
    end, seen = start, {start}
    while end in direct:
        end = direct[end].to_key
        if end in seen:
            return None
        seen.add(end)
    return end
