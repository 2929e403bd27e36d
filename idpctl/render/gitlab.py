"""The report of GitLab's Terraform widget: how many resources are created, updated and deleted.

GitLab's parser (lib/gitlab/ci/parsers/terraform/tfplan.rb) wants exactly these three members and
ignores others. Where one is missing, its widget says that the job "failed to generate a report":
that is what is wanted where the numbers are not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import IdpctlError
from idpctl.plan import Plan
from idpctl.planfile.encode import actions_of
from idpctl.planfile.layout import lay_out
from idpctl.render.outcome import Applied
from idpctl.render.problems import plural
from idpctl.render.safe import sentence

if TYPE_CHECKING:
    from idpctl.model import Json
    from idpctl.render.view import Subject, View

_COUNTED = ("create", "update", "delete")


def render(view: View) -> str:
    """Return the three numbers, or `error` in their place: no information never becomes no change."""
    return lay_out(_report(view.subject))


def _report(subject: Subject) -> dict[str, Json]:
    if isinstance(subject, Plan) and not subject.errored:
        return _planned(subject)
    if isinstance(subject, Applied) and subject.report.complete:
        report = subject.report
        return dict(zip(_COUNTED, (report.added, report.changed, report.destroyed), strict=True))
    return {"error": _why(subject)}


def _planned(plan: Plan) -> dict[str, Json]:
    """Count as GitLab's manual does with jq over the JSON plan: a replacement is a create and a delete."""
    actions = [action for change in plan.changes for action in actions_of(change)]
    return {name: actions.count(name) for name in _COUNTED}


def _why(subject: Subject) -> str:
    if isinstance(subject, IdpctlError):
        return sentence(subject.message)
    if isinstance(subject, Plan):
        failed = sum(problem.blocks for problem in subject.problems)
        return f"nothing can be applied: {plural(failed, 'check')} failed"
    return "the apply is not complete" if isinstance(subject, Applied) else "there is no plan"
