"""What a rule is, and how a finding of one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Problem, Severity
from idpctl.value import value

if TYPE_CHECKING:
    from idpctl.model import Declared


@value
class Rule:
    """A check by its public id; `suppressible` is False where no value would be left to use.

    `suppressible_on` names the fields on which a rule can be suppressed that otherwise cannot.
    """

    id: str
    severity: Severity
    title: str
    hint: str
    source: str
    suppressible: bool = True
    suppressible_on: tuple[str, ...] = ()


def finding(
    rule: Rule,
    message: str,
    *,
    declared: Declared | None = None,
    path: str | None = None,
    hint: str | None = None,
    severity: Severity | None = None,
) -> Problem:
    """Return a problem of `rule`, placed where `declared` writes `path`."""
    return Problem(
        rule=rule.id,
        severity=severity or rule.severity,
        message=message,
        hint=hint or rule.hint,
        source=None if declared is None else declared.at(path),
        address=None if declared is None else declared.key,
        path=path,
    )
