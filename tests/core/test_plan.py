from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.asked import Inputs, Options
from idpctl.errors import Problem, Severity, Source
from idpctl.model import FIELDS, Capabilities, Origin, ReplaceOrder
from idpctl.plan import Action, Cause, Change, Gate, GateKind, Reason, Summary
from tests.support.build import desired, make_plan, only_change, record, unmanaged

if TYPE_CHECKING:
    from idpctl.model import IdentityProvider
    from idpctl.plan import Plan

LIVE = [record(desired("okta", enabled=False)), record(desired("gone")), record(desired("ren"))]
WANTED = [desired("okta", properties={"a": 1}), desired("new"), desired("ren", name="Renamed")]
PLAN = make_plan(WANTED, LIVE)
ERROR = Problem(rule="CFG-04", severity=Severity.ERROR, message="same issuer")


def changed(key: str, /, **given: Any) -> Plan:
    """Return the plan with one of its changes altered."""
    return replace(
        PLAN,
        changes=tuple(replace(one, **given) if one.address == key else one for one in PLAN.changes),
    )


def at(address: str) -> Change:
    (change,) = [change for change in PLAN.changes if change.address == address]
    return change


def test_a_fingerprint_is_a_sha256_also_of_the_empty_plan() -> None:
    for plan in (PLAN, make_plan([], [])):
        prefix, _, digits = plan.fingerprint.partition(":")
        assert (prefix, len(digits)) == ("sha256", 64)
    assert make_plan([], []).fingerprint == make_plan([WANTED[1]], [record(WANTED[1])]).fingerprint


@pytest.mark.parametrize(
    "given",
    [
        {"created": "2026-01-01T00:00:00Z"},
        {"problems": (ERROR,)},
        {"gates": ()},
        {"options": Options(max_deletes=1, only=("x",), allow_replace=frozenset({"ren"}), strict=True)},
        {"unmanaged": ("x",), "foreign": (("x", "y"),)},
        {"unchanged": ("x",), "records": 9, "owned": 9, "declared": 9},
        {"inputs": Inputs(config_sha256="x", files={"a": "b"})},
        {"capabilities": Capabilities(transactional=False)},
    ],
)
def test_a_fingerprint_does_not_cover_what_changes_nothing(given: dict[str, Any]) -> None:
    assert replace(PLAN, **given).fingerprint == PLAN.fingerprint


@pytest.mark.parametrize("part", ["owner", "driver", "location", "organization"])
def test_a_fingerprint_covers_the_target(part: str) -> None:
    elsewhere = replace(PLAN, target=replace(PLAN.target, **{part: "other"}))
    assert elsewhere.fingerprint != PLAN.fingerprint


def altered(idp: IdentityProvider, path: str) -> IdentityProvider:
    return replace(idp, **{path: not idp.enabled if path == "enabled" else "other"})


@pytest.mark.parametrize("path", FIELDS)
def test_a_fingerprint_covers_every_wanted_and_every_live_value(path: str) -> None:
    seen = {PLAN.fingerprint}
    for address in ("new", "okta"):
        wanted = at(address).desired
        assert wanted is not None
        seen.add(changed(address, desired=replace(wanted, idp=altered(wanted.idp, path))).fingerprint)
    for address in ("okta", "gone", "ren"):
        before = at(address).before
        assert before is not None
        seen.add(changed(address, before=replace(before, idp=altered(before.idp, path))).fingerprint)
    assert len(seen) == 6


def test_a_fingerprint_covers_what_is_done_and_in_which_order() -> None:
    ren, okta = at("ren"), at("okta")
    assert okta.desired is not None
    field = okta.fields[0]
    properties = replace(okta.desired, idp=replace(okta.desired.idp, properties={"a": True}))
    others = [
        changed("okta", address="x"),
        changed("okta", action=Action.MOVE),
        changed("okta", previous_address="x"),
        changed("okta", desired=properties),
        changed("okta", desired=desired("okta", properties={"a": 1}, protect=True)),
        changed("okta", fields=(replace(field, cause=Cause.CONFLICT), *okta.fields[1:])),
        changed("okta", fields=(replace(field, origin=Origin.DISCOVERY), *okta.fields[1:])),
        changed("okta", fields=(replace(field, trust=True), *okta.fields[1:])),
        changed("okta", fields=okta.fields[1:]),
        changed("ren", steps=ren.steps[::-1]),
        changed("ren", steps=ren.steps[:1]),
        changed("gone", steps=(replace(at("gone").steps[0], ref="x"),)),
        replace(PLAN, changes=PLAN.changes[::-1]),
        replace(PLAN, changes=PLAN.changes[1:]),
    ]
    assert len({PLAN.fingerprint, *(other.fingerprint for other in others)}) == len(others) + 1


@pytest.mark.parametrize(
    "given",
    [{"reason": Reason.IN_SYNC}, {"source": Source(file="x", line=1)}, {"order": ReplaceOrder.DELETE_FIRST}],
)
def test_a_fingerprint_does_not_cover_why_and_where(given: dict[str, Any]) -> None:
    assert changed("ren", **given).fingerprint == PLAN.fingerprint


def test_a_summary_counts_by_action() -> None:
    live = [*LIVE, record(desired("same"))]
    plan = make_plan([*WANTED, desired("same")], live)
    assert plan.summary() == Summary(create=1, update=1, replace=1, delete=1, unchanged=1)

    drift = replace(LIVE[0], idp=replace(LIVE[0].idp, issuer="https://evil", jwks_endpoint="https://evil/k"))
    assert make_plan([WANTED[0]], [drift]).summary() == Summary(update=1, drifted=1, trust=2)
    assert make_plan([], []).summary() == Summary()
    adopted = replace(PLAN, changes=(replace(PLAN.changes[0], action=Action.ADOPT),))
    assert adopted.summary() == Summary(adopt=1)
    moved = replace(PLAN, changes=(replace(PLAN.changes[0], action=Action.MOVE),))
    assert moved.summary() == Summary(move=1)


@pytest.mark.parametrize(
    ("severity", "suppressed", "errored"),
    [
        (Severity.ERROR, None, True),
        (Severity.ERROR, "on purpose", False),
        (Severity.WARNING, None, False),
    ],
)
def test_an_error_among_the_findings_stops_the_plan(
    severity: Severity, suppressed: str | None, errored: bool
) -> None:
    problem = replace(ERROR, severity=severity, suppressed=suppressed)
    plan = make_plan([desired("new")], [], problems=[problem])
    assert plan.errored is errored
    assert plan.applyable is not errored


def test_a_closed_gate_stops_the_plan_and_an_open_one_does_not() -> None:
    gate = Gate(kind=GateKind.GAP, address="x", flag="--allow-gap x", message="m", allowed=False)
    plan = make_plan([desired("new")], [])
    assert plan.applyable
    assert replace(plan, gates=(gate,)).blocked == (gate,)
    assert not replace(plan, gates=(gate,)).applyable
    assert replace(plan, gates=(replace(gate, allowed=True),)).applyable
    assert not make_plan([], [unmanaged()]).applyable


def test_a_change_tells_trust_and_drift_of_its_fields() -> None:
    change = only_change(
        make_plan([desired("okta")], [record(desired("okta"), issuer="https://evil", description="x")])
    )
    assert [field.path for field in change.trust] == ["issuer"]
    assert change.drifted
    assert change.fields[0].as_dict() == {
        "path": "description",
        "before": "x",
        "after": "",
        "origin": "config",
        "cause": "registry_drift",
        "immutable": False,
        "trust": False,
    }
