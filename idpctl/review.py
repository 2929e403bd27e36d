"""What of a plan a reviewer must not miss, as findings: for formats that know nothing but findings.

They weigh nothing: gates and checks decide what may be applied. Two rules are about the report
itself: that it is cut, and that there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.errors import Problem, Severity
from idpctl.plan import Action, Cause, GateKind
from idpctl.rules.base import Rule
from idpctl.text import escape, hide_userinfo, listing, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.model import Json
    from idpctl.plan import Change, FieldChange, Gate, Plan


def _rule(number: int, title: str, hint: str, source: str, severity: Severity = Severity.WARNING) -> Rule:
    return Rule(
        id=f"REV-{number:02}", severity=severity, title=title, hint=hint, source=source, suppressible=False
    )


_PROMISE = "promise: what is dangerous is named apart, and needs to be allowed by name"
DRIFT = _rule(
    1,
    "A record was changed outside idpctl",
    "find out who changed it: an apply puts it back to what the configuration says",
    "every field is compared on every plan, the ones filled from discovery too",
)
TRUST = _rule(
    2,
    "The change decides whom the gateway believes",
    "compare the hosts letter by letter, then allow it: --allow-trust-change KEY",
    _PROMISE,
)
REPLACEMENT = _rule(
    3,
    "A record is deleted, and another one created in its place",
    "look who uses the record, then allow it: --allow-replace KEY",
    _PROMISE,
)
DELETE = _rule(
    4,
    "A record is deleted",
    "tokens of its issuer are refused from then on; a protected record needs --allow-destroy KEY",
    _PROMISE,
)
GAP = _rule(
    5,
    "For a moment neither record of a replacement exists",
    "choose a quiet hour, then allow it: --allow-gap KEY",
    _PROMISE,
)
MASS_DELETE = _rule(
    6,
    "More is deleted than a slip of the pen should be able to",
    "count the records, then allow as many: --max-deletes N",
    "promise: a mass delete is refused unless it is allowed by number",
    Severity.ERROR,
)
LEFT_OUT = _rule(
    7,
    "There are more findings than this report may hold",
    "idpctl plan -o json holds all of them",
    "GitHub shows 5,000 results of a run and takes 10 MB, compressed",
)
FAILED = _rule(
    8,
    "The run ended with an error: nothing is known about what it did not reach",
    "correct what the message says, and run again",
    "promise: missing information never becomes a change",
    Severity.ERROR,
)
_ALL = (DRIFT, TRUST, REPLACEMENT, DELETE, GAP, MASS_DELETE, LEFT_OUT, FAILED)
RULES = {rule.id: rule for rule in _ALL}


def noteworthy(plan: Plan) -> tuple[Problem, ...]:
    """Return the drift, trust changes, replacements, gaps and deletes of `plan`, in its order."""
    found = [problem for change in plan.changes for problem in _of_change(change)]
    return (*found, *(_too_many(gate) for gate in plan.gates if gate.kind is GateKind.MASS_DELETE))


def _of_change(change: Change) -> Iterator[Problem]:
    name = "" if change.before is None else quote(change.before.idp.name)
    if change.drifted:
        edited = [field.path for field in change.fields if field.cause in _BY_HAND]
        yield _about(change, DRIFT, f"the record {name} was changed outside idpctl: {listing(edited)}")
    for field in change.trust:
        yield _about(change, TRUST, f"whom the gateway believes: {_difference(field)}", field.path)
    if change.action is Action.REPLACE:
        forcing = listing([field.path for field in change.fields if field.immutable])
        yield _about(change, REPLACEMENT, f"the record {name} is replaced: {forcing}{_users(change)}")
    if change.gap:
        yield _about(change, GAP, f"for a moment neither {name} nor the record in its place exists")
    if change.action is Action.DELETE:
        yield _about(change, DELETE, f"the record {name} is deleted{_users(change)}")


_BY_HAND = frozenset({Cause.REGISTRY_DRIFT, Cause.CONFLICT})


def _users(change: Change) -> str:
    return f"; used by {listing(change.usage)}" if change.usage else ""


def _difference(field: FieldChange) -> str:
    return f"{_shown(field.before)} -> {_shown(field.after)}"


def _shown(value: Json) -> str:
    if isinstance(value, str):
        return quote(hide_userinfo(value))
    return escape(hide_userinfo(digest.canonical(value).decode("ascii")))


def _about(change: Change, rule: Rule, message: str, path: str | None = None) -> Problem:
    return Problem(
        rule=rule.id,
        severity=rule.severity,
        message=message,
        hint=rule.hint,
        source=change.source,
        address=change.address,
        path=path,
    )


def _too_many(gate: Gate) -> Problem:
    severity = Severity.WARNING if gate.allowed else MASS_DELETE.severity
    return Problem(
        rule=MASS_DELETE.id,
        severity=severity,
        message=gate.message,
        hint=MASS_DELETE.hint,
        address=gate.address,
    )
