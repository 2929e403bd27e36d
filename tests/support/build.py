"""Small values for tests of the pure core: only what a case is about has to be written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idpctl import planner
from idpctl.asked import Options
from idpctl.model import (
    ALL_FROM_CONFIG,
    FIELDS,
    Capabilities,
    Declared,
    Desired,
    IdentityProvider,
    Lifecycle,
    Mark,
    Origin,
    Provenance,
    Record,
    ReplaceOrder,
    Snapshot,
    Target,
    applied_digests,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.plan import Change, Plan

OWNER = "acme/prod"
TARGET = Target(owner=OWNER, driver="memory", location="here", organization="acme")
SQL = Capabilities()
HTTP = Capabilities(transactional=False)
SLOPPY = Capabilities(transactional=False, unique=frozenset())


def values(key: str, **given: Any) -> dict[str, Any]:
    """Return the nine fields and the properties of a provider of its own host, with those `given`."""
    host = f"https://{key}.example.com"
    return {
        "name": key.title(),
        "type": "okta",
        "description": "",
        "allowed_token_audience": "api://default",
        "well_known_url": f"{host}/.well-known/openid-configuration",
        "issuer": host,
        "token_endpoint": f"{host}/token",
        "jwks_endpoint": f"{host}/keys",
        "enabled": True,
        "properties": {},
        **given,
    }


def idp(key: str = "okta", **given: Any) -> IdentityProvider:
    return IdentityProvider(**values(key, **given))


def declared(
    key: str = "okta",
    *,
    protect: bool = False,
    ignore: Iterable[str] = (),
    order: ReplaceOrder = ReplaceOrder.CREATE_FIRST,
    discovered: Iterable[str] = (),
    **given: Any,
) -> Declared:
    written = {**values(key, **given), **dict.fromkeys(discovered)}
    lifecycle = Lifecycle(protect=protect, ignore_changes=frozenset(ignore), replace=order)
    return Declared(key=key, lifecycle=lifecycle, **written)


def desired(key: str = "okta", *, discovered: Iterable[str] = (), **given: Any) -> Desired:
    """Return a resolved provider; the endpoints in `discovered` come from its document."""
    named = {name: given[name] for name in given if name in {*FIELDS, "properties"}}
    origins = dict.fromkeys(discovered, Origin.DISCOVERY)
    return Desired(
        declared=declared(key, discovered=discovered, **given),
        idp=idp(key, **named),
        provenance=Provenance(**origins) if origins else ALL_FROM_CONFIG,
    )


def mark(wanted: Desired, *, owner: str = OWNER, **given: Any) -> Mark:
    """Return the mark that an apply of `wanted` writes."""
    remembered = {
        "key": wanted.key,
        "name": wanted.idp.name,
        "applied": applied_digests(wanted),
        "op": "op-1",
        "protect": wanted.declared.lifecycle.protect,
        **given,
    }
    return Mark(owner=owner, **remembered)


def record(wanted: Desired, *, ref: str | None = None, owner: str = OWNER, **edited: Any) -> Record:
    """Return the record as applied, then edited by hand in the fields of `edited`."""
    live = replace(wanted.idp, **edited)
    return Record(
        ref=ref or f"ref-{wanted.key}", idp=live, mark=mark(wanted, owner=owner, name=live.name), revision="1"
    )


def unmanaged(key: str = "legacy", *, ref: str | None = None, **given: Any) -> Record:
    return Record(ref=ref or f"ref-{key}", idp=idp(key, **given))


def snapshot(*records: Record) -> Snapshot:
    return Snapshot(records=records)


def make_plan(
    wanted: Iterable[Desired],
    live: Snapshot | Iterable[Record],
    *,
    capabilities: Capabilities = SQL,
    options: Options | None = None,
    **given: Any,
) -> Plan:
    """Plan; what `planner.plan` takes may be `given`, any other word is an option."""
    own = {"moved", "unresolved", "problems", "inputs"}
    passed = {name: given.pop(name) for name in own.intersection(given)}
    seen = live if isinstance(live, Snapshot) else Snapshot(records=tuple(live))
    chosen = options or Options(**given)
    return planner.plan(tuple(wanted), seen, capabilities, chosen, target=TARGET, **passed)


def only_change(plan: Plan) -> Change:
    """Return the one change of a plan that has no findings."""
    assert not plan.problems, plan.problems
    (change,) = plan.changes
    return change


def steps(change: Change) -> list[tuple[str, str]]:
    return [(str(step.verb), step.name) for step in change.steps]


def flags(plan: Plan) -> list[str]:
    """Return what still has to be allowed."""
    return [gate.flag for gate in plan.blocked]


def rules(plan: Plan) -> list[tuple[str, str | None]]:
    return [(problem.rule, problem.address) for problem in plan.problems]
