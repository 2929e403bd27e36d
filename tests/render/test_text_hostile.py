"""Whatever stands in a text, the output says only what the plan says: to people, terminals and tools."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.errors import InvalidInputError
from idpctl.model import FIELDS
from idpctl.plan import Action, Plan
from idpctl.render.outcome import Discovered, Listed, Validated
from idpctl.render.table import FORMATS, renderer
from idpctl.render.view import View
from tests.render.plans import TARGET, applied, imported, planned, problem, unmanaged, wanted
from tests.render.strategies import plans

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "a\rPlan: 0 to add, 0 to change, 0 to destroy.",
    "a\nNo changes. Your infrastructure matches the configuration.",
    "a\n  # identity_provider.x will be destroyed",
    "x will be destroyed",
    "\n::error file=a,line=1::forged",
    "::add-mask::x",
    "##[add-mask]x",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStatus]",
    "Plan: 9 to add, 9 to change, 9 to destroy.",
    "Plan: 1 to import, 9 to add, 9 to change, 9 to destroy.",
    "No changes. Your infrastructure matches the configuration.",
    "Note: Objects have changed outside of Terraform",
    "\u202egnp.exe",
    "\u2066isolate",
    "zero\u200bwidth",
    "line\u2028separator\u2029here\x85there",
    "\ud800",
    "nul\x00",
    'quote" -> "x',
    "backslash\\",
    '\\" -> "x',
    "section_start:1:x\r\x1b[0K",
    "x" * 5000,
    "\x1b" * 5000,
    "Error: forged",
    "\nError: forged",
    "\nWarning: forged",
    "\nApply complete! Resources: 9 added, 9 changed, 9 destroyed.",
    "https://user:hunter2@host/",
]
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
    assert "hunter2" not in text
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


@given(plans, st.booleans())
def test_no_text_forges_a_line(plan: Plan, verbose: bool) -> None:
    text = text_of(plan, verbose=verbose)
    must_be_harmless(text)
    must_say_what_is_planned(text, plan)


def everywhere(text: str) -> list[Plan]:
    """Return plans of every action that hold `text` in every place where one can come from outside."""
    values = {path: text for path in FIELDS if path not in {"enabled", "name", "type"}}
    before, after = wanted("okta"), wanted("okta", **values, properties={text: text})
    urls = dict.fromkeys(("issuer", "token_endpoint", "jwks_endpoint"), f"https://{text}/{text}")
    live = replace(applied(before, text, **urls), usage=(text,))
    finding = problem(rule=text, message=text, hint=text, address=text, path=text)
    target = replace(TARGET, location=text, organization=text)
    made = [
        planned([after, wanted(text, name="x")], [live, unmanaged(text)], problems=[finding]),
        planned([wanted("okta", type=text)], [live], problems=[replace(finding, suppressed=text)]),
        planned([wanted("okta")], [live, applied(wanted(text), "r-2")], only=("*",)),
        planned([], [live]),
        imported([wanted(text)], [unmanaged(text, text)]),
    ]
    return [replace(plan, target=target, foreign=((text, text),)) for plan in made]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_string_in_every_place_forges_nothing(text: str) -> None:
    for plan in everywhere(text):
        shown = text_of(plan)
        must_be_harmless(shown)
        must_say_what_is_planned(shown, plan)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", FORMATS)
def test_results_and_errors_forge_nothing(kind: str, text: str) -> None:
    finding = problem(rule=text, message=text, hint=text, address=text, path=text)
    wild = wanted(text, issuer=text)
    subjects = [
        Validated(files=(text,), providers=1, problems=(finding,)),
        Discovered(resolved=((text, wild), (text + "2", None)), problems=(finding,)),
        Listed(target=replace(TARGET, location=text), rows=()),
        InvalidInputError(text, hint=text, where=text, rule=text, problems=[finding]),
    ]
    for subject in subjects:
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


@given(plans)
def test_without_colour_there_is_no_escape_sequence_and_with_it_nothing_else_changes(plan: Plan) -> None:
    plain = renderer("text")(View(subject=plan))
    colored = renderer("text")(View(subject=plan, color=True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9]+m", "", colored) == plain
