"""Rules about records that stand in the way, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Problem, Severity
from idpctl.rules.base import Rule, finding
from idpctl.text import escape
from idpctl.value import replace

if TYPE_CHECKING:
    from idpctl.model import Declared, Moved

UNMANAGED = Rule(
    id="PLN-01",
    severity=Severity.ERROR,
    title="A record with the wanted name exists and has no owner",
    hint="adopt it with: idpctl import {key}",
    source="promise: no apply changes a record that this configuration does not own",
    suppressible=False,
)
FOREIGN = Rule(
    id="PLN-02",
    severity=Severity.ERROR,
    title="A record with the wanted name belongs to another owner",
    hint="choose another name, or let its owner give it up",
    source="promise: no apply changes a record that this configuration does not own",
    suppressible=False,
)
RENAMED_KEY = Rule(
    id="PLN-03",
    severity=Severity.ERROR,
    title="The wanted name is held under a key that is no longer declared",
    hint="if the key was renamed, add to the configuration: moved: [{{from: {other}, to: {key}}}]; "
    "if not, let the old one go first: idpctl apply --only {other}",
    source="a key is the address of a provider for its whole life",
    suppressible=False,
)
HELD = Rule(
    id="PLN-04",
    severity=Severity.ERROR,
    title="The wanted name is held by another declared provider",
    hint="let {other} give it up first: idpctl apply --only {other}; to swap two names takes a third one",
    source="names are unique in a registry",
    suppressible=False,
)
BAD_MOVE = Rule(
    id="PLN-05",
    severity=Severity.ERROR,
    title="A moved entry does not lead from a key that is gone to a declared provider",
    hint="remove the entry, or correct its keys",
    source="a key is the address of a provider for its whole life",
    suppressible=False,
)
NOTHING_TO_ADOPT = Rule(
    id="PLN-06",
    severity=Severity.ERROR,
    title="There is no record to adopt",
    hint="idpctl list shows the records; idpctl apply creates what is missing",
    source="an import finds the record by the provider's name",
    suppressible=False,
)
AMBIGUOUS = Rule(
    id="PLN-08",
    severity=Severity.ERROR,
    title="Several records have the name that is to be adopted",
    hint="rename or remove all but one of them in the registry",
    source="an import finds the record by the provider's name",
    suppressible=False,
)
STALE = Rule(
    id="PLN-07",
    severity=Severity.ERROR,
    title="What was reviewed is not what would be done now",
    hint="plan again, and have the new plan reviewed",
    source="promise: an apply performs exactly the reviewed plan",
    suppressible=False,
)
NOTHING_SELECTED = Rule(
    id="PLN-09",
    severity=Severity.WARNING,
    title="A pattern of --only selects no provider",
    hint="idpctl list shows the keys",
    source="a partial plan must not pass for a whole one because of a slip of the pen",
    suppressible=False,
)
LIKELY_RENAME = Rule(
    id="PLN-10",
    severity=Severity.WARNING,
    title="A provider would be deleted and one like it created",
    hint="if they are one provider whose key was renamed, add to the configuration: "
    "moved: [{{from: {other}, to: {key}}}]",
    source="a key is the address of a provider for its whole life",
    suppressible=False,
)
_RENAMED_ONTO = (
    "{key} has a record already: choose another name for it, or adopt this one under a key of its own"
)
_ALL = (
    UNMANAGED,
    FOREIGN,
    RENAMED_KEY,
    HELD,
    BAD_MOVE,
    NOTHING_TO_ADOPT,
    STALE,
    AMBIGUOUS,
    NOTHING_SELECTED,
    LIKELY_RENAME,
)
# As documentation: the keys of a finding are not known there.
RULES = {rule.id: replace(rule, hint=rule.hint.format(key="KEY", other="OTHER_KEY")) for rule in _ALL}

# Problems with these rules are a guard's refusal, not a fault of the input.
OWNERSHIP = frozenset({UNMANAGED.id, FOREIGN.id})


def unmanaged_name(declared: Declared, *, has_record: bool) -> Problem:
    """Return the finding that the record of this provider's name has no owner.

    A key that has a record already cannot adopt another one.
    """
    hint = _RENAMED_ONTO if has_record else UNMANAGED.hint
    message = f"a record named {escape(declared.name)} exists and is not managed by anybody"
    return _about(declared, UNMANAGED, message, hint=hint)


def foreign_name(declared: Declared, owner: str) -> Problem:
    """Return the finding that the record of this provider's name is another configuration's."""
    return _about(declared, FOREIGN, f"the record named {escape(declared.name)} belongs to {escape(owner)}")


def own_name(declared: Declared, key: str, *, is_declared: bool) -> Problem:
    """Return the finding that the record of this provider's name stands under another key of ours."""
    rule = HELD if is_declared else RENAMED_KEY
    return _about(
        declared, rule, f"the record named {escape(declared.name)} is held under the key {escape(key)}", key
    )


def nothing_to_adopt(declared: Declared) -> Problem:
    """Return the finding that the registry has no record of this provider's name."""
    name = escape(declared.name)
    return _about(declared, NOTHING_TO_ADOPT, f"the registry has no record named {name}")


def ambiguous_name(declared: Declared) -> Problem:
    """Return the finding that this provider's name does not tell which record is meant."""
    return _about(declared, AMBIGUOUS, f"several records are named {escape(declared.name)}")


def nothing_selected(pattern: str) -> Problem:
    """Return the finding that neither the configuration nor the registry has a key like `pattern`."""
    return finding(NOTHING_SELECTED, f"--only {escape(pattern)} selects no provider")


def likely_rename(declared: Declared, key: str, path: str) -> Problem:
    """Return the finding that `declared` has the value of a provider that goes, whose key is `key`."""
    message = f"{escape(key)} would be deleted, and a new provider with the same {path} created"
    return _about(declared, LIKELY_RENAME, message, key, path=None)


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


def _about(
    declared: Declared,
    rule: Rule,
    message: str,
    other: str = "",
    *,
    hint: str | None = None,
    path: str | None = "name",
) -> Problem:
    text = (hint or rule.hint).format(key=declared.key, other=escape(other))
    return finding(rule, message, declared=declared, path=path, hint=text)
