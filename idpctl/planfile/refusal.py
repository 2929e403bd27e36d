"""Why a plan file is refused, by rule."""

from __future__ import annotations

from idpctl.errors import InvalidInputError, Severity
from idpctl.rules.base import Rule

_SOURCE = "promise: an apply performs exactly the reviewed plan, or refuses before the first write"
UNREADABLE = Rule(
    id="PLF-01",
    severity=Severity.ERROR,
    title="The plan file is not one JSON object in UTF-8",
    hint="it may have been cut short, or is another file; make a new one: idpctl plan --out FILE",
    source="RFC 8259; duplicate members, NaN and numbers with fractions are refused",
    suppressible=False,
)
OTHER_FORMAT = Rule(
    id="PLF-02",
    severity=Severity.ERROR,
    title="The plan file has a format that this version does not know",
    hint="apply it with the version of idpctl that wrote it, or make a new one: idpctl plan --out FILE",
    source="format_version: a new minor number adds members, a new major number changes their meaning",
    suppressible=False,
)
DAMAGED = Rule(
    id="PLF-03",
    severity=Severity.ERROR,
    title="The plan file is not as it was written",
    hint="a plan cannot be edited; make a new one: idpctl plan --out FILE",
    source=_SOURCE,
    suppressible=False,
)
CONTRADICTION = Rule(
    id="PLF-04",
    severity=Severity.ERROR,
    title="The plan file shows something else than it would do",
    hint="do not apply it; make a new one: idpctl plan --out FILE",
    source=_SOURCE,
    suppressible=False,
)
RULES = {rule.id: rule for rule in (UNREADABLE, OTHER_FORMAT, DAMAGED, CONTRADICTION)}


def refuse(rule: Rule, message: str, *, hint: str | None = None) -> InvalidInputError:
    """Return the error to raise."""
    return InvalidInputError(message, hint=hint or rule.hint, rule=rule.id)
