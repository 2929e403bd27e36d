"""Policies of the organization, as `idpctl explain` shows them: texts of others, on lines of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idpctl.explain import suppressing
from idpctl.render.safe import calm, sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.policies.model import Policy
    from idpctl.render.outcome import KnownPolicies


def policy_text(policy: Policy) -> str:
    """Return what a policy says, and its schema."""
    return "\n".join(_policy(policy))


def _policy(policy: Policy) -> Iterator[str]:
    rule = policy.rule
    yield f"{rule.id} ({rule.severity}): {sentence(rule.title)}"
    yield f"\n{sentence(policy.description)}"
    yield f"\nSource: {word(rule.source)}"
    yield suppressing(rule)
    yield "\nSchema:"
    yield from (f"  {calm(line)}" for line in json.dumps(dict(policy.schema), indent=2).splitlines())
    yield ""


def policy_lines(known: KnownPolicies) -> Iterator[str]:
    """Yield a line for each policy; nothing where no configuration has any."""
    if not known.policies and not known.problems:
        return
    yield "Policies:"
    width = max((len(policy.rule.id) for policy in known.policies), default=0) + 2
    for policy in known.policies:
        yield f"  {policy.rule.id:<{width}}{policy.rule.severity:<9}{sentence(policy.rule.title)}"
    if known.problems:
        yield "  These may not be all: the configuration has errors, which idpctl validate tells."
    yield ""
