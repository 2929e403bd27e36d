"""SARIF 2.1.0, for code scanning: findings and what is dangerous in a plan, at their place in the files."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from idpctl import __version__
from idpctl.errors import IdpctlError, Severity
from idpctl.explain import all_rules, rule_text
from idpctl.planfile.layout import lay_out
from idpctl.render.safe import sentence
from idpctl.render.sarif_results import LEVELS, results_of

if TYPE_CHECKING:
    from idpctl.model import Json
    from idpctl.render.view import View
    from idpctl.rules.base import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LONGEST = 1024  # GitHub cuts descriptions there
# GitHub's words, by which it sorts alerts.
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def render(view: View) -> str:
    """Return a log of one run, in ASCII: always all rules, so that only the results differ."""
    rules = _descriptors()
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
