"""What became of an apply, and the inventory, as pages."""

from __future__ import annotations

import pytest

from idpctl.errors import IncompleteError, RegistryError
from idpctl.inventory import Row, Status
from idpctl.plan import Action, Plan, Verb
from idpctl.render.html import render
from idpctl.render.outcome import Applied, Listed
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report
from idpctl.report import Status as Fate
from tests.render.plans import TARGET, applied, planned, wanted
from tests.support.pages import Page

PLAN = planned([wanted("okta", name="new")], [applied(wanted("okta"), "r-1")])


def result(name: str, status: Fate = Fate.DONE, detail: str = "") -> OperationResult:
    return OperationResult(
        address="okta", action=Action.CREATE, verb=Verb.CREATE, name=name, status=status, detail=detail
    )


def page_of(
    *operations: OperationResult,
    outcome: Outcome = Outcome.COMPLETE,
    error: Exception | None = None,
    plan: Plan = PLAN,
) -> Page:
    report = Report(op="op-7", operations=operations, outcome=outcome, error=error)
    return Page(render(View(subject=Applied(plan=plan, report=report))))


def titles(page: Page) -> list[str]:
    return [one.text for one in page.root.find("h2")]


def test_an_apply_that_did_all_ends_with_terraforms_sentence_and_shows_its_plan() -> None:
    page = page_of(result("new"))
    banner = page.root.find("div", "good")[0].text
    assert "Apply complete! Resources: 1 added, 0 changed, 0 destroyed." in banner
    assert "1 operation: 1 done; operation id op-7" in banner
    assert titles(page)[0] == "Operations done 1"
    assert "Replacements 1" in titles(page)
    assert page.root.find("title")[0].text == "idpctl apply: acme/prod"


def test_what_failed_or_is_in_doubt_comes_first_with_its_reason() -> None:
    page = page_of(
        result("a"),
        result("b", Fate.FAILED, "it was refused"),
        result("c", Fate.NOT_STARTED),
        result("d", Fate.IN_DOUBT),
        outcome=Outcome.FAILED,
        error=IncompleteError("it stopped", hint="run it again"),
    )
    assert titles(page)[:4] == [
        "Operations in doubt 1",
        "Operations failed 1",
        "Operations not started 1",
        "Operations done 1",
    ]
    banner = page.root.find("div", "bad")[0].text
    for said in ("Error: the apply failed", "it stopped", "Hint: run it again"):
        assert said in banner
    assert "Nothing was changed." not in banner
    assert "it was refused" in page.root.find("section", "danger")[1].text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, "Error: the apply was interrupted"),
        (RegistryError("locked"), "locked"),
        (ValueError("x"), "ValueError"),
    ],
)
def test_an_apply_that_did_nothing_says_so(error: Exception | None, said: str) -> None:
    banner = page_of(result("a", Fate.NOT_STARTED), outcome=Outcome.INTERRUPTED, error=error).root.find(
        "div"
    )[0]
    assert said in banner.text
    assert "Nothing was changed." in banner.text


def test_operations_are_folded_only_where_nothing_is_left_to_do() -> None:
    many = [result(f"n{number}") for number in range(30)]
    assert page_of(*many).root.find("summary")[0].text == "All 30 of them"
    left = [result(f"n{number}", Fate.NOT_STARTED) for number in range(30)]
    assert not page_of(result("a"), *left, outcome=Outcome.FAILED).root.find("details")
    assert page_of(*left, outcome=Outcome.FAILED).root.find("details")


ROWS = (
    Row(
        key="okta", name="Okta", type="okta", status=Status.IN_SYNC, issuer="https://o.example", enabled=False
    ),
    Row(key="azure", name="Azure", type="microsoft", status=Status.DRIFTED, detail="issuer"),
    Row(key=None, name="theirs", type="auth0", status=Status.FOREIGN, detail="acme/staging"),
)


def test_the_inventory_is_a_table_of_its_records() -> None:
    page = Page(render(View(subject=Listed(target=TARGET, rows=ROWS))))
    (table,) = page.root.find("table")
    rows = [[one.text for one in row.inside if one.tag in {"th", "td"}] for row in table.find("tr")]
    assert rows == [
        ["Status", "Key", "Name", "Type", "Issuer", "Detail"],
        ["in sync", "okta", "Okta (disabled)", "okta", "https://o.example", ""],
        ["drifted", "azure", "Azure", "microsoft", "-", "issuer"],
        ["foreign", "-", "theirs", "auth0", "-", "acme/staging"],
    ]
    assert [one.text for one in page.root.find("label")] == ["All 3", "In sync 1", "Drifted 1", "Foreign 1"]
    assert page.root.find("p", "verdict")[0].text == "1 drifted, 1 foreign, 1 in sync"
    assert page.root.find("title")[0].text == "idpctl list: acme/prod"


def test_a_registry_in_which_all_is_well_is_told_apart() -> None:
    for rows, kind in ((ROWS, "ready"), (ROWS[::2], "good")):
        page = Page(render(View(subject=Listed(target=TARGET, rows=rows))))
        assert page.root.find("div", kind)
