"""The block of one change: what happens, to which fields, and what it means for those who use it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.model import FIELDS, Capabilities, Lifecycle, Origin, Provenance, ReplaceOrder
from idpctl.plan import Action, Cause, Change, FieldChange, Plan, Reason
from tests.render.plans import (
    DISCOVERED,
    applied,
    imported,
    lines_of,
    marked,
    planned,
    provider,
    renamed,
    unmanaged,
    wanted,
)

if TYPE_CHECKING:
    from idpctl.model import Json

OKTA = wanted("okta")
RECORD = applied(OKTA, "r-1")
DELETE_FIRST = Lifecycle(replace=ReplaceOrder.DELETE_FIRST)


def field(path: str, before: Json, after: Json, cause: Cause = Cause.CONFIG, **values: Any) -> FieldChange:
    given = {"origin": Origin.CONFIG, **values}
    return FieldChange(path=path, before=before, after=after, cause=cause, **given)


def update(*fields: FieldChange) -> Plan:
    """Return a plan whose only change has these fields."""
    base = planned([wanted("okta", description="x")], [RECORD])
    return replace(base, changes=(replace(base.changes[0], fields=fields),))


TITLES = {
    "create": (planned([OKTA], []), "okta will be created", '  + identity_provider "okta"'),
    "update": (
        planned([wanted("okta", description="x")], [RECORD]),
        "okta will be updated in-place",
        '  ~ identity_provider "okta"',
    ),
    "delete": (
        planned([], [RECORD]),
        "okta will be destroyed",
        "  # (because identity_provider.okta is not in configuration)",
    ),
    "replace": (
        planned([wanted("okta", name="new")], [RECORD]),
        "okta must be replaced",
        '+/- identity_provider "okta"',
    ),
    "delete first": (
        planned([wanted("okta", name="new", lifecycle=DELETE_FIRST)], [RECORD]),
        "okta must be replaced",
        '-/+ identity_provider "okta"',
    ),
    "deposed": (
        planned([OKTA], [marked(RECORD, replaces="r-0"), applied(wanted("okta", name="old"), "r-0")]),
        "okta (deposed object r-0) will be destroyed",
        "  # (left over from a partially-failed replacement of this instance)",
    ),
    "import": (
        imported([OKTA], [unmanaged("okta")]),
        "okta will be imported",
        '    identity_provider "okta"   (idpctl.yaml:3, record r-90; only the mark is written, ',
    ),
    "destroy": (
        planned([], [RECORD], destroy=True),
        "okta will be destroyed",
        '  - identity_provider "okta"',
    ),
    "a renamed key with other values": (
        renamed(description="new"),
        "okta will be updated in-place",
        "  # (moved from identity_provider.former)",
    ),
}


@pytest.mark.parametrize(("plan", "title", "second"), TITLES.values(), ids=TITLES)
def test_the_first_line_is_terraforms(plan: Plan, title: str, second: str) -> None:
    lines = lines_of(plan)
    assert lines[lines.index(f"  # identity_provider.{title}") + 1].startswith(second)


def test_a_renamed_key_alone_has_moved() -> None:
    lines = lines_of(renamed())
    title = lines.index("  # identity_provider.former has moved to identity_provider.okta")
    assert lines[title + 1] == '    identity_provider "okta"   (idpctl.yaml:3, only the mark changes)'
    assert lines[title + 2] == '      ~ mark.key                "former" -> "okta"'


FIELD_LINES = {
    "text": (field("description", "old", "new"), '~ description             "old" -> "new"'),
    "a flag": (field("enabled", True, False), "~ enabled                 true -> false"),
    "filled": (
        field("issuer", "a", "b", origin=Origin.DISCOVERY),
        '~ issuer                  "a" -> "b"   (discovery)',
    ),
    "locked": (
        field("issuer", "a", "b", origin=Origin.LOCK),
        '~ issuer                  "a" -> "b"   (lock)',
    ),
    "upstream": (
        field("issuer", "a", "b", Cause.UPSTREAM_DRIFT, origin=Origin.DISCOVERY),
        '~ issuer                  "a" -> "b"   (discovery)   [upstream changed]',
    ),
    "conflict": (
        field("type", "a", "b", Cause.CONFLICT),
        '~ type                    "a" -> "b"   [conflict: changed in the registry and in the configuration]',
    ),
    "adopted": (
        field("description", "a", "b", Cause.ADOPT),
        '~ description             "a" -> "b"   [adopted]',
    ),
    "drift alone is in the head": (
        field("description", "a", "b", Cause.REGISTRY_DRIFT),
        '~ description             "a" -> "b"',
    ),
    "immutable": (
        field("type", "a", "b", immutable=True),
        '~ type                    "a" -> "b"   # forces replacement: cannot be modified once created',
    ),
    "a property that comes": (field("properties.x", None, ["a"]), '+ properties.x            ["a"]'),
    "a property that goes": (
        field("properties.x", "a", None),
        '- properties.x            "a" -> (not set)',
    ),
    "a long path": (field("properties.a.very.long.path", 1, 2), "~ properties.a.very.long.path 1 -> 2"),
    "an odd path": (field('properties["a b"]', 1, 2), '~ "properties[\\"a b\\"]"   1 -> 2'),
    "protected": (
        field("mark.protect", False, True),
        "~ mark.protect            false -> true   (protected from now on)",
    ),
    "no longer protected": (
        field("mark.protect", True, False),
        "~ mark.protect            true -> false   (no longer protected)",
    ),
    "remembered": (
        field("mark.applied.issuer", "0badf00d", "12345678"),
        "~ mark.applied            issuer   (as wanted already, now remembered)",
    ),
    "lookalike descriptions are only text": (
        field("description", "Employees", "Employees."),
        '~ description             "Employees" -> "Employees."',
    ),
}


@pytest.mark.parametrize(("change", "line"), FIELD_LINES.values(), ids=FIELD_LINES)
def test_fields(change: FieldChange, line: str) -> None:
    assert f"      {line}" in lines_of(update(change))


def test_drift_beside_other_causes_is_marked_field_by_field() -> None:
    drift = field("description", "a", "b", Cause.REGISTRY_DRIFT)
    lines = lines_of(update(drift, field("enabled", True, False)))
    assert '      ~ description             "a" -> "b"   [registry drift]' in lines
    assert "      ~ enabled                 true -> false" in lines


def test_what_was_forgotten_is_one_line() -> None:
    marks = [field(f"mark.applied.{path}", "0badf00d", "12345678") for path in ("issuer", "enabled")]
    (line,) = [line for line in lines_of(update(*marks)) if "mark.applied" in line]
    assert line.endswith("issuer, enabled   (as wanted already, now remembered)")


def test_lookalikes_stand_one_above_the_other() -> None:
    url = provider("okta").issuer
    lines = lines_of(update(field("issuer", url, f"{url}/", origin=Origin.DISCOVERY)))
    first = lines.index(f'      ~ issuer                  "{url}"')
    assert lines[first + 1] == f'                             -> "{url}/"   (discovery)'
    assert lines[first + 2].strip() == '^ the end became "/"'
    assert lines[first + 1][lines[first + 2].index("^")] == "/"


def test_verbose_names_every_field_that_stays() -> None:
    before = wanted("okta", properties={"a": 1, "b": {"c": 2}, "odd key": 1})
    after = wanted("okta", description="x", properties={"a": 1, "b": {"c": 1}, "odd key": 1})
    plan = planned([after], [applied(before, "r-1")])
    (line,) = [line for line in lines_of(plan, verbose=True) if "unchanged:" in line]
    assert line.startswith("        # 10 unchanged: name, type, allowed_token_audience, well_known_url, ")
    assert line.endswith(', enabled, properties.a, "properties.odd key"')


def test_nothing_unchanged_is_not_mentioned() -> None:
    everything = [field(path, getattr(RECORD.idp, path), "other") for path in FIELDS]
    assert not any("unchanged:" in line for line in lines_of(update(*everything)))


def test_what_is_created_is_shown_whole() -> None:
    desired = wanted("okta", enabled=False, properties={"b": 1, "a": {"x": True}}, provenance=Provenance())
    lines = lines_of(planned([desired], []))
    start = lines.index('  + identity_provider "okta"   (idpctl.yaml:3)')
    shown = [line.split()[1] for line in lines[start + 1 : start + 11]]
    assert shown == [*(path for path in FIELDS if path != "description"), "properties.a", "properties.b"]
    assert "      + enabled                 false" in lines
    assert not any("(discovery)" in line for line in lines)


def test_what_is_created_tells_where_endpoints_come_from() -> None:
    desired = wanted("okta", provenance=replace(DISCOVERED, issuer=Origin.LOCK))
    lines = lines_of(planned([desired], []))
    assert f'      + issuer                  "{desired.idp.issuer}"   (lock)' in lines
    assert f'      + jwks_endpoint           "{desired.idp.jwks_endpoint}"   (discovery)' in lines


def test_extras_of_a_deleted_record_are_counted_never_shown() -> None:
    record = applied(OKTA, "r-1", properties={"token": "hunter2", "x": 1}, description="gone")
    lines = lines_of(planned([], [record]))
    assert "        # and 2 properties" in lines
    assert '      - description             "gone"' in lines
    assert not any("hunter2" in line for line in lines)


@pytest.mark.parametrize(
    ("lifecycle", "transactional", "order"),
    [
        (Lifecycle(), True, "create new, read back, delete okta; both exist meanwhile, no gap"),
        (DELETE_FIRST, True, "delete okta, create new, read back; in one transaction, no gap"),
        (DELETE_FIRST, False, "delete okta, create new, read back; GAP: for a moment neither exists"),
    ],
)
def test_a_replacement_tells_its_order_and_gap(lifecycle: Lifecycle, transactional: bool, order: str) -> None:
    desired = wanted("okta", name="new", lifecycle=lifecycle)
    plan = planned([desired], [RECORD], capabilities=Capabilities(transactional=transactional))
    assert f"      order: {order}" in lines_of(plan)


def test_users_of_a_record_that_goes_are_named() -> None:
    used = replace(RECORD, usage=tuple(f"api-{number}" for number in range(12)))
    few = ", ".join(f"api-{number}" for number in range(10))
    for desired in ([], [wanted("okta", name="new")]):
        assert f"      used by: {few} and 2 more" in lines_of(planned(desired, [used]))
    stays = planned([wanted("okta", description="x")], [used])
    assert not any("used by" in line for line in lines_of(stays))


@pytest.mark.parametrize("action", [Action.CREATE, Action.DELETE])
def test_a_change_without_either_side_has_no_fields(action: Action) -> None:
    change = Change(address="okta", action=action, reason=Reason.DECLARED)
    lines = lines_of(replace(planned([], []), changes=(change,)))
    assert not any(line.startswith("      ") for line in lines)
