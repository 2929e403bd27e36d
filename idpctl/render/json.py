"""The format for programs: a plan is the saved plan itself, every other result has a `kind`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import Plan

if TYPE_CHECKING:
    from idpctl.render.view import View


def render(view: View) -> str:
    """Return JSON with the exit code of the run in it; ASCII, so that nothing in it acts on a terminal."""
    if isinstance(view.subject, Plan):
        from idpctl.planfile import dump

        return dump(view.subject, exit_code=view.exit_code)
    from idpctl.planfile.layout import lay_out
    from idpctl.render.json_outcome import outcome_as_dict

    return lay_out(
        {"format_version": "1.0", **outcome_as_dict(view.subject), "exit_code": int(view.exit_code)}
    )
