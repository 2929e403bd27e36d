"""From what is locked and what is served to the next lock. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.documents import FIELD_OF, LOCKED_MEMBERS, Entry
from idpctl.model import Origin
from idpctl.plan import Cause, FieldChange
from idpctl.providers import trust_anchor
from idpctl.rules import check
from idpctl.rules.urls import is_usable
from idpctl.schema.check import accepts
from idpctl.value import replace, value

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from idpctl.documents import Document, Lock
    from idpctl.model import Declared, Moved
    from idpctl.rules.urls import UrlPolicy

_MEMBERS = ("well_known_url", *LOCKED_MEMBERS)


@value
class Draft:
    """The next lock as far as it is known: entries that stay, and the providers to be read for the rest."""

    kept: Mapping[str, Entry]
    wanted: tuple[Declared, ...]


@value
class LockChange:
    """What becomes of one entry: `before` is None where there was none, `after` where there is none any more.

    `previous_key` is the one under which it was locked, where the provider got another key.
    """

    key: str
    before: Entry | None = None
    after: Entry | None = None
    previous_key: str | None = None

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """Return the members that differ; `trust` says that another party answers there."""
        before, after = self.before, self.after
        pairs = ((name, getattr(before, name, None), getattr(after, name, None)) for name in _MEMBERS)
        return tuple(_field(*pair) for pair in pairs if pair[1] != pair[2])

    @property
    def trust(self) -> tuple[FieldChange, ...]:
        """Return the members for which another party answers from now on."""
        return tuple(field for field in self.fields if field.trust)


def _field(member: str, before: str | None, after: str | None) -> FieldChange:
    both = before is not None and after is not None
    return FieldChange(
        path=member,
        before=before,
        after=after,
        origin=Origin.LOCK,
        cause=Cause.CONFIG,
        trust=both and trust_anchor(before or "") != trust_anchor(after or ""),
    )


def begin(lock: Lock, declared: Sequence[Declared], moved: Sequence[Moved], anew: Container[str]) -> Draft:
    """Return which entries stay as they are; those of the keys `anew` are read again.

    A provider whose endpoints are all written has no entry. An entry follows its provider to another key.
    """
    held = replace(lock, entries={**lock.entries, **dict(_followed(lock, moved))})
    kept: dict[str, Entry] = {}
    wanted = []
    for one in declared:
        if one.pinned:
            continue
        entry, problems = check.find_entry(one, held, alone=False)
        if entry is None or problems or one.key in anew:
            wanted.append(one)
        else:
            kept[one.key] = entry
    return Draft(kept=kept, wanted=tuple(wanted))


def _followed(lock: Lock, moved: Sequence[Moved]) -> Iterator[tuple[str, Entry]]:
    for one in moved:
        if one.from_key in lock.entries and one.to_key not in lock.entries:
            yield one.to_key, replace(lock.entries[one.from_key], key=one.to_key)


def new_entry(declared: Declared, document: Document, policy: UrlPolicy, lock: Lock, today: str) -> Entry:
    """Return the entry of what `document` serves; the one of `lock` where that is the same.

    What stands where an override does was not judged by every rule: it is left out where it is no URL
    that could be used.
    """
    served = {
        member: text
        for member, field in FIELD_OF.items()
        if (text := getattr(document, member))
        and (getattr(declared, field) is None or _is_lockable(text, field, policy))
    }
    entry = Entry(key=declared.key, well_known_url=declared.well_known_url, **served)
    seal = entry.seal()
    before = lock.entries.get(declared.key)
    if before is not None and before.sha256 == before.seal() == seal:
        return before
    return replace(entry, sha256=seal, date=today)


def _is_lockable(text: str, field: str, policy: UrlPolicy) -> bool:
    shape = {"well_known_url": text, "sha256": "0" * 64, "date": "2026-01-01"}
    return is_usable(text, field, policy) and accepts("lock", {"version": 1, "providers": {"x": shape}})


def changes_of(lock: Lock, entries: Mapping[str, Entry], moved: Sequence[Moved]) -> tuple[LockChange, ...]:
    """Return what becomes of each entry that is not the same afterwards, by key."""
    sources = {one.to_key: one.from_key for one in moved if one.from_key in lock.entries}
    gone = {sources[key] for key in entries if key in sources and key not in lock.entries}
    keys = sorted({*lock.entries, *entries} - gone)
    found = (_change(key, lock, entries.get(key), sources.get(key)) for key in keys)
    return tuple(one for one in found if one is not None)


def _change(key: str, lock: Lock, after: Entry | None, source: str | None) -> LockChange | None:
    before = lock.entries.get(key)
    if before is None and source is not None:
        return LockChange(key=key, before=lock.entries[source], after=after, previous_key=source)
    if before is not None and after is not None and _same(before, after):
        return None
    return LockChange(key=key, before=before, after=after)


def _same(before: Entry, after: Entry) -> bool:
    return replace(before, places=None) == replace(after, places=None)
