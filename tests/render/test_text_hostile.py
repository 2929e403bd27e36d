"""Whatever stands in a text, the output says only what the plan says: to people, terminals and tools."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.plan import Action, Plan
from idpctl.render.table import FORMATS, renderer
from idpctl.render.view import View
from tests.render.hostile import CORPUS, SECRET, plans_with, results_with
from tests.render.plans import applied, planned, wanted
from tests.render.strategies import plans

# What tfcmt 4.14 and Atlantis 0.40 look for.
TFCMT = {
    Action.CREATE: r"^ *# (.*) will be created$",
    Action.UPDATE: r"^ *# (.*) will be updated in-place$",
    Action.DELETE: r"^ *# (.*) will be destroyed$",
    Action.REPLACE: r"^ *# (.*?)(?: is tainted, so)? must be replaced$",
    Action.MOVE: r"^ *# (.*?) has moved to (.*?)$",
    Action.ADOPT: r"^ *# (.*?) will be imported$",
}
ATLANTIS_PLAN = r"Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy"
ATLANTIS_SAME = r"No changes. (Infrastructure is up-to-date|Your infrastructure matches the configuration)."


def text_of(plan: Plan, *, verbose: bool = True) -> str:
    return renderer("text")(View(subject=plan, verbose=verbose))


def must_be_harmless(text: str) -> None:
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "##[" not in text
    assert "##vso[" not in text
    assert "##teamcity[" not in text
    assert SECRET not in text
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::")


def must_say_what_is_planned(text: str, plan: Plan) -> None:
    lines = text.split("\n")
    for action, expression in TFCMT.items():
        found = sum(re.match(expression, line) is not None for line in lines)
        assert found == sum(change.action is action for change in plan.changes), action
    changes, same = bool(plan.changes), not plan.changes and not plan.errored and not plan.options.destroy
    assert len(re.findall(ATLANTIS_PLAN, text)) == changes
    assert len(re.findall(ATLANTIS_SAME, text)) == same
    assert sum(line.startswith("Plan: ") for line in lines) == changes
    assert sum(line.startswith("Error: ") for line in lines) == plan.errored
    for forged in ("Warning: ", "Apply complete", "Note: "):
        assert not any(line.startswith(forged) for line in lines)


@pytest.mark.unmeasured
@given(plans, st.booleans())
def test_no_text_forges_a_line(plan: Plan, verbose: bool) -> None:
    text = text_of(plan, verbose=verbose)
    must_be_harmless(text)
    must_say_what_is_planned(text, plan)


@pytest.mark.unmeasured
@pytest.mark.parametrize("text", CORPUS)
def test_a_hostile_string_in_every_place_forges_nothing(text: str) -> None:
    for plan in plans_with(text):
        shown = text_of(plan)
        must_be_harmless(shown)
        must_say_what_is_planned(shown, plan)


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize("kind", FORMATS)
def test_results_and_errors_forge_nothing(kind: str, text: str) -> None:
    for subject in results_with(text, kind):
        shown = renderer(kind)(View(subject=subject, verbose=True))
        if kind == "text":
            must_be_harmless(shown)
            assert not any(line.startswith(("Plan: ", "Warning: ", "Apply")) for line in shown.split("\n"))
        else:
            assert shown.isascii()
            assert "##[" not in shown


def test_values_cannot_end_their_quotes() -> None:
    text = text_of(planned([wanted("okta", description='x" -> "y\\')], [applied(wanted("okta"), "r-1")]))
    assert '~ description             "" -> "x\\" -> \\"y\\\\"\n' in text


@pytest.mark.unmeasured
@given(plans)
def test_without_colour_there_is_no_escape_sequence_and_with_it_nothing_else_changes(plan: Plan) -> None:
    plain = renderer("text")(View(subject=plan))
    colored = renderer("text")(View(subject=plan, color=True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9]+m", "", colored) == plain
