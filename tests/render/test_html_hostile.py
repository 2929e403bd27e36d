"""No text from outside becomes more than text: not an element, not an attribute, not a link."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from idpctl.render.html import render
from idpctl.render.view import View
from tests.render.hostile import CORPUS, SECRET, plans_with, results_with
from tests.render.plans import applied, planned, wanted
from tests.render.strategies import plans, reports
from tests.support.pages import Page

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport
    from idpctl.plan import Plan
    from idpctl.render.view import Subject

ALLOWED = {
    "html": {"lang"},
    "head": set(),
    "meta": {"charset", "http-equiv", "content", "name"},
    "title": set(),
    "style": set(),
    "body": set(),
    "a": {"class", "href"},
    "header": set(),
    "main": {"id", "tabindex"},
    "section": {"class"},
    "article": {"class"},
    "h1": set(),
    "h2": set(),
    "h3": set(),
    "p": {"class", "role"},
    "div": {"class"},
    "span": {"class"},
    "b": {"class"},
    "em": {"class"},
    "strong": set(),
    "small": set(),
    "bdi": set(),
    "code": set(),
    "mark": set(),
    "ins": set(),
    "del": set(),
    "ul": set(),
    "li": set(),
    "dl": set(),
    "dt": set(),
    "dd": set(),
    "details": {"class"},
    "summary": set(),
    "table": {"class"},
    "thead": set(),
    "tbody": set(),
    "tr": {"class"},
    "th": {"scope"},
    "td": set(),
    "fieldset": {"class"},
    "legend": set(),
    "input": {"type", "name", "id", "autocomplete", "checked"},
    "label": {"for"},
}
OURS = re.compile(r"[a-z0-9 :;',=#-]*", re.IGNORECASE)


def subjects_with(text: str) -> list[Subject]:
    """Return everything that there is a page of, with `text` in every place."""
    return [*plans_with(text), *results_of(text)]


def results_of(text: str) -> list[Subject]:
    return results_with(text, "html")


def harmless(text: str) -> str:
    """Return a text of the same length and kind (a URL stays one), with letters and digits alone."""
    return "://".join(re.sub(r"[^A-Za-z0-9]", "x", part) for part in text.split("://"))


def calmed(given: Any, text: str) -> Any:
    """Return the same value with `text` made harmless in it: what was planned stays what it is."""
    if isinstance(given, str) and not isinstance(given, Enum):
        return given.replace(text, harmless(text))
    if isinstance(given, tuple | frozenset):
        return type(given)(calmed(one, text) for one in given)
    if isinstance(given, dict):
        return {calmed(key, text): calmed(one, text) for key, one in given.items()}
    if is_dataclass(given):
        values = {one.name: calmed(getattr(given, one.name), text) for one in fields(given)}
        return type(given)(**values)  # type: ignore[operator]  # an instance's type can be called
    return given


def must_be_ours(text: str) -> Page:
    """Assert that the page holds nothing but our own elements, whatever the text in them."""
    assert all(character.isprintable() or character == "\n" for character in text)
    assert text.isascii()
    assert "##[" not in text
    assert SECRET not in text
    assert all(line.startswith("<") for line in _without_style(text).split("\n") if line)
    page = Page(text)
    assert page.strange == []
    for element in page.root.inside:
        assert element.attributes.keys() <= ALLOWED[element.tag], element.tag
        for name, value in element.attributes.items():
            if name != "content":
                assert OURS.fullmatch(value), (element.tag, name)
    assert [one.attributes["href"] for one in page.root.find("a")] == ["#content"]
    return page


def _without_style(text: str) -> str:
    return re.sub(r"<style>.*?</style>", "<style></style>", text, flags=re.DOTALL)


@pytest.mark.unmeasured
@pytest.mark.parametrize("text", CORPUS)
def test_a_hostile_text_makes_the_same_page_as_a_harmless_one(text: str) -> None:
    calm = [*(calmed(plan, text) for plan in plans_with(text)), *results_of(harmless(text))]
    for hostile, other in zip(subjects_with(text), calm, strict=True):
        page = must_be_ours(render(View(subject=hostile)))
        assert page.structure == Page(render(View(subject=other))).structure


@pytest.mark.unmeasured
@given(plans)
def test_no_plan_breaks_out_of_its_page(plan: Plan) -> None:
    must_be_ours(render(View(subject=plan)))


@given(reports())
def test_no_report_of_drift_breaks_out_of_its_page(report: DriftReport) -> None:
    must_be_ours(render(View(subject=report)))


@pytest.mark.parametrize("text", ["</title><script>alert(1)</script>", "&lt;b&gt;", "\u202egnp.exe", "a\nb"])
def test_a_text_is_shown_as_it_is_but_for_what_cannot_be_seen(text: str) -> None:
    plan = plans_with(text)[0]
    shown = Page(render(View(subject=plan))).root.text
    visible = text.replace("\u202e", "\\u202e").replace("\n", "\\n")
    assert f'"{visible}"' in shown


@pytest.mark.parametrize("text", ["left to right", "\u05d0\u05d1\u05d2", "a <b> c"])
def test_every_text_from_outside_is_isolated_from_what_stands_around_it(text: str) -> None:
    for subject in subjects_with(text):
        page = Page(render(View(subject=subject)))
        isolated = [one for one in page.root.inside if one.tag in {"bdi", "code", "title"}]
        found = sum(one.text.count(text) for one in isolated if not {"bdi", "code"} & {*one.parents})
        assert page.root.text.count(text) == found > 0


def test_user_information_is_named_where_nothing_else_differs() -> None:
    before = "https://user:hunter2@host/"
    plan = planned(
        [wanted("okta", issuer=before.replace("hunter2", "hunter3"))],
        [applied(wanted("okta"), "r-1", issuer=before)],
    )
    text = render(View(subject=plan))
    assert "hunter" not in text
    assert "they differ in the user information, which is not shown" in text
