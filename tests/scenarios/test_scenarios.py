"""What a person and a program see, case by case: tests/scenarios/CASE/plan.txt, plan.md and plan.json."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import Severity
from idpctl.model import FIELDS, Capabilities, Lifecycle, Moved
from idpctl.planfile import dump, load
from idpctl.render.table import renderer
from idpctl.render.view import View
from tests.render.plans import applied, imported, marked, planned, problem, unmanaged, wanted
from tests.scenarios.snapshots import FOLDER, PlanJson, PlanMarkdown, PlanText

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

    from idpctl.plan import Plan

WORKFORCE = wanted("workforce", description="Employees")
PARTNERS = wanted("partners", line=12)


def create() -> Plan:
    return planned(
        [WORKFORCE, wanted("partners", line=12, properties={"scopes": ["openid"]})], [unmanaged("legacy")]
    )


def update() -> Plan:
    desired = wanted("workforce", description="Employees and contractors", enabled=False)
    return planned([desired, PARTNERS], [applied(WORKFORCE, "r-1"), applied(PARTNERS, "r-2")])


def replaced() -> Plan:
    renamed = wanted("workforce", name="okta-new", description="Employees")
    record = replace(applied(WORKFORCE, "r-1"), usage=("orders-api", "billing-api"))
    return planned([renamed, PARTNERS], [record, applied(PARTNERS, "r-2")])


def replaced_with_gap() -> Plan:
    renamed = wanted("workforce", type="custom", description="Employees")
    http = Capabilities(transactional=False, usage=True)
    return planned(
        [renamed], [applied(WORKFORCE, "r-1")], capabilities=http, allow_replace=frozenset({"workforce"})
    )


def delete() -> Plan:
    records = [applied(WORKFORCE, "r-1"), applied(PARTNERS, "r-2")]
    protected = applied(wanted("vault", lifecycle=Lifecycle(protect=True)), "r-3")
    return planned([WORKFORCE], [*records, protected], max_deletes=2)


def drift() -> Plan:
    record = applied(WORKFORCE, "r-1", description="changed by hand", enabled=False)
    return planned([WORKFORCE, PARTNERS], [record, applied(PARTNERS, "r-2")])


def trust() -> Plan:
    stolen = applied(WORKFORCE, "r-1", jwks_endpoint="https://evil.example.com/jwks")
    # The second letter of the host is Cyrillic.
    lookalike = applied(PARTNERS, "r-2", issuer="https://p\u0430rtners.okta.example/oauth2/default")
    return planned([WORKFORCE, PARTNERS], [stolen, lookalike], allow_trust_change=frozenset({"partners"}))


def moved() -> Plan:
    record = applied(wanted("staff"), "r-1")
    same = {path: getattr(record.idp, path) for path in FIELDS}
    return planned(
        [wanted("workforce", **same)], [record], moved=(Moved(from_key="staff", to_key="workforce"),)
    )


def marks() -> Plan:
    protected = wanted("workforce", description="Employees", lifecycle=Lifecycle(protect=True))
    stale = marked(applied(WORKFORCE, "r-1"), applied={**_applied(WORKFORCE), "issuer": "0badf00d"})
    return planned([protected], [stale])


def _applied(desired: object) -> dict[str, str]:
    record = applied(desired, "r")  # type: ignore[arg-type]
    assert record.mark is not None
    return dict(record.mark.applied)


def adopt() -> Plan:
    return imported([WORKFORCE], [unmanaged("workforce"), unmanaged("legacy", "r-91")])


def empty() -> Plan:
    foreign = marked(applied(wanted("other"), "r-9"), owner="acme/dev")
    return planned([WORKFORCE], [applied(WORKFORCE, "r-1"), foreign, unmanaged("legacy")])


def mass_delete() -> Plan:
    owned = [applied(wanted(f"idp{number}"), f"r-{number}") for number in range(6)]
    return planned([wanted(f"idp{number}") for number in range(3)], owned)


def partial() -> Plan:
    return planned([WORKFORCE, PARTNERS], [], only=("work*",))


def interrupted() -> Plan:
    old = applied(wanted("workforce", name="okta-old", description="Employees"), "r-1")
    new = marked(applied(WORKFORCE, "r-2"), replaces="r-1")
    return planned([WORKFORCE], [old, new])


def errored() -> Plan:
    return planned(
        [PARTNERS],
        [],
        problems=[
            problem(),
            problem("DSC-09", Severity.WARNING, message="the key set is served by another host", hint=None),
            problem("CFG-08", Severity.INFO, message="two providers have one audience"),
            problem("CFG-12", Severity.WARNING, suppressed="agreed with the security team"),
        ],
    )


CASES: dict[str, Callable[[], Plan]] = {
    "create": create,
    "update": update,
    "replace": replaced,
    "replace-with-gap": replaced_with_gap,
    "delete": delete,
    "drift": drift,
    "trust": trust,
    "moved": moved,
    "marks": marks,
    "adopt": adopt,
    "empty": empty,
    "mass-delete": mass_delete,
    "partial": partial,
    "interrupted": interrupted,
    "errored": errored,
}
cases = pytest.mark.parametrize("case", CASES)


@cases
def test_text(case: str, snapshot: SnapshotAssertion) -> None:
    text = renderer("text")(View(subject=CASES[case]()))
    assert text == snapshot(extension_class=PlanText)


@cases
def test_markdown(case: str, snapshot: SnapshotAssertion) -> None:
    text = renderer("markdown")(View(subject=CASES[case]()))
    assert text == snapshot(extension_class=PlanMarkdown)


@cases
def test_json(case: str, snapshot: SnapshotAssertion) -> None:
    body = json.loads(renderer("json")(View(subject=CASES[case]())))
    assert json.dumps(body, indent=2) + "\n" == snapshot(extension_class=PlanJson)


@cases
def test_a_saved_plan_looks_the_same_when_it_is_shown(case: str) -> None:
    plan = CASES[case]()
    for verbose in (False, True):
        view = View(subject=plan, verbose=verbose)
        assert renderer("text")(replace(view, subject=load(dump(plan)))) == renderer("text")(view)


def test_every_folder_is_a_case() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(
        CASES
    )
