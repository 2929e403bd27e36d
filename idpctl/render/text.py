"""The format for people: one string, which the caller writes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Plan
from idpctl.render.style import palette

if TYPE_CHECKING:
    from idpctl.render.view import View


def render(view: View) -> str:
    """Return the text of any view; without `color` it holds no escape sequence."""
    if isinstance(view.subject, Plan):
        from idpctl.render.text_plan import plan_text

        return plan_text(view.subject, palette(view.color), verbose=view.verbose)
    from idpctl.render.text_outcome import outcome_text

    return outcome_text(view.subject, palette(view.color), verbose=view.verbose)
