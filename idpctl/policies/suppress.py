"""What `suppress` says about policies: it has to name one, and one that lets itself be suppressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.policies.model import PREFIX
from idpctl.rules.hits import Hit, problems
from idpctl.text import quote, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from idpctl.errors import Problem
    from idpctl.model import Declared
    from idpctl.policies.model import Policy
    from idpctl.rules.base import Rule


def check_suppressed(declared: Iterable[Declared], policies: Sequence[Policy]) -> list[Problem]:
    """Return CFG-15 for policies that are not there, CFG-17 for those that always count."""
    rules = {policy.rule.id: policy.rule for policy in policies}
    return [problem for one in declared for problem in problems(_hits(one.suppress, rules), one)]


def _hits(suppress: Mapping[str, str], rules: Mapping[str, Rule]) -> Iterator[Hit]:
    for rule_id in suppress:
        if not rule_id.startswith(PREFIX):
            continue
        path = f"suppress.{rule_id}"
        if rule_id not in rules:
            near = suggestion(rule_id, rules)
            hint = f"Did you mean {near}?" if near else "`policies` names the files of the policies."
            yield Hit("CFG-15", f"there is no policy {quote(rule_id)}", path, hint)
        elif not rules[rule_id].suppressible:
            yield Hit("CFG-17", f"{rule_id} cannot be suppressed: the policy says so", path)
