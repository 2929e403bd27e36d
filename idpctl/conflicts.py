"""Rules about records that stand in the way, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Problem, Severity
from idpctl.rules.base import Rule, finding
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Collection

    from idpctl.model import Declared, Moved, Record

UNMANAGED = Rule(
    id="PLN-01",
    severity=Severity.ERROR,
    title="a record with the wanted name exists and has no owner",
    hint="adopt it with: idpctl import {key}",
    source="promise: no apply changes a record that this configuration does not own",
    suppressible=False,
)
FOREIGN = Rule(
    id="PLN-02",
    severity=Severity.ERROR,
    title="a record with the wanted name belongs to another owner",
    hint="choose another name, or let its owner give it up",
    source="promise: no apply changes a record that this configuration does not own",
    suppressible=False,
)
RENAMED_KEY = Rule(
    id="PLN-03",
    severity=Severity.ERROR,
    title="the wanted name is held under a key that is no longer declared",
    hint="if the key was renamed, add to the configuration: moved: [{{from: {other}, to: {key}}}]",
    source="a key is the address of a provider for its whole life",
    suppressible=False,
)
HELD = Rule(
    id="PLN-04",
    severity=Severity.ERROR,
    title="the wanted name is held by another declared provider",
    hint="rename {other} first and apply, then this one: a name belongs to one record at a time",
    source="names are unique in a registry",
    suppressible=False,
)
BAD_MOVE = Rule(
    id="PLN-05",
    severity=Severity.ERROR,
    title="a moved entry does not lead from a key that is gone to a declared provider",
    hint="remove the entry, or correct its keys",
    source="a key is the address of a provider for its whole life",
    suppressible=False,
)
NOTHING_TO_ADOPT = Rule(
    id="PLN-06",
    severity=Severity.ERROR,
    title="there is no record to adopt",
    hint="idpctl list shows the records; idpctl apply creates what is missing",
    source="an import finds the record by the provider's name",
    suppressible=False,
)
STALE = Rule(
    id="PLN-07",
    severity=Severity.ERROR,
    title="what was reviewed is not what would be done now",
    hint="plan again, and have the new plan reviewed",
    source="promise: an apply performs exactly the reviewed plan",
    suppressible=False,
)
RULES = {
    rule.id: rule for rule in (UNMANAGED, FOREIGN, RENAMED_KEY, HELD, BAD_MOVE, NOTHING_TO_ADOPT, STALE)
}

# Problems with these rules are a guard's refusal, not a fault of the input.
OWNERSHIP = frozenset({UNMANAGED.id, FOREIGN.id})


def name_taken(declared: Declared, holder: Record, owner: str, keys: Collection[str]) -> Problem:
    """Return why `declared` cannot get its name: who holds it, and what to do about it."""
    mark, name = holder.mark, escape(declared.name)
    if mark is None:
        return _about(declared, UNMANAGED, f"a record named {name} exists and is not managed by anybody")
    if mark.owner != owner:
        return _about(declared, FOREIGN, f"the record named {name} belongs to {escape(mark.owner)}")
    rule = HELD if mark.key in keys else RENAMED_KEY
    return _about(
        declared, rule, f"the record named {name} is held under the key {escape(mark.key)}", mark.key
    )


def nothing_to_adopt(declared: Declared) -> Problem:
    """Return the finding that the registry has no record of this provider's name."""
    return _about(declared, NOTHING_TO_ADOPT, f"the registry has no record named {escape(declared.name)}")


def bad_move(move: Moved, why: str) -> Problem:
    """Return what is wrong with a moved entry."""
    return Problem(
        rule=BAD_MOVE.id,
        severity=BAD_MOVE.severity,
        message=f"moved from {escape(move.from_key)} to {escape(move.to_key)}: {why}",
        hint=BAD_MOVE.hint,
        source=move.source,
        address=move.to_key,
    )


def _about(declared: Declared, rule: Rule, message: str, other: str = "") -> Problem:
    hint = rule.hint.format(key=declared.key, other=escape(other))
    return finding(rule, message, declared=declared, path="name", hint=hint)
