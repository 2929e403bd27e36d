"""Plans for the tests: made by the planner, so that they are what a run would print."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idpctl.adoption import plan_import
from idpctl.asked import Inputs, Options
from idpctl.errors import Problem, Severity, Source
from idpctl.model import (
    FIELDS,
    Capabilities,
    Declared,
    Desired,
    IdentityProvider,
    Lifecycle,
    Mark,
    Moved,
    Origin,
    Places,
    Provenance,
    Record,
    Snapshot,
    Target,
    applied_digests,
)
from idpctl.planner import plan
from idpctl.render.text import render
from idpctl.render.view import View

if TYPE_CHECKING:
    from idpctl.plan import Plan

OWNER = "acme/prod"
INPUTS = Inputs(config_sha256="c0" * 32, files={"idpctl.yaml": "f1" * 32})
TARGET = Target(owner=OWNER, driver="sqlite", location=".idpctl/registry.db", organization="acme")
DISCOVERED = Provenance(
    issuer=Origin.DISCOVERY, token_endpoint=Origin.DISCOVERY, jwks_endpoint=Origin.DISCOVERY
)


def provider(key: str = "workforce", **values: Any) -> IdentityProvider:
    """Return a provider of Okta's shape, whose host is made from its key."""
    base = f"https://{key}.okta.example/oauth2/default"
    return IdentityProvider(
        **{
            "name": key,
            "type": "okta",
            "allowed_token_audience": "api://default",
            "well_known_url": f"{base}/.well-known/openid-configuration",
            "issuer": base,
            "token_endpoint": f"{base}/v1/token",
            "jwks_endpoint": f"{base}/v1/keys",
            **values,
        }
    )


def wanted(
    key: str = "workforce",
    *,
    lifecycle: Lifecycle | None = None,
    line: int = 3,
    provenance: Provenance = DISCOVERED,
    **values: Any,
) -> Desired:
    """Return a desired provider, declared in `idpctl.yaml`; its endpoints come from discovery."""
    idp = provider(key, **values)
    declared = Declared(
        key=key,
        name=idp.name,
        type=idp.type,
        description=idp.description,
        allowed_token_audience=idp.allowed_token_audience,
        well_known_url=idp.well_known_url,
        enabled=idp.enabled,
        properties=dict(idp.properties),
        lifecycle=lifecycle or Lifecycle(),
        places=(Places(file="idpctl.yaml", names=(), packed=(line * 4096 + 3,)),),
    )
    return Desired(declared=declared, idp=idp, provenance=provenance)


def applied(desired: Desired, ref: str, **edits: Any) -> Record:
    """Return the record that an apply of `desired` left, with `edits` made by hand since."""
    declared = desired.declared
    mark = Mark(
        owner=OWNER,
        key=declared.key,
        name=desired.idp.name,
        applied=applied_digests(desired),
        op="op-1",
        protect=declared.lifecycle.protect,
    )
    return Record(ref=ref, idp=replace(desired.idp, **edits), mark=mark, revision="7")


def marked(record: Record, **values: Any) -> Record:
    """Return the record with another mark."""
    assert record.mark is not None
    return replace(record, mark=replace(record.mark, **values))


def unmanaged(name: str, ref: str = "r-90") -> Record:
    """Return a record that nobody owns."""
    return Record(ref=ref, idp=provider(name))


def planned(
    desired: list[Desired],
    records: list[Record],
    *,
    problems: list[Problem] | None = None,
    capabilities: Capabilities | None = None,
    moved: tuple[Moved, ...] = (),
    **options: Any,
) -> Plan:
    """Return the plan that the planner makes."""
    return replace(
        plan(
            desired,
            Snapshot(records=tuple(records)),
            capabilities or Capabilities(),
            Options(**options),
            target=TARGET,
            moved=moved,
            problems=problems or (),
            inputs=INPUTS,
        ),
        created="2025-03-01T12:00:00Z",
    )


def imported(desired: list[Desired], records: list[Record]) -> Plan:
    """Return the plan that adopts the records of all of `desired`."""
    declared = [one.declared for one in desired]
    options = Options(adopt=frozenset(one.key for one in declared))
    snapshot = Snapshot(records=tuple(records))
    return plan_import(declared, snapshot, Capabilities(), options, target=TARGET, inputs=INPUTS)


def renamed(**values: str) -> Plan:
    """Return the plan for a provider whose key became `okta`, with other `values` as well."""
    former = applied(wanted("former"), "r-1")
    same = {path: getattr(former.idp, path) for path in FIELDS}
    moved = (Moved(from_key="former", to_key="okta"),)
    return planned([wanted("okta", **{**same, **values})], [former], moved=moved)


def lines_of(plan: Plan, *, verbose: bool = False, color: bool = False) -> list[str]:
    """Return the lines of the plan's text."""
    return render(View(subject=plan, verbose=verbose, color=color)).split("\n")


def problem(rule: str = "DSC-06", severity: Severity = Severity.ERROR, **values: Any) -> Problem:
    """Return a finding about the issuer of `workforce`."""
    return Problem(
        **{
            "rule": rule,
            "severity": severity,
            "message": "the issuer differs from the served one by its final slash",
            "hint": "remove the override",
            "source": Source(file="providers/okta.yaml", line=7, column=13),
            "address": "workforce",
            "path": "issuer",
            **values,
        }
    )
