"""An examination of providers or of a token as JSON; its form is `schemas/check.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.token import cut
from idpctl.text import first_difference, hide_userinfo

if TYPE_CHECKING:
    from idpctl.checkup.model import Difference, Examined, Step
    from idpctl.model import Json
    from idpctl.render.outcome import Checked


def checked_as_dict(outcome: Checked) -> dict[str, Json]:
    """Return the examinations; every finding stands beside them, under `checks`."""
    return {"examined": [_examined(one) for one in outcome.examined]}


def _examined(one: Examined) -> dict[str, Json]:
    claims = None if one.claims is None else {name: hide_userinfo(text) for name, text in one.claims.items()}
    return {
        "key": one.key,
        "name": one.name,
        "subject": "provider" if claims is None else "token",
        "verdict": str(one.verdict),
        "failed": None if one.failed is None else one.failed.name,
        "claims": claims,
        "steps": [_step(step) for step in one.steps],
    }


def _step(step: Step) -> dict[str, Json]:
    return {
        "name": step.name,
        "state": str(step.state),
        "detail": hide_userinfo(step.detail),
        "rules": [problem.rule for problem in step.problems],
        "difference": None if step.difference is None else _difference(step.difference),
    }


def _difference(difference: Difference) -> dict[str, Json]:
    token, registered = hide_userinfo(difference.token), hide_userinfo(difference.registered)
    return {"token": cut(token), "registered": cut(registered), "at": first_difference(token, registered)}
