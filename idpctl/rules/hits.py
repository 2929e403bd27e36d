"""What a check says before it is known where the value is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.errors import Problem, Severity
    from idpctl.model import Declared


class Hit(NamedTuple):
    """One finding of the rule `rule` on the field `path`; hint and severity of None are the rule's own."""

    rule: str
    message: str
    path: str | None = None
    hint: str | None = None
    severity: Severity | None = None


def problems(hits: Iterable[Hit], declared: Declared | None) -> list[Problem]:
    """Return `hits` as problems, placed where `declared` writes their fields."""
    from idpctl.rules.base import finding
    from idpctl.rules.catalog import RULES

    return [
        finding(
            RULES[hit.rule],
            hit.message,
            declared=declared,
            path=hit.path,
            hint=hit.hint,
            severity=hit.severity,
        )
        for hit in hits
    ]


def is_error(hit: Hit) -> bool:
    """Say whether `hit` refuses the value that it is about."""
    from idpctl.errors import Severity
    from idpctl.rules.catalog import RULES

    return (hit.severity or RULES[hit.rule].severity) is Severity.ERROR
