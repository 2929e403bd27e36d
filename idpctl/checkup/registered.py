"""How a provider stands in the registry: it is the record that the gateway goes by. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.model import Step
from idpctl.checkup.rows import RULES
from idpctl.diff import compare
from idpctl.ownership import choose, follow, sort_out
from idpctl.planner import with_live_values
from idpctl.rules.base import finding
from idpctl.text import escape, listing
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.errors import Problem
    from idpctl.model import Capabilities, Declared, Desired, Moved, Record, Snapshot
    from idpctl.ownership import Ownership

NAME = "registered"


@value
class Registered:
    """What a registry holds, sorted by owner and key; `keys` are the declared ones."""

    snapshot: Snapshot
    ownership: Ownership
    owner: str
    keys: frozenset[str]
    capabilities: Capabilities

    def record_of(self, declared: Declared) -> Record | None:
        """Return the current record of a declared provider, None where it has none."""
        records = self.ownership.by_key.get(declared.key)
        return choose(records, declared.name)[0] if records else None

    def key_of(self, record: Record) -> str | None:
        """Return the declared key whose record this is, None for any other record."""
        mark = record.mark
        if mark is None or mark.owner != self.owner:
            return None
        key = self.ownership.key_of(mark)
        return key if key in self.keys else None

    def strangers(self) -> list[Record]:
        """Return the records that no declared provider has."""
        return [record for record in self.snapshot.records if self.key_of(record) is None]


def sorted_out(
    snapshot: Snapshot,
    capabilities: Capabilities,
    declared: Sequence[Declared],
    *,
    owner: str,
    moved: Sequence[Moved],
) -> Registered:
    """Return the records of `snapshot` by the key that owns them."""
    keys = frozenset(one.key for one in declared)
    renamed, _ = follow(moved, keys)
    ownership = sort_out(snapshot.records, owner, renamed)
    return Registered(
        snapshot=snapshot, ownership=ownership, owner=owner, keys=keys, capabilities=capabilities
    )


def unreadable(message: str, hint: str | None) -> Problem:
    """Return the finding that the registry could not be read; its own hint comes first."""
    text = RULES["CHK-06"].hint
    return finding(RULES["CHK-06"], message, hint=f"{hint}. {text}" if hint else text)


def unread(problem: Problem) -> Step:
    """Return that nobody knows how a provider stands."""
    return Step(name=NAME, problems=(problem,), unknown=True)


def standing(declared: Declared, desired: Desired | None, registered: Registered) -> Step:
    """Return how the record of a declared provider stands; without `desired` it is not compared."""
    record = registered.record_of(declared)
    if record is None:
        return absent(declared, registered)
    problems = [_disabled(declared)] if not record.idp.enabled else []
    if desired is None:
        return Step(name=NAME, detail="not compared: its endpoints are not known", problems=tuple(problems))
    changes = compare(record, with_live_values(desired, record), registered.capabilities)
    paths = [change.path for change in changes if not change.path.startswith("mark.")]
    if paths:
        problems.append(finding(RULES["CHK-05"], f"it differs in {listing(paths)}", declared=declared))
    return Step(name=NAME, detail="" if paths else "as wanted", problems=tuple(problems))


def enabled(record: Record, declared: Declared | None) -> Step:
    """Return whether a record is in use, whatever the configuration says of it."""
    problems = () if record.idp.enabled else (_disabled(declared),)
    return Step(name=NAME, detail=f"as {escape(record.idp.name)}", problems=problems)


def absent(declared: Declared, registered: Registered) -> Step:
    """Return that a provider has no record."""
    return Step(name=NAME, problems=(_missing(declared, registered),))


def _disabled(declared: Declared | None) -> Problem:
    return finding(RULES["CHK-04"], "the record is disabled", declared=declared, path="enabled")


def _missing(declared: Declared, registered: Registered) -> Problem:
    held = registered.ownership.by_name.get(declared.name)
    name = escape(declared.name)
    if held is None:
        message = f"the registry has no record named {name}"
    elif held.mark is None:
        message = f"the record named {name} is not managed by anybody"
    else:
        message = f"the record named {name} belongs to {escape(held.mark.owner)}, key {escape(held.mark.key)}"
    return finding(RULES["CHK-03"], message, declared=declared, path="name")
