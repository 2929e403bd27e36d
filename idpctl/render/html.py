"""The format to look at, to send around and to keep: a page of its own that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import DriftReport
from idpctl.plan import Plan
from idpctl.render.html_drift import drift_sections, standing_of
from idpctl.render.html_markup import name, own
from idpctl.render.html_outcome import end, failure, inventory, operations, standing
from idpctl.render.html_page import page
from idpctl.render.html_plan import partial, sections, verdict
from idpctl.render.outcome import Applied, Checked, Discovered, Effective, Listed, Renewed, Validated

if TYPE_CHECKING:
    from idpctl.render.view import View


def render(view: View) -> str:
    """Return the page of a plan, an apply, drift, an inventory or an error; all of it ASCII.

    A person folds and unfolds, so `verbose` changes nothing. Raises TypeError for other results:
    the table of formats asks for none of them.
    """
    subject = view.subject
    if isinstance(subject, Plan):
        what, owner = "idpctl destroy" if subject.options.destroy else "idpctl plan", subject.target.owner
        shown = [verdict(subject), *partial(subject), *sections(subject, view)]
    elif isinstance(subject, Applied):
        plan = subject.plan
        what, owner = "idpctl apply", plan.target.owner
        shown = [end(subject), *partial(plan), *operations(subject), *sections(plan, view)]
    elif isinstance(subject, Listed):
        what, owner = "idpctl list", subject.target.owner
        shown = [standing(subject), *inventory(subject, view)]
    elif isinstance(subject, DriftReport):
        what, owner = "idpctl drift", "" if subject.target is None else subject.target.owner
        shown = [standing_of(subject), *drift_sections(subject, view)]
    elif isinstance(subject, Validated | Discovered | Checked | Effective | Renewed):
        raise TypeError(f"there is no page of {type(subject).__name__}")
    else:
        return page("idpctl", "", own("Error"), failure(subject, view))
    return page(what, owner, name(owner) if owner else own("No configuration"), shown)
