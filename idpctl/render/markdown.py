"""The format for comments on pull and merge requests: one bounded page, what is dangerous first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Plan

if TYPE_CHECKING:
    from idpctl.render.view import View

# GitHub refuses a comment of more than 65,536 characters, and pipelines put a line or two around ours.
LIMIT = 60_000


def render(view: View) -> str:
    """Return Markdown; its first line is a comment that tells a bot which of its comments to replace."""
    return page(view, LIMIT)


def page(view: View, limit: int) -> str:
    """Return the Markdown of any view, at most `limit` characters."""
    if isinstance(view.subject, Plan):
        from idpctl.render.markdown_plan import plan_page

        return plan_page(view.subject, limit)
    from idpctl.drift.model import DriftReport

    if isinstance(view.subject, DriftReport):
        from idpctl.render.markdown_drift import drift_page

        return drift_page(view.subject, limit)
    from idpctl.render.markdown_outcome import outcome_page

    return outcome_page(view.subject, limit, verbose=view.verbose)
