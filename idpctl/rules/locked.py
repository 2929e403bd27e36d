"""The rules on the discovery lock: LCK-01 to LCK-05, and those for served values on locked ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.documents import FIELD_OF, MEMBERS, moved
from idpctl.errors import Severity
from idpctl.providers import trust_anchor
from idpctl.rules.base import finding
from idpctl.rules.catalog import RULES
from idpctl.rules.hits import problems
from idpctl.rules.issuers import issuer_hits
from idpctl.rules.served import served_hits
from idpctl.rules.url_parts import contrast, shown
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.documents import Document, Entry, Lock
    from idpctl.errors import Problem
    from idpctl.model import Declared
    from idpctl.rules.urls import UrlPolicy

_URL = "well_known_url"


def find_entry(declared: Declared, lock: Lock, *, alone: bool) -> tuple[Entry | None, list[Problem]]:
    """Return what is locked of a provider, None where nothing of it can be used, and LCK-02 to LCK-04.

    An entry of another URL does not count. What is missing is a warning, since discovery gives it;
    an error where the lock is read `alone`. An entry that is not as it was written is an error always.
    """
    entry = lock.entries.get(declared.key)
    if entry is not None and entry.sha256 != entry.seal():
        message = "the entry does not have the digest that is written in it, and is not used"
        return None, [
            replace(
                finding(RULES["LCK-03"], message, declared=declared, path=_URL), source=entry.at("sha256")
            )
        ]
    reason = _unlocked(declared, entry)
    if reason is None:
        return entry, []
    problem = finding(RULES["LCK-04" if alone else "LCK-02"], reason, declared=declared, path=_URL)
    same = entry is not None and entry.well_known_url == declared.well_known_url
    return entry if same else None, [problem]


def _unlocked(declared: Declared, entry: Entry | None) -> str | None:
    if entry is None:
        return "the lock has no entry for it"
    if entry.well_known_url != declared.well_known_url:
        return (
            f"the lock was made from {shown(entry.well_known_url)}, not from {shown(declared.well_known_url)}"
        )
    names = [
        f"`{member}`"
        for field, member in MEMBERS.items()
        if getattr(declared, field) is None and getattr(entry, member) is None
    ]
    return f"the lock has no {' and no '.join(names)} for it" if names else None


def check_locked(declared: Declared, entry: Entry, policy: UrlPolicy) -> list[Problem]:
    """Return what is wrong with locked values by the rules for served ones.

    Whoever edits the lock gets no further than a provider that serves the same. What is not locked is
    reported by `find_entry`.
    """
    document = entry.document()
    hits = [*issuer_hits(declared, document), *served_hits(declared, document, policy)]
    return problems((hit for hit in hits if hit.rule != "DSC-08"), declared)


def check_moved(declared: Declared, entry: Entry, document: Document) -> list[Problem]:
    """Return LCK-01 for each member that is served otherwise than it is locked."""
    return [_moved(declared, entry, *move) for move in moved(entry, document)]


def _moved(declared: Declared, entry: Entry, member: str, locked: str, served: str) -> Problem:
    """Return LCK-01; an override takes the place of the member, so that a warning is enough."""
    field = FIELD_OF[member]
    before, after = trust_anchor(locked), trust_anchor(served)
    elsewhere = "" if before == after else "; another party answers there"
    problem = finding(
        RULES["LCK-01"],
        f"`{member}` has moved: {contrast('locked', locked, 'served', served)}{elsewhere}",
        declared=declared,
        path=field,
        hint=f"Find out whether the provider meant to move; then: idpctl lock --update {declared.key}",
        severity=None if getattr(declared, field) is None else Severity.WARNING,
    )
    return replace(problem, source=entry.at(member))


def check_spare(declared: Sequence[Declared], lock: Lock) -> Iterator[Problem]:
    """Yield LCK-05 for each entry whose provider is not declared, or has its endpoints written."""
    needed = {one.key: one.pinned for one in declared}
    for key, entry in lock.entries.items():
        if needed.get(key, True):
            why = "has all endpoints written" if key in needed else "is not declared"
            problem = finding(RULES["LCK-05"], f"the lock holds {key}, which {why}")
            yield replace(problem, source=entry.at(), address=key)
