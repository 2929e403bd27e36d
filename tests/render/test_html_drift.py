"""Drift as a page: what is grave first, nothing that alarms folded, commands to be copied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idpctl.drift.model import UNKNOWN, DriftClass, Memory, Reason, Run, held
from idpctl.errors import ExitCode, RegistryError
from idpctl.render.html import render
from idpctl.render.view import View
from tests.render.drifts import (
    BAD,
    BEFORE,
    GOOD,
    STARTED,
    accepted,
    edited,
    everything,
    found,
    report,
    skipped,
)
from tests.render.plans import problem
from tests.support.pages import Page

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport
    from tests.support.pages import Element


def page_of(subject: DriftReport) -> Page:
    return Page(render(View(subject=subject, exit_code=ExitCode.CHANGES)))


def titles(page: Page) -> list[str]:
    return [one.text for one in page.root.find("h2")]


def section(page: Page, title: str) -> Element:
    (one,) = [each for each in page.root.find("section") if each.find("h2")[0].text.startswith(title)]
    return one


def test_everything_has_its_section_what_alarms_first() -> None:
    page = page_of(everything())
    assert titles(page) == [
        "Drift 4",
        "What to do",
        "Could not be read 1",
        "Accepted 1",
        "Not applied yet 1",
        "Seen, and no drift 1",
        "Checks 1",
        "Acceptances that met nothing 1",
        "About this run",
    ]
    assert page.root.find("title")[0].text == "idpctl drift: acme/prod"
    assert page.root.find("p", "verdict")[0].text == "Drift: 4 findings; 1 provider could not be read."
    assert 'until 2026-12-31: "vendor ticket 4711"' in section(page, "Accepted").text
    assert "gone issuer until 2026-12-01" in section(page, "Acceptances").text
    about = section(page, "About").text
    for said in (
        everything().fingerprint,
        "1 drifted, 1 missing, 1 upstream, 1 pending",
        "incomplete",
        BEFORE,
    ):
        assert said in about


def test_what_is_grave_comes_first_and_says_why() -> None:
    plain = found(key="a", path="description", live=held("x"), wanted=held("y"))
    page = page_of(report(plain, found(DriftClass.MISSING, "b"), edited(key="c")))
    heads = [one.text for one in page.root.find("h3")]
    assert heads == ["brecord lost", "cwhom the gateway believes", "a"]


def test_a_provider_is_one_article_with_a_row_a_finding() -> None:
    page = page_of(report(edited(), edited(path="jwks_endpoint")))
    (article,) = page.root.find("article")
    assert [one.text for one in article.find("th") if one.attributes["scope"] == "row"] == [
        "registry issuer",
        "registry jwks_endpoint",
    ]
    assert "Declared in idpctl.yaml:7" in article.text


def test_both_values_stand_below_each_other_and_are_named() -> None:
    page = page_of(everything())
    article = page.root.find("article")[0]
    assert article.find("del")[0].text == f'before "{GOOD}"'
    assert article.find("ins")[0].text == f'after "{BAD}"'
    assert "wanted, then live" in article.text
    assert "live, then served" in page.root.find("article")[-1].text


def test_a_side_is_told_once_and_what_is_not_known_is_named() -> None:
    page = page_of(everything())
    facts = [one.text for one in page.root.find("article")[0].find("dt")]
    assert facts == ["Last applied"]  # of the conflict alone: elsewhere it is what is wanted
    assert "not known, digest 1a2b3c4d" in page.root.find("article")[0].text
    locked = everything().findings[3]
    moved = replace(locked, wanted=held("https://third.example"), applied=UNKNOWN)
    facts = [one.text for one in page_of(report(moved)).root.find("article")[0].find("dt")]
    assert facts == ["Locked", "Last applied"]


def test_notes_say_since_when_and_what_does_not_hold_any_more() -> None:
    text = page_of(everything()).root.text
    for said in (
        f"first seen {BEFORE}",
        "No longer accepted: another value was accepted",
        "as last seen: it could not be looked at now",
    ):
        assert said in text
    assert [one.text for one in page_of(report(edited())).root.find("p", "why")][-1] == "new"


def test_commands_to_be_typed_are_code() -> None:
    advice = section(page_of(everything()), "What to do")
    assert [one.text for one in advice.find("code")] == [
        "idpctl plan",
        "idpctl lock --update KEY",
        "idpctl discover KEY",
    ]
    assert "`" not in advice.text


def test_what_is_grave_is_never_folded_though_its_class_does_not_count() -> None:
    many = [edited(key=f"p{number}", counts=False) for number in range(30)]
    page = page_of(report(*many))
    assert titles(page)[0] == "Grave, though its class does not count 30"
    assert len(page.root.find("article")) == 30
    assert page.root.find("details") == []
    assert page.root.find("p", "verdict")[0].text == "No drift."


@pytest.mark.parametrize(
    ("kind", "folded"), [(DriftClass.UNKNOWN, 0), (DriftClass.PENDING, 1), (DriftClass.UNMANAGED, 1)]
)
def test_only_what_is_no_alarm_is_folded(kind: DriftClass, folded: int) -> None:
    page = page_of(report(*(found(kind, f"p{number}") for number in range(30))))
    assert len(page.root.find("details")) == folded


def test_a_thousand_alarms_stand_open() -> None:
    page = page_of(report(*(edited(key=f"p{number}") for number in range(1000))))
    assert titles(page)[0] == "Drift 1,000"
    assert len(page.root.find("article")) == 1000
    assert page.root.find("details") == []
    assert page.root.find("section", "many")


def test_a_finding_that_was_accepted_is_no_alarm_however_grave() -> None:
    page = page_of(report(accepted(edited())))
    assert page.root.find("article") == []
    assert titles(page)[0] == "Accepted 1"
    assert page.root.find("div", "good")


def test_a_run_that_compared_nothing_says_so_and_shows_what_was_seen_last() -> None:
    page = page_of(skipped(edited(carried=True), since=everything().since))
    assert "What follows is as it was last seen." in page.root.find("div", "banner")[0].text
    assert titles(page)[:2] == ["Nothing was compared", "Drift 1"]
    assert "Hint: the next run looks again" in section(page, "Nothing was compared").text


def test_a_run_without_a_configuration_has_a_page_with_its_errors() -> None:
    error = RegistryError("no answer", where="idpctl.yaml", problems=[problem()])
    page = page_of(report(target=None, run=Run.FAILED, error=error, providers=(), last_success=None))
    assert page.root.find("h1")[0].text == "No configuration"
    assert titles(page) == ["Nothing was compared", "Checks 1", "About this run"]
    assert "At idpctl.yaml" in section(page, "Nothing").text
    assert "not known" in section(page, "About").text
    assert "sha256:" not in section(page, "About").text


def test_a_part_and_a_run_that_remembers_nothing_say_so() -> None:
    page = page_of(report(complete=False, memory=Memory.NONE))
    assert "nothing is said about other providers" in page.root.find("p", "partial")[0].text
    assert "--since FILE" in section(page, "What to do").text
    assert page.root.find("div", "good")


def test_a_record_with_our_issuer_is_grave() -> None:
    stranger = found(
        DriftClass.FOREIGN,
        "okta",
        reason=Reason.COLLISION,
        path="issuer",
        trust=True,
        counts=True,
        live=held({"issuer": GOOD}),
        first_seen=STARTED,
    )
    article = page_of(report(stranger)).root.find("article")[0]
    assert "whom the gateway believes" in article.text
    assert [one.text for one in article.find("dt")] == ["Live"]
