"""Whatever stands in a text, a comment on a pull request has the shape of one with harmless text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.render.markdown import page, render
from idpctl.render.view import View
from tests.render.hostile import CORPUS, SECRET, plans_with, results_with
from tests.render.strategies import plans
from tests.support.markdown import REFERENCES, seen

if TYPE_CHECKING:
    from idpctl.plan import Plan

TAGS = {"h3", "p", "strong", "em", "code", "br", "blockquote", "pre", "ul", "li", "details", "summary"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


def must_be_harmless(text: str) -> None:
    assert all(character.isprintable() or character == "\n" for character in text)
    assert SECRET not in text
    assert "##[" not in text
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    shown = seen(text)
    assert {tag.removeprefix("/") for tag in shown.tags} <= TAGS
    assert shown.attributes <= {("pre", "lang"), ("code", "class"), ("details", "open")}
    assert len(shown.comments) == 1
    assert text.startswith("<!-- idpctl:")
    assert REFERENCES.search(shown.loose) is None, shown.loose
    assert set(shown.rows) <= {4, 5}


@pytest.mark.unmeasured
@pytest.mark.parametrize("text", CORPUS, ids=ascii)
def test_a_hostile_string_in_every_place_changes_no_shape(text: str) -> None:
    for hostile, plain in zip(plans_with(text), plans_with("zz"), strict=True):
        shown = render(View(subject=hostile))
        must_be_harmless(shown)
        assert seen(shown).shape == seen(render(View(subject=plain))).shape


@pytest.mark.parametrize("text", CORPUS, ids=ascii)
def test_results_and_errors_keep_their_shape_too(text: str) -> None:
    for hostile, plain in zip(results_with(text, "markdown"), results_with("zz", "markdown"), strict=True):
        shown = render(View(subject=hostile, verbose=True))
        must_be_harmless(shown)
        assert seen(shown).shape == seen(render(View(subject=plain, verbose=True))).shape


@pytest.mark.unmeasured
@given(plans)
def test_no_plan_makes_harmful_markdown(plan: Plan) -> None:
    must_be_harmless(render(View(subject=plan)))


@pytest.mark.unmeasured
@given(plans, st.integers(3_000, 20_000))
def test_no_plan_makes_a_page_beyond_its_limit(plan: Plan, limit: int) -> None:
    text = page(View(subject=plan), limit)
    must_be_harmless(text)
    assert len(text) <= limit
