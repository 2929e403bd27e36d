"""What `suppress` may say, and what it does to findings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.rules.hits import Hit
from idpctl.text import quote
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from idpctl.errors import Problem

_POLICIES = "POL-"
# Rules of the reader of files, of the network and of plans: they stand elsewhere, and none of them
# can be suppressed.
_ELSEWHERE = re.compile(r"(?:YML|NET|PLN|PLF|REV)-[0-9]{2}|CFG-[23][0-9]")


def suppression_hits(suppress: Mapping[str, str]) -> Iterator[Hit]:
    """Yield CFG-15 for unknown rules, CFG-16 for missing reasons, CFG-17 for rules that always count."""
    from idpctl.rules.catalog import RULES

    for rule_id, reason in suppress.items():
        rule = RULES.get(rule_id)
        if rule_id.startswith(_POLICIES):
            pass  # they are known to `policies` alone, which checks them
        elif rule is None and _ELSEWHERE.fullmatch(rule_id) is None:
            yield Hit("CFG-15", f"there is no rule {quote(rule_id)}", "suppress", _did_you_mean(rule_id))
        elif rule is None or not (rule.suppressible or rule.suppressible_on):
            yield Hit("CFG-17", f"{rule_id} cannot be suppressed", "suppress")
        if not reason.strip():
            yield Hit("CFG-16", f"{quote(rule_id)} is suppressed without a reason", "suppress")


def _did_you_mean(rule_id: str) -> str | None:
    from difflib import get_close_matches

    from idpctl.rules.catalog import RULES

    close = get_close_matches(rule_id.upper().replace("_", "-"), RULES, n=1, cutoff=0.8)
    return f"Did you mean {close[0]}?" if close else None


def weigh(
    problems: Sequence[Problem], suppress: Mapping[str, Mapping[str, str]], strict: bool
) -> list[Problem]:
    """Return `problems` with `suppressed` set where `suppress` (address -> rule -> reason) gives a reason.

    Rules that cannot be suppressed keep their weight. `strict` turns warnings into errors.
    """
    return [_weighed(problem, suppress, strict) for problem in problems]


def _weighed(problem: Problem, suppress: Mapping[str, Mapping[str, str]], strict: bool) -> Problem:
    if strict and problem.severity is Severity.WARNING:
        problem = problem.with_severity(Severity.ERROR)
    reason = suppress.get(problem.address or "", {}).get(problem.rule, "").strip()
    if not reason or not _is_suppressible(problem):
        return problem
    return replace(problem, suppressed=reason)


def _is_suppressible(problem: Problem) -> bool:
    from idpctl.rules.catalog import RULES

    rule = RULES.get(problem.rule)
    return rule is not None and (rule.suppressible or problem.path in rule.suppressible_on)
