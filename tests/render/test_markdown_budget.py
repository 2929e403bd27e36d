"""A page has a limit: what is left out first, what never, and that it says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import Severity
from idpctl.plan import Action
from idpctl.render.github_files import summary
from idpctl.render.markdown import LIMIT, page, render
from idpctl.render.order import is_dangerous
from idpctl.render.view import View
from tests.render.plans import applied, planned, problem, unmanaged, wanted

if TYPE_CHECKING:
    from idpctl.model import Desired, Record
    from idpctl.plan import Plan

PROSE = "What this provider is for, at some length, so that a thousand of them are long. " * 3


def updates(number: int) -> tuple[list[Desired], list[Record]]:
    keys = [f"update-{index:05d}" for index in range(number)]
    desired = [wanted(key, description=PROSE) for key in keys]
    return desired, [applied(wanted(key), f"r-{key}") for key in keys]


def big(number: int = 1000, *, dangers: int = 20) -> Plan:
    """Return a plan of so many updates, with replacements, deletes and trust changes among them."""
    desired, records = updates(number)
    for index in range(dangers):
        old, new = f"replaced-{index:05d}", f"trusted-{index:05d}"
        desired += [wanted(old, name=f"{old}-new"), wanted(new)]
        records += [
            applied(wanted(old), f"r-{old}"),
            applied(wanted(new), f"r-{new}", jwks_endpoint="https://evil.example.com/keys"),
            applied(wanted(f"deleted-{index:05d}"), f"r-deleted-{index:05d}"),
        ]
    return planned(desired, records, max_deletes=dangers)


def test_a_thousand_updates_fit_and_nothing_dangerous_is_left_out() -> None:
    plan = big()
    text = render(View(subject=plan))
    assert len(text) < LIMIT
    assert len(text) > LIMIT * 0.95
    dangerous = [change for change in plan.changes if is_dangerous(change)]
    assert len(dangerous) == 60
    caution, _, rest = text.partition("\n| ")
    for change in dangerous:
        assert change.address in caution
        assert f"| `{change.address}` |" in rest
    for change in dangerous:
        if change.trust:
            assert f"! {change.address}  jwks_endpoint host  evil.example.com ->" in caution
    last = text.splitlines()[-1]
    found = re.fullmatch(
        r"Left out to stay under 60,000 characters: (\d+) table rows, (\d+) differences\."
        r" All of it: `idpctl show PLANFILE`\.",
        last,
    )
    assert found is not None, last
    assert int(found[1]) == 1060 - len(re.findall(r"^\| `", text, re.MULTILINE))
    assert int(found[2]) == 1060 - text.count("```diff") + 1  # one fence is the trust changes'
    assert "Plan: 20 to add, 1020 to change, 40 to destroy." in text
    assert f"Fingerprint: `{plan.fingerprint}`" in text
    assert "\nidpctl apply --approve sha256:" in text


@pytest.mark.unmeasured
def test_the_summary_of_a_step_holds_more_and_stays_under_its_mebibyte() -> None:
    plan = big(5000)
    text = summary(View(subject=plan))
    assert 4 * LIMIT < len(text.encode()) < 1024 * 1024
    for change in plan.changes:
        if is_dangerous(change):
            assert f"| `{change.address}` |" in text


def test_too_many_dangers_for_their_values_keep_their_names() -> None:
    plan = planned([], [applied(wanted(f"gone-{index:04d}"), f"r-{index}") for index in range(1500)])
    text = render(View(subject=plan))
    assert len(text) < LIMIT
    caution = text.partition("\n| ")[0]
    assert "**1500 deletes**" in caution
    assert all(f"`gone-{index:04d}`" in caution for index in range(1500))


def test_too_many_dangers_for_their_names_are_counted() -> None:
    plan = planned([], [applied(wanted(f"gone-{index:05d}"), f"r-{index}") for index in range(10_000)])
    text = render(View(subject=plan))
    assert len(text) < LIMIT
    found = re.search(r"\*\*10000 deletes\*\*: (.*) and (\d+) more", text)
    assert found is not None
    assert found[1].count("`gone-") + int(found[2]) == 10_000
    assert found[1].count("`gone-") > 2000


# From the first that is left out to the last; what stands here appears in the full page.
ORDER = [
    "unchanged: `",
    "Not managed by",
    "(note)",
    " unchanged: name",
    "+       name",
    "(warning)",
    "| create |",
]
KEPT = ["**Replacement**", "Fingerprint: `", "**Blocked**"]


def everything() -> Plan:
    desired, records = updates(12)
    same = [wanted(f"same-{index}") for index in range(40)]
    desired += [wanted("renamed", name="x"), *same, *(wanted(f"new-{index}") for index in range(12))]
    records += [applied(wanted("renamed"), "r-0"), *(applied(one, f"r-{one.key}") for one in same)]
    return planned(
        desired,
        [*records, unmanaged("legacy")],
        problems=[
            problem(message="(error)"),
            *(problem("DSC-09", Severity.WARNING, message="(warning)") for _ in range(12)),
            *(problem("CFG-08", Severity.INFO, message="(note)") for _ in range(12)),
        ],
    )


def test_what_is_left_out_goes_in_the_order_of_what_it_matters() -> None:
    plan = everything()
    text = page(View(subject=plan), 1_000_000)
    assert all(part in text for part in [*ORDER, *KEPT])
    gone: list[str] = []
    for limit in range(len(text) + 500, 1900, -150):
        text = page(View(subject=plan), limit)
        assert len(text) <= limit
        assert all(part in text for part in KEPT)
        gone += [part for part in ORDER if part not in text and part not in gone]
        if gone:
            assert text.splitlines()[-1].startswith(f"Left out to stay under {limit:,} characters: ")
    assert gone == [part for part in ORDER if part in gone]
    assert gone[-1] == ORDER[-1]


@pytest.mark.parametrize("action", [Action.REPLACE, Action.DELETE])
def test_a_small_plan_says_everything_and_that_nothing_is_missing(action: Action) -> None:
    plan = big(2, dangers=1)
    assert any(change.action is action for change in plan.changes)
    assert "Left out" not in render(View(subject=plan))


def test_too_many_trust_changes_for_their_values_keep_their_names() -> None:
    keys = [f"moved-{index:04d}" for index in range(900)]
    stolen = [applied(wanted(key), key, jwks_endpoint=f"https://{key}.evil.example.com/keys") for key in keys]
    text = render(View(subject=planned([wanted(key) for key in keys], stolen)))
    assert len(text) < LIMIT
    caution = text.partition("\n| ")[0]
    assert "**900 trust changes: whom the gateway believes**" in caution
    assert all(f"`{key}`" in caution for key in keys)
