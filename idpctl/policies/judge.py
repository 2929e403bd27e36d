"""Resolved providers before the policies of the organization: findings, each of which names its policy."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError, Severity
from idpctl.policies.deadline import OverdueError, processor_time
from idpctl.policies.fields import instance_of
from idpctl.rules.base import finding
from idpctl.schema.given import GivenSchema
from idpctl.text import escape
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.errors import Problem
    from idpctl.model import Desired, Json
    from idpctl.policies.model import Policy
    from idpctl.schema.explain import Violation

    Path = tuple[str | int, ...]

MOST = 20  # violations of one policy by one provider: no person reads more of them
MOST_IN_ALL = 10_000
LONGEST = 30.0  # whatever the numbers of those who wrote the configuration
SECONDS = 5.0  # for all of a run; what a sound policy costs per provider is microseconds
SECONDS_EACH = 0.005  # and what it takes to explain that a provider violates it
_ABOUT_KEYS = ("additionalProperties", "propertyNames", "required")
_SHOWN = 60


def judge(desired: Sequence[Desired], policies: Sequence[Policy]) -> list[Problem]:
    """Return what `desired` have against themselves by `policies`, with the severity of each policy.

    A finding that its provider suppresses, where the policy lets it, holds the reason. Raises
    InvalidInputError that names the policy, where one comes to no end.
    """
    instances = [instance_of(one) for one in desired]
    current = ""
    found: list[Problem] = []
    try:
        with processor_time(min(SECONDS + SECONDS_EACH * len(desired) * len(policies), LONGEST)):
            for policy in policies:
                current = policy.rule.id
                found.extend(islice(_judged(policy, desired, instances), MOST_IN_ALL - len(found) + 1))
                if len(found) > MOST_IN_ALL:
                    return [*found[:MOST_IN_ALL], _too_many(policy)]
    except (OverdueError, RecursionError) as error:
        late = isinstance(error, OverdueError)
        what = "takes too long to check" if late else "refers from one part to the next too often"
        raise InvalidInputError(
            f"the policy {current} {what}: nothing is known of the providers",
            hint="look for nested repeats in its regular expressions, such as (a+)+" if late else None,
            where=next(policy.rule.source for policy in policies if policy.rule.id == current),
            rule=current,
        ) from None
    return found


def _too_many(policy: Policy) -> Problem:
    """Return the finding that the rest was not looked at: it always counts."""
    message = f"there are more than {MOST_IN_ALL:,} violations: what comes behind them was not judged"
    return finding(policy.rule, message, severity=Severity.ERROR)


def _judged(
    policy: Policy, desired: Sequence[Desired], instances: Sequence[dict[str, Json]]
) -> Iterator[Problem]:
    schema = GivenSchema(dict(policy.schema))
    for one, instance in zip(desired, instances, strict=True):
        if not schema.accepts(instance):
            # Without words it is refused all the same.
            for violation in schema.violations(instance)[:MOST] or (None,):
                yield _finding(policy, one, violation)


def _finding(policy: Policy, desired: Desired, violation: Violation | None) -> Problem:
    message, hint, path = f"{policy.rule.title}: {policy.description}", None, None
    if violation is not None:
        message = f"{message} ({_objection(violation)})"
        hint = violation.hint if violation.hint != policy.description else None
        # As `Declared.at` knows fields: by their name, members of them behind a dot.
        path = ".".join(map(str, violation.path[:2])) or None
    problem = finding(policy.rule, message, declared=desired.declared, path=path, hint=hint)
    reason = desired.declared.suppress.get(policy.rule.id, "").strip()
    return replace(problem, suppressed=reason) if reason and policy.rule.suppressible else problem


def _objection(violation: Violation) -> str:
    """Return field and message: of a key, what it is a key of, since its message names it."""
    whole = violation.keyword in _ABOUT_KEYS
    path = violation.path[:-1] if whole and violation.keyword != "required" else violation.path
    label = _label(path)
    return f"{label}: {violation.message}" if whole and path else f"{label} {violation.message}".strip()


def _label(path: Path) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return escape(text.removeprefix("."), _SHOWN)
