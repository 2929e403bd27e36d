"""A delete and a create that look like one provider are pointed out, with the entry that says so."""

from __future__ import annotations

import pytest

from idpctl.errors import Severity
from idpctl.model import Moved
from idpctl.plan import Action
from tests.support.build import desired, make_plan, record, rules

ISSUER = "https://okta.example.com"
OLD = record(desired("okta"))


def test_one_issuer_under_a_new_key_and_name_is_pointed_out() -> None:
    plan = make_plan([desired("workforce", issuer=ISSUER)], [OLD])
    (found,) = plan.problems
    assert (found.rule, found.severity, found.address) == ("PLN-10", Severity.WARNING, "workforce")
    assert found.message == "okta would be deleted, and a new provider with the same issuer created"
    assert found.hint is not None
    assert found.hint.endswith("moved: [{from: okta, to: workforce}]")
    assert [change.action for change in plan.changes] == [Action.CREATE, Action.DELETE]


def test_the_entry_that_the_hint_names_makes_it_one_replacement() -> None:
    moved = (Moved(from_key="okta", to_key="workforce"),)
    plan = make_plan([desired("workforce", issuer=ISSUER)], [OLD], moved=moved)
    assert plan.problems == ()
    assert [change.action for change in plan.changes] == [Action.REPLACE]


def test_one_well_known_url_is_enough() -> None:
    url = OLD.idp.well_known_url
    (found,) = make_plan([desired("workforce", well_known_url=url)], [OLD]).problems
    assert "with the same well_known_url" in found.message


def test_the_issuer_counts_more_than_the_url() -> None:
    other = desired("other", well_known_url=OLD.idp.well_known_url)
    plan = make_plan([other, desired("workforce", issuer=ISSUER)], [OLD])
    assert rules(plan) == [("PLN-10", "workforce")]


def test_each_provider_that_goes_is_named_once() -> None:
    twins = [desired("b", issuer=ISSUER), desired("a", issuer=ISSUER)]
    assert rules(make_plan(twins, [OLD])) == [("PLN-10", "a")]


@pytest.mark.parametrize("key", ["okta", "azure"])
def test_what_stays_or_has_nothing_in_common_is_not(key: str) -> None:
    assert make_plan([desired(key)], [OLD]).problems == ()
    assert make_plan([desired("okta"), desired("workforce", issuer=ISSUER)], [OLD]).problems == ()


def test_a_key_that_only_lost_its_name_has_its_own_error() -> None:
    plan = make_plan([desired("workforce", name="Okta", issuer=ISSUER)], [OLD])
    assert rules(plan) == [("PLN-03", "workforce")]
