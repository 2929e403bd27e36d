"""SARIF 2.1.0, for code scanning: findings and what is dangerous in a plan, at their place in the files."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from idpctl import __version__
from idpctl.errors import IdpctlError, Severity
from idpctl.explain import all_rules, rule_text
from idpctl.planfile.layout import lay_out
from idpctl.render.problems import findings_of
from idpctl.render.safe import sentence
from idpctl.render.sarif_results import LEVELS, results_of

if TYPE_CHECKING:
    from idpctl.model import Json
    from idpctl.render.view import View
    from idpctl.rules.base import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_POLICY = re.compile(r"POL-[a-z0-9-]{1,60}")  # as `policies.model` makes them; hostile ids are no rules
_LONGEST = 1024  # GitHub cuts descriptions there
# GitHub's words, by which it sorts alerts.
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def render(view: View) -> str:
    """Return a log of one run, in ASCII: always all rules, and the policies that were violated."""
    violated = {problem.rule for problem in findings_of(view.subject) if _POLICY.fullmatch(problem.rule)}
    rules = [*_descriptors(), *map(_policy, sorted(violated))]
    run = {
        "tool": {"driver": {"name": "idpctl", "semanticVersion": __version__, "rules": rules}},
        "invocations": [_invocation(view)],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "Where idpctl was run."}}},
        "columnKind": "unicodeCodePoints",
        "results": results_of(view, [rule["id"] for rule in rules]),
    }
    return lay_out({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


@cache
def _descriptors() -> list[dict[str, Json]]:
    return [_descriptor(rule) for rule in all_rules().values()]


def _policy(identifier: str) -> dict[str, Json]:
    """Describe a policy of the organization: what it says stands in the message of each of its findings."""
    return {
        "id": identifier,
        "shortDescription": {"text": f"A policy of the organization: {identifier}"},
        "help": {"text": f"The message says what it wants; its schema: idpctl explain {identifier}"},
    }


def _descriptor(rule: Rule) -> dict[str, Json]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}. {rule.hint}"[:_LONGEST]},
        "help": {"text": rule_text(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"precision": "very-high", "problem.severity": _PROBLEM[rule.severity]},
    }


def _invocation(view: View) -> dict[str, Json]:
    invocation: dict[str, Json] = {"exitCode": int(view.exit_code), "executionSuccessful": True}
    if isinstance(view.subject, IdpctlError):
        message = {"text": sentence(view.subject.message)}
        invocation["executionSuccessful"] = False
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": message}]
    return invocation
