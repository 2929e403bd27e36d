"""What a step of GitHub Actions leaves for others: a page for the summary, and outputs for later steps.

Both are appended to files that the runner names. An output is one line `NAME=VALUE` and none of
the values is text from outside, so there is no need for the form with a delimiter, which text that
holds the delimiter could end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftClass, DriftReport, Run
from idpctl.plan import Plan
from idpctl.render.markdown import page
from idpctl.render.outcome import Applied, Checked, Validated

if TYPE_CHECKING:
    from idpctl.render.view import View

# A step's summary may hold 1 MiB; a character takes four bytes at most.
LIMIT = 250_000


def summary(view: View) -> str:
    """Return the Markdown page of the run, with an empty line behind it: other steps may go on there."""
    return page(view, LIMIT) + "\n"


def outputs(view: View) -> str:
    """Return one line an output; what a failed run does not know has no line, and so is empty."""
    values: dict[str, bool | int | str] = {"exit_code": int(view.exit_code)}
    subject = view.subject
    if isinstance(subject, Plan):
        values |= _of_plan(subject)
    elif isinstance(subject, Applied):
        report = subject.report
        values |= {
            "fingerprint": subject.plan.fingerprint,
            "complete": report.complete,
            "outcome": str(report.outcome),
            "added": report.added,
            "changed": report.changed,
            "destroyed": report.destroyed,
            "imported": report.imported,
        }
    elif isinstance(subject, DriftReport):
        values |= _of_drift(subject)
    elif isinstance(subject, Validated):
        values["valid"] = not any(problem.blocks for problem in subject.problems)
    elif isinstance(subject, Checked):
        values["usable"] = not any(problem.blocks for problem in subject.problems)
    return "".join(f"{name}={_shown(value)}\n" for name, value in values.items())


def _of_plan(plan: Plan) -> dict[str, bool | int | str]:
    counts = plan.summary()
    return {
        "fingerprint": plan.fingerprint,
        "has_changes": bool(plan.changes),
        "has_replacements": counts.replace > 0,
        "has_deletes": counts.delete > 0,
        "has_trust_changes": counts.trust > 0,
        "has_drift": counts.drifted > 0,
        "has_errors": plan.errored,
        "applyable": plan.applyable,
        "blocked": bool(plan.blocked),
        "complete": plan.complete,
        "create": counts.create,
        "update": counts.update,
        "replace": counts.replace,
        "delete": counts.delete,
        "import": counts.adopt,
        "move": counts.move,
        "unchanged": counts.unchanged,
    }


def _of_drift(report: DriftReport) -> dict[str, bool | int | str]:
    """Return what a run saw; of one that saw nothing, what the last one did, if there was one."""
    values: dict[str, bool | int | str] = {"run": str(report.run)}
    if not report.informed:
        return values
    values |= {
        "fingerprint": report.fingerprint,
        "has_drift": bool(report.drift),
        "changed": report.changed,
        "complete": report.complete and report.run is Run.COMPLETE,
        "drift": len(report.drift),
        "accepted": sum(finding.acceptance is not None for finding in report.findings),
    }
    return values | {str(kind): report.counts()[kind] for kind in DriftClass}


def _shown(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
