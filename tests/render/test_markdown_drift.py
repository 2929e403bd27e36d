"""Drift as the body of an issue: what is grave first and never left out, then what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.drift.model import DriftClass, Memory, Reason, Run, held
from idpctl.errors import RegistryError
from idpctl.render.github_files import summary
from idpctl.render.markdown import LIMIT, page, render
from idpctl.render.view import View
from tests.render.drifts import BAD, GOOD, accepted, edited, everything, found, report, skipped
from tests.render.plans import TARGET, problem
from tests.render.strategies import reports
from tests.render.test_markdown_hostile import must_be_harmless
from tests.support.markdown import seen

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport, Finding


def shown(subject: DriftReport) -> str:
    return render(View(subject=subject))


def caution(text: str) -> str:
    """Return what is quoted above the table of a page."""
    above, _, _ = text.partition("\n\n|")
    return "\n".join(line for line in above.splitlines() if line.startswith(">"))


def many(number: int, **values: Any) -> list[Finding]:
    """Return so many descriptions that somebody edited."""
    return [
        found(
            key=f"edited-{index:05d}",
            **{"path": "description", "live": held("b" * 60), "wanted": held("a" * 60), **values},
        )
        for index in range(number)
    ]


def grave(number: int) -> list[Finding]:
    """Return three times as many: of each kind of grave findings so many."""
    return [
        one
        for index in range(number)
        for one in (
            edited(key=f"believed-{index:05d}"),
            found(DriftClass.MISSING, f"deleted-{index:05d}", wanted=held("x")),
            found(key=f"stolen-{index:05d}", reason=Reason.OWNER_CHANGED, path="mark", live=held("eve")),
        )
    ]


def test_every_part_of_a_report_has_its_place() -> None:
    text = shown(everything())
    places = [
        text.index(part)
        for part in (
            "<!-- idpctl:drift:",
            "### idpctl drift: `acme/prod on sqlite",
            "**Drift: 4 findings; 1 provider could not be read.**",
            "**2 grave findings**",
            "| `workforce` | **registry**, **trust** | `issuer`: `edited by hand since the last apply` |",
            "| `partners` | **upstream** | `token_endpoint`: `the provider serves",
            "<details><summary>Values</summary>",
            "**Could not be read**",
            "accepted until 2026-12-31",
            "**Checks: 1 warning**",
            "**What to do**",
            "- 1 acceptance met nothing, and can be removed.",
            "2 registry, 1 missing, 1 upstream, 1 unmanaged, 0 foreign, 1 pending, 1 unknown",
            f"Fingerprint: `{everything().fingerprint}`",
        )
    ]
    assert places == sorted(places)


def test_what_should_be_there_and_what_is_are_coloured_as_a_difference() -> None:
    lines = shown(everything()).splitlines()
    for line in (
        "> !   registry  issuer: edited by hand since the last apply",
        f'> -       wanted    "{GOOD}"   (discovery)',
        f'> +       live      "{BAD}"',
        '-       live      "https://login.partner.example/token"',
        '+       served    "https://login.partner.example/v2/token"',
    ):
        assert line in lines


def test_a_provider_has_its_values_in_one_place() -> None:
    first, other = many(2)
    text = shown(report(first, other, replace(first, path="enabled", live=held(False), wanted=held(True))))
    heads = re.findall(r"^# (edited-\d+)$", text, re.MULTILINE)
    assert heads == ["edited-00000", "edited-00000", "edited-00001"]


def test_an_issue_is_found_again_by_its_target() -> None:
    first, other = (
        shown(report(edited(), target=replace(TARGET, organization=name))).splitlines()[0] for name in "ab"
    )
    assert re.fullmatch(r"<!-- idpctl:drift:[0-9a-f]{16} -->", first)
    assert first != other
    assert shown(report(target=None)).startswith("<!-- idpctl:drift -->\n")


def test_where_nothing_differs_there_is_little_to_read() -> None:
    text = shown(report())
    assert "**No drift.**" in text
    for part in (">", "| ", "<details", "What to do"):
        assert part not in text.replace("-->", "")


def test_what_was_accepted_or_is_not_applied_yet_is_not_grave() -> None:
    text = shown(report(accepted(edited()), edited(kind=DriftClass.PENDING, counts=False)))
    assert "[!CAUTION]" not in text
    assert "**No drift.**" in text


def test_what_is_grave_is_told_though_its_class_does_not_count() -> None:
    text = shown(report(edited(counts=False)))
    assert "**1 grave finding**" in caution(text)
    assert f'live      "{BAD}"' in caution(text)
    assert "**No drift.**" in text


def test_a_skipped_run_notes_why_and_shows_what_was_seen_last() -> None:
    text = shown(skipped(edited(carried=True), since=everything().since))
    assert "> [!NOTE]\n> ```text\n> Error: skipped: an apply is running (process 7)" in text
    assert "What follows is as it was last seen." in text
    assert "as last seen: it could not be looked at now" in text


def test_a_failed_run_warns_and_holds_the_findings_that_ended_it() -> None:
    error = RegistryError("no answer", hint="look at it", problems=[problem()])
    text = shown(report(run=Run.FAILED, error=error, memory=Memory.NONE))
    assert "> [!CAUTION]\n> ```text\n> Error: no answer\n>   hint: look at it" in text
    assert "DSC-06" in text
    assert "There is no last report: nothing is known of drift." in text


def test_a_part_is_said_to_be_one_and_what_remembers_nothing_too() -> None:
    text = shown(report(edited(), complete=False, memory=Memory.NONE))
    assert "**PARTIAL** (`--only`): nothing is said about other providers." in text
    assert "- Nothing remembers which records there were: `--since FILE` does." in text


def test_a_thousand_findings_fit_and_nothing_grave_is_left_out() -> None:
    text = shown(report(*many(1000), *grave(20)))
    assert LIMIT * 0.95 < len(text) < LIMIT
    for one in grave(20):
        assert f"> # {one.key}" in caution(text)
        assert f"| `{one.key}` |" in text
    last = text.splitlines()[-1]
    counted = re.fullmatch(
        r"Left out to stay under 60,000 characters: (\d+) table rows, (\d+) differences\."
        r" All of it: `idpctl drift`, as text or JSON\.",
        last,
    )
    assert counted is not None, last
    assert int(counted[1]) == 1060 - len(re.findall(r"^\| `", text, re.MULTILINE))
    assert int(counted[2]) == 1000 - text.count("\n# edited-")
    assert "**Drift: 1060 findings.**" in text
    assert "**What to do**" in text
    assert "Fingerprint: `sha256:" in text


@pytest.mark.parametrize("number", [600, 10_000])
def test_too_many_grave_findings_for_their_values_keep_their_names(number: int) -> None:
    findings = [edited(key=f"b-{index:05d}") for index in range(number)]
    text = shown(report(*findings, edited(key="b-00000", path="jwks_endpoint")))
    assert len(text) < LIMIT
    told = re.search(r"\*\*whom the gateway believes, (\d+) providers\*\*: (.*)", caution(text))
    assert told is not None
    assert int(told[1]) == number
    left = re.search(r" and (\d+) more$", told[2])
    assert told[2].count("`b-") + (0 if left is None else int(left[1])) == number
    assert told[2].count("`b-") >= min(number, 4000)


def test_lost_records_are_named_apart_from_who_is_believed() -> None:
    text = shown(report(*grave(400)))
    assert "> - **whom the gateway believes, 400 providers**: `believed-00000`" in text
    assert "> - **records that are lost, 800 providers**: `deleted-00000`, `stolen-00000`" in text
    assert all(f"`{one.key}`" in caution(text) for one in grave(400))


def test_where_grave_findings_have_only_names_their_values_are_shown_as_far_as_there_is_room() -> None:
    findings = [edited(key=f"b-{index:05d}") for index in range(40)]
    text = page(View(subject=report(*findings)), 11_000)
    assert "**whom the gateway believes, 40 providers**" in caution(text)
    assert "\n# b-00000\n" in text
    assert "\n# b-00039\n" not in text
    assert re.search(r"characters: \d+ differences\.", text.splitlines()[-1])


def test_ten_thousand_findings_of_every_class_are_counted() -> None:
    quiet = [
        found(DriftClass.PENDING, f"p-{index}", path="issuer", reason=Reason.NOT_APPLIED)
        for index in range(5000)
    ]
    unread = [found(DriftClass.UNKNOWN, f"u-{index}", detail="no answer") for index in range(4000)]
    text = shown(report(*many(1000), *quiet, *unread))
    assert len(text) < LIMIT
    assert "1000 registry, 0 missing, 0 upstream, 0 unmanaged, 0 foreign, 5000 pending, 4000 unknown" in text
    assert re.search(r"left out .*", text.splitlines()[-1], re.IGNORECASE)
    assert "5000 findings" in text.splitlines()[-1]


def test_the_summary_of_a_step_stays_under_its_mebibyte() -> None:
    text = summary(View(subject=report(*many(10_000), *grave(200))))
    assert 4 * LIMIT < len(text.encode()) < 1024 * 1024
    assert all(f"# {one.key}" in caution(text) for one in grave(200))


def test_what_is_left_out_goes_in_the_order_of_what_it_matters() -> None:
    subject = replace(
        everything(), findings=(*everything().findings, *many(30)), problems=(problem(message="(error)"),)
    )
    order = ["accepted until", "# edited-00000", "(error)", "no answer within", "| `edited-00029`"]
    text = page(View(subject=subject), 1_000_000)
    assert all(part in text for part in order)
    gone: list[str] = []
    for limit in range(len(text) + 500, 4000, -150):
        text = page(View(subject=subject), limit)
        assert len(text) <= limit
        assert "> # workforce" in text
        assert "Fingerprint: `" in text
        gone += [part for part in order if part not in text and part not in gone]
    assert gone == order


@given(reports())
def test_no_report_makes_harmful_markdown(subject: DriftReport) -> None:
    must_be_harmless(shown(subject))


@given(reports(), st.integers(4_000, 20_000))
def test_no_report_makes_a_page_beyond_its_limit(subject: DriftReport, limit: int) -> None:
    text = page(View(subject=subject), limit)
    must_be_harmless(text)
    assert len(text) <= limit


@given(reports())
def test_a_page_says_of_each_alarm_whose_it_is(subject: DriftReport) -> None:
    rows = seen(shown(subject)).rows
    assert len(rows) == (len(subject.drift) + 1 if subject.drift else 0)
