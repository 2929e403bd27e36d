"""What a reviewer must not miss: every danger of a plan is a finding, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idpctl import review
from idpctl.errors import Severity
from idpctl.explain import all_rules, explain
from idpctl.model import Capabilities, Lifecycle, ReplaceOrder
from idpctl.planfile import dump, load
from tests.render.plans import applied, imported, planned, renamed, unmanaged, wanted

if TYPE_CHECKING:
    from idpctl.plan import Plan

OKTA = wanted("okta")
RECORD = applied(OKTA, "r-1")
HTTP = Capabilities(transactional=False, coexist=False, usage=True)
CASES = {
    "create": (planned([OKTA], []), []),
    "update": (planned([wanted("okta", description="x")], [RECORD]), []),
    "nothing": (planned([OKTA], [RECORD]), []),
    "import": (imported([OKTA], [unmanaged("okta")]), []),
    "move": (renamed(), []),
    "drift": (planned([OKTA], [applied(OKTA, "r-1", description="by hand")]), [("REV-01", None)]),
    "trust": (
        planned([OKTA], [applied(OKTA, "r-1", issuer="https://evil.example")]),
        [("REV-01", None), ("REV-02", "issuer")],
    ),
    "replace": (planned([wanted("okta", name="new")], [RECORD]), [("REV-03", None)]),
    "gap": (
        planned(
            [wanted("okta", name="new", lifecycle=Lifecycle(replace=ReplaceOrder.DELETE_FIRST))],
            [RECORD],
            capabilities=HTTP,
        ),
        [("REV-03", None), ("REV-05", None)],
    ),
    "delete": (planned([OKTA], [RECORD, applied(wanted("gone"), "r-2")], max_deletes=1), [("REV-04", None)]),
}


@pytest.mark.parametrize(("case", "expected"), CASES.values(), ids=CASES)
def test_each_danger_is_a_finding(case: Plan, expected: list[tuple[str, str | None]]) -> None:
    found = review.noteworthy(case)
    assert [(problem.rule, problem.path) for problem in found if problem.rule != "REV-06"] == expected
    assert all(problem.hint and problem.address for problem in found)
    # What is shown of a saved plan is what was shown when it was made.
    assert review.noteworthy(load(dump(case))) == found


def test_a_replacement_says_what_forces_it_and_who_uses_the_record() -> None:
    record = replace(RECORD, usage=("orders", "billing"))
    (found,) = review.noteworthy(planned([wanted("okta", name="new")], [record]))
    assert found.message == 'the record "okta" is replaced: name; used by orders, billing'
    assert found.source is not None
    assert (found.source.file, found.source.line) == ("idpctl.yaml", 3)


def test_a_trust_change_shows_both_values_without_user_information() -> None:
    record = applied(OKTA, "r-1", jwks_endpoint="https://user:hunter2@evil.example/keys")
    found = review.noteworthy(planned([OKTA], [record]))[1]
    assert found.message == (
        'whom the gateway believes: "https://***@evil.example/keys" -> '
        '"https://okta.okta.example/oauth2/default/v1/keys"'
    )


def test_a_value_that_is_no_text_is_shown_as_json() -> None:
    plan = planned([OKTA], [applied(OKTA, "r-1", issuer="https://evil.example")])
    (change,) = plan.changes
    fields = tuple(replace(field, before={"b": 1, "a": None}) for field in change.fields)
    found = review.noteworthy(replace(plan, changes=(replace(change, fields=fields),)))[1]
    assert found.message.startswith('whom the gateway believes: {"a":null,"b":1} -> "https://okta')


@pytest.mark.parametrize(
    ("options", "severity"), [({}, Severity.ERROR), ({"max_deletes": 3}, Severity.WARNING)]
)
def test_a_mass_delete_weighs_as_long_as_nobody_allowed_it(
    options: dict[str, int], severity: Severity
) -> None:
    owned = [applied(wanted(f"idp{number}"), f"r-{number}") for number in range(6)]
    plan = planned([wanted(f"idp{number}") for number in range(3)], owned, **options)
    (found,) = [problem for problem in review.noteworthy(plan) if problem.rule == "REV-06"]
    assert found.severity is severity
    assert found.message == "3 of 6 owned records would be deleted, more than 30 %"


def test_the_rules_can_be_explained_and_not_suppressed() -> None:
    assert set(review.RULES) <= set(all_rules())
    for rule_id, rule in review.RULES.items():
        assert rule.id == rule_id
        assert f"{rule.id} ({rule.severity}): {rule.title}" in explain(rule_id)
        assert "It cannot be suppressed." in explain(rule_id)
