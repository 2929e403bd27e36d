"""What a person has to decide: changes of whom the gateway believes, and what has to be allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.plan import GateKind
from idpctl.render.html_field import differing, table
from idpctl.render.html_lists import listing, section
from idpctl.render.html_markup import join, literal, name, own, prose, tag
from idpctl.render.problems import plural
from idpctl.render.safe import sentence
from idpctl.render.vocabulary import host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.plan import Change, FieldChange, Gate, Plan
    from idpctl.render.html_markup import Html


def closed_gates(plan: Plan) -> list[Html]:
    """Return the section of what has to be allowed still, never folded; nothing where there is none."""
    return _section("Needs to be allowed", plan.blocked, "danger")


def opened_gates(plan: Plan) -> list[Html]:
    """Return the section of what was allowed: who reviews a plan reviews that as well."""
    return _section("Allowed", [gate for gate in plan.gates if gate.allowed], "")


def _section(title: str, listed: Sequence[Gate], kind: str) -> list[Html]:
    if not listed:
        return []
    rows = listing("gates", ("State", "What", "Option"), map(_gate, listed))
    return [section(title, rows, kind=kind, count=len(listed))]


def _gate(gate: Gate) -> Html:
    state = tag("b", own("allowed" if gate.allowed else "blocked"), class_="good" if gate.allowed else "bad")
    flag = literal(sentence(gate.flag))
    return tag("tr", tag("td", state), tag("td", prose(gate.message)), tag("th", flag, scope="row"))


def trust(plan: Plan) -> list[Html]:
    """Return the section of changes of trust, never folded; nothing where there are none."""
    closed = {gate.address for gate in plan.blocked if gate.kind is GateKind.TRUST_CHANGE}
    found = [(change, field) for change in plan.changes for field in change.trust]
    if not found:
        return []
    rows = table([_trust(change, field, change.address in closed) for change, field in found])
    about = tag("p", own(f"{plural(len(found), 'change')} of whom the gateway believes."), class_="about")
    return [section("Trust changes", about, rows, kind="danger", count=len(found))]


def _trust(change: Change, field: FieldChange, closed: bool) -> Html:
    old, new = host(field.before), host(field.after)
    hosts = bool(old and new and old != new)
    title = join([tag("b", name(change.address)), own(" "), name(field.path), own(" host" if hosts else "")])
    before, after = (old, new) if hosts else (field.before, field.after)
    return differing(
        title, field, before, after, "blocked: needs --allow-trust-change" if closed else "allowed"
    )
