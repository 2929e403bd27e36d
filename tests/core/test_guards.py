from __future__ import annotations

import pytest

from idpctl.asked import Options
from idpctl.guards import gates_of
from idpctl.plan import Action, Change, Gate, GateKind, Reason
from tests.support.build import HTTP, desired, flags, make_plan, record, unmanaged


def deletions(count: int, **given: object) -> list[Change]:
    return [
        Change(address=f"k{number}", action=Action.DELETE, **{"reason": Reason.UNDECLARED, **given})  # type: ignore[arg-type]  # a case names what it is about
        for number in range(count)
    ]


def mass(changes: list[Change], owned: int, **options: int) -> list[Gate]:
    return [
        gate
        for gate in gates_of(changes, Options(**options), owned=owned)
        if gate.kind is GateKind.MASS_DELETE
    ]


@pytest.mark.parametrize(
    ("deletes", "owned", "percent", "gated"),
    [
        (0, 0, 30, False),
        (0, 5, 30, False),
        (1, 1, 30, True),  # all of them
        (1, 2, 30, False),
        (2, 2, 100, True),
        (3, 4, 30, False),  # a handful may go
        (4, 4, 30, True),
        (1, 5, 30, False),  # 20 %
        (2, 5, 30, True),  # 40 %
        (3, 10, 30, False),  # 30 % is not more than 30 %
        (4, 10, 30, True),
        (1, 5, 0, True),
        (1, 4, 0, False),
        (4, 5, 100, False),
        (5, 5, 100, True),
        (300, 1000, 30, False),
        (301, 1000, 30, True),
    ],
)
def test_a_mass_delete_is_a_share_of_many_or_all_of_few(
    deletes: int, owned: int, percent: int, gated: bool
) -> None:
    found = mass(deletions(deletes), owned, max_delete_percent=percent)
    assert bool(found) is gated
    for gate in found:
        assert (gate.address, gate.flag, gate.allowed) == (None, f"--max-deletes {deletes}", False)
        assert gate.message.startswith(f"{deletes} of {owned} owned records would be deleted")
        assert (f"more than {percent} %" in gate.message) is (deletes < owned)


@pytest.mark.parametrize(("most", "allowed"), [(None, False), (0, False), (3, False), (4, True), (99, True)])
def test_a_mass_delete_is_allowed_by_number(most: int | None, allowed: bool) -> None:
    (gate,) = gates_of(deletions(4), Options(max_deletes=most), owned=10)
    assert gate.allowed is allowed


def test_the_end_of_a_replacement_is_no_loss_but_a_stray_record_is() -> None:
    assert mass(deletions(9, reason=Reason.DEPOSED), 9) == []
    assert len(mass(deletions(9, reason=Reason.DEPOSED, linked=False), 9)) == 1
    assert len(mass(deletions(9, reason=Reason.DESTROY), 9)) == 1


def test_what_is_created_meanwhile_does_not_outweigh_what_is_deleted() -> None:
    created = [desired(f"new{number}") for number in range(20)]
    plan = make_plan(created, [record(desired(f"old{number}")) for number in range(5)])
    assert flags(plan) == ["--max-deletes 5"]


def test_records_of_others_do_not_thin_the_share() -> None:
    live = [record(desired(f"k{number}")) for number in range(5)]
    strangers = [unmanaged(f"x{number}") for number in range(50)]
    plan = make_plan([desired(f"k{number}") for number in range(3)], [*live, *strangers])
    assert flags(plan) == ["--max-deletes 2"]


PROTECTED = record(desired("okta", protect=True))
FREE = record(desired("okta"))
NEW_NAME = desired("okta", name="New")


@pytest.mark.parametrize(
    ("wanted", "live", "expected"),
    [
        ([desired("okta")], [], []),
        ([desired("okta", enabled=False)], [FREE], []),
        ([desired("okta", protect=True, enabled=False)], [PROTECTED], []),
        ([], [FREE], [("mass_delete", "--max-deletes 1")]),
        ([], [PROTECTED], [("destroy", "--allow-destroy okta"), ("mass_delete", "--max-deletes 1")]),
        ([NEW_NAME], [FREE], [("replace", "--allow-replace okta")]),
        (
            [NEW_NAME],
            [PROTECTED],
            [("replace", "--allow-replace okta"), ("destroy", "--allow-destroy okta")],
        ),
        (
            [desired("okta", name="New", protect=True)],
            [FREE],
            [("replace", "--allow-replace okta"), ("destroy", "--allow-destroy okta")],
        ),
        (
            [desired("okta", type="auth0")],
            [FREE],
            [("replace", "--allow-replace okta"), ("gap", "--allow-gap okta")],
        ),
        (
            [desired("okta", issuer="https://evil.example.com")],
            [FREE],
            [("trust_change", "--allow-trust-change okta")],
        ),
        (
            [desired("okta", allowed_token_audience="*")],
            [FREE],
            [("trust_change", "--allow-trust-change okta")],
        ),
        ([desired("okta", issuer="https://okta.example.com/x")], [FREE], []),
        (
            [desired("okta", name="New", type="auth0", issuer="https://evil.example.com", protect=True)],
            [FREE],
            [
                ("replace", "--allow-replace okta"),
                ("trust_change", "--allow-trust-change okta"),
                ("destroy", "--allow-destroy okta"),
            ],
        ),
    ],
)
def test_what_has_to_be_allowed_by_name(
    wanted: list[object], live: list[object], expected: list[tuple[str, str]]
) -> None:
    plan = make_plan(wanted, live, capabilities=HTTP)  # type: ignore[arg-type]  # parametrized
    assert [(str(gate.kind), gate.flag) for gate in plan.gates] == expected
    assert plan.applyable is not bool(expected)

    everything = {
        f"allow_{kind}": frozenset({"okta"}) for kind in ("replace", "destroy", "trust_change", "gap")
    }
    allowed = make_plan(wanted, live, capabilities=HTTP, max_deletes=1, **everything)  # type: ignore[arg-type]  # parametrized
    assert [(str(gate.kind), gate.flag) for gate in allowed.gates] == expected
    assert allowed.applyable
    assert allowed.fingerprint == plan.fingerprint

    other = make_plan(
        wanted,  # type: ignore[arg-type]  # parametrized
        live,  # type: ignore[arg-type]  # parametrized
        capabilities=HTTP,
        **{name: frozenset({"another"}) for name in everything},
    )
    assert flags(other) == [flag for _, flag in expected]


def test_a_trust_change_names_its_fields() -> None:
    wanted = desired("okta", issuer="https://x.example.com", jwks_endpoint="https://x.example.com/k")
    (gate,) = make_plan([wanted], [FREE]).gates
    assert gate.message == "changes whom to trust: issuer, jwks_endpoint"


def test_one_gate_is_named_once() -> None:
    strays = [record(desired("okta", name=name), ref=name) for name in ("A", "B", "C", "D", "E", "F")]
    plan = make_plan([desired("okta", name="A")], strays)
    assert flags(plan) == ["--allow-destroy okta", "--max-deletes 5"]
