from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl import digest
from idpctl.diff import compare, mark_changes, same, same_property, widens_trust
from idpctl.model import ENDPOINTS, FIELDS, Origin, Provenance, Record
from idpctl.plan import Cause, FieldChange
from tests.support.build import SQL, desired, record
from tests.support.strategies import ALIKE_JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.model import Desired

OTHERS: dict[str, tuple[Any, Any]] = {
    "name": ("Renamed", "Third"),
    "type": ("auth0", "custom"),
    "description": ("edited", "third"),
    "allowed_token_audience": ("api://edited", "api://third"),
    "well_known_url": ("https://edited.example.com/.well-known/openid-configuration", "https://third/"),
    "issuer": ("https://okta.example.com/", "https://third.example.com"),
    "token_endpoint": ("https://okta.example.com/token/", "https://third.example.com/t"),
    "jwks_endpoint": ("https://okta.example.com/Keys", "https://third.example.com/k"),
}


def field(path: str, record: Record, wanted: Desired) -> FieldChange:
    (change,) = compare(record, wanted, SQL)
    assert change.path == path
    return change


def test_every_field_of_the_model_is_in_the_tables() -> None:
    assert {*OTHERS, "enabled"} == set(FIELDS)


@pytest.mark.parametrize("path", OTHERS)
@pytest.mark.parametrize("discovered", [(), ENDPOINTS], ids=["written", "discovered"])
@pytest.mark.parametrize(
    ("live", "applied", "wanted", "cause"),
    [
        ("A", "A", "D", Cause.CONFIG),
        ("L", "D", "D", Cause.REGISTRY_DRIFT),
        ("L", "A", "D", Cause.CONFLICT),
        ("L", None, "D", Cause.CONFIG),
        ("D", "A", "D", None),
        ("D", "D", "D", None),
    ],
)
def test_who_made_a_text_field_differ(
    path: str, discovered: tuple[str, ...], live: str, applied: str | None, wanted: str, cause: Cause | None
) -> None:
    want = desired("okta", discovered=discovered)
    values = {
        "D": getattr(want.idp, path),
        "A": OTHERS[path][0],
        "L": OTHERS[path][0 if live == applied else 1],
    }
    seen = record(want, **{path: values[live]})
    assert seen.mark is not None
    memory = dict(seen.mark.applied)
    if applied is None:
        del memory[path]
    else:
        memory[path] = digest.short(values[applied])
    seen = replace(seen, mark=replace(seen.mark, applied=memory))

    if cause is None:
        assert compare(seen, want, SQL) == []
        return
    change = field(path, seen, want)
    filled = path in discovered
    if cause is Cause.CONFIG and filled:
        cause = Cause.UPSTREAM_DRIFT
    assert (change.before, change.after, change.cause) == (values[live], values[wanted], cause)
    assert change.origin is (Origin.DISCOVERY if filled else Origin.CONFIG)
    assert change.immutable is (path in {"name", "type"})


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("applied", [True, False, None])
@pytest.mark.parametrize("wanted", [True, False])
def test_who_switched_a_provider_on_or_off(live: bool, applied: bool | None, wanted: bool) -> None:
    want = desired("okta", enabled=wanted)
    seen = record(want, enabled=live)
    assert seen.mark is not None
    memory = {**seen.mark.applied, "enabled": digest.short(applied)}
    seen = replace(seen, mark=replace(seen.mark, applied=memory))
    if live is wanted:
        assert compare(seen, want, SQL) == []
        return
    # Only two values: what is neither live nor wanted was never applied by us.
    causes: dict[bool | None, Cause] = {live: Cause.CONFIG, wanted: Cause.REGISTRY_DRIFT}
    assert field("enabled", seen, want).cause is causes.get(applied, Cause.CONFLICT)


@pytest.mark.parametrize(
    ("live", "applied", "wanted", "trust"),
    [
        (False, True, True, True),  # switched off in the registry: an apply would revive it
        (False, False, True, False),  # switched on in the configuration: reviewed there
        (True, True, False, False),
        (True, False, False, False),
    ],
)
def test_reviving_what_was_switched_off_by_hand_is_a_matter_of_trust(
    live: bool, applied: bool, wanted: bool, trust: bool
) -> None:
    want = desired("okta", enabled=wanted)
    seen = record(want, enabled=live)
    assert seen.mark is not None
    memory = {**seen.mark.applied, "enabled": digest.short(applied)}
    seen = replace(seen, mark=replace(seen.mark, applied=memory))
    assert field("enabled", seen, want).trust is trust


@pytest.mark.parametrize("path", [*OTHERS, "enabled"])
def test_a_record_without_a_mark_is_adopted_whatever_differs(path: str) -> None:
    want = desired("okta", discovered=ENDPOINTS)
    other = False if path == "enabled" else OTHERS[path][0]
    seen = replace(record(want, **{path: other}), mark=None)
    assert field(path, seen, want).cause is Cause.ADOPT


@pytest.mark.parametrize("path", ENDPOINTS)
def test_an_endpoint_moves_upstream_only_while_the_document_is_the_same(path: str) -> None:
    before = desired("okta", discovered=ENDPOINTS)
    moved = {path: "https://okta.example.com/other"}
    seen = record(before)
    same_document = desired("okta", discovered=ENDPOINTS, **moved)
    assert field(path, seen, same_document).cause is Cause.UPSTREAM_DRIFT

    other = "https://okta.example.com/oauth2/.well-known/openid-configuration"
    other_document = desired("okta", discovered=ENDPOINTS, well_known_url=other, **moved)
    changes = {change.path: change.cause for change in compare(seen, other_document, SQL)}
    assert changes == {"well_known_url": Cause.CONFIG, path: Cause.CONFIG}

    written = desired("okta", **moved)
    assert field(path, seen, written).cause is Cause.CONFIG

    # The lock was changed in Git, by people.
    locked = replace(same_document, provenance=Provenance(**dict.fromkeys(ENDPOINTS, Origin.LOCK)))
    assert field(path, seen, locked).cause is Cause.CONFIG
    assert field(path, seen, locked).origin is Origin.LOCK


def test_values_are_compared_byte_for_byte() -> None:
    want = desired("okta", issuer="https://okta.example.com")
    for live in ("https://okta.example.com/", "https://OKTA.example.com", "https://okta.example.com:443"):
        change = field("issuer", record(want, issuer=live), want)
        assert (change.before, change.after) == (live, "https://okta.example.com")


def test_immutable_is_what_the_registry_says() -> None:
    want = desired("okta")
    seen = record(want, name="Other", issuer="https://other")
    registry = replace(SQL, immutable=frozenset({"issuer"}))
    changes = {change.path: change.immutable for change in compare(seen, want, registry)}
    assert changes == {"name": False, "issuer": True}


@pytest.mark.parametrize(
    ("path", "before", "after", "widens"),
    [
        ("issuer", "https://a.example.com", "https://b.example.com", True),
        ("issuer", "https://a.example.com", "https://a.example.com/", False),
        ("issuer", "https://a.example.com", "https://A.example.com:443/x", False),
        ("issuer", "https://a.example.com", "http://a.example.com", True),
        ("issuer", "https://a.example.com", "https://a.example.com:8443", True),
        ("issuer", "", "https://a.example.com", True),
        ("token_endpoint", "https://a.example.com/t", "https://a.example.com/t2", False),
        ("token_endpoint", "https://a.example.com/t", "https://a.example.com.evil.org/t", True),
        ("token_endpoint", "https://a.example.com/t", "https://a.example.com@evil.org/t", True),
        (
            "jwks_endpoint",
            "https://login.microsoftonline.com/one/discovery/v2.0/keys",
            "https://login.microsoftonline.com/two/discovery/v2.0/keys",
            True,
        ),
        (
            "jwks_endpoint",
            "https://login.microsoftonline.com/one/discovery/keys",
            "https://login.microsoftonline.com/one/discovery/v2.0/keys",
            False,
        ),
        ("issuer", "https://sso.example.com/realms/a", "https://sso.example.com/realms/b", True),
        ("issuer", "https://sso.example.com/auth/realms/a", "https://sso.example.com/auth/realms/b", True),
        ("allowed_token_audience", "api://a", "api://b", True),
        ("well_known_url", "https://a.example.com/w", "https://b.example.com/w", False),
        ("description", "https://a.example.com", "https://b.example.com", False),
        ("name", "A", "B", False),
    ],
)
def test_which_changes_make_the_gateway_believe_someone_else(
    path: str, before: str, after: str, widens: bool
) -> None:
    assert widens_trust(path, before, after) is widens
    want = desired("okta", **{path: after})
    change = field(path, record(want, **{path: before}), want)
    assert change.trust is widens


@given(before=st.text(), after=st.text())
def test_any_text_of_a_registry_can_be_judged(before: str, after: str) -> None:
    for path in ENDPOINTS:
        assert widens_trust(path, before, after) in {True, False}
        assert widens_trust(path, before, before) is False


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (True, 1, False),
        (False, 0, False),
        (1, 1, True),
        ("1", 1, False),
        (None, "", False),
        (None, None, True),
        ([1, 2], [2, 1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": None}, {}, False),
        ([], {}, False),
        ({"a": [True]}, {"a": [1]}, False),
        ("é", "e\u0301", False),
    ],
)
def test_json_is_the_same_only_byte_for_byte(left: object, right: object, equal: bool) -> None:
    assert same(left, right) is equal
    assert same(right, left) is equal


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (None, "", True),
        ("", "", True),
        (None, None, True),
        ("", False, False),
        (None, 0, False),
        ("", [], False),
        (None, {}, False),
        ("x", "x", True),
        ("x", None, False),
    ],
)
def test_null_empty_and_absent_are_one_value_of_a_property(left: object, right: object, equal: bool) -> None:
    assert same_property(left, right) is equal
    assert same_property(right, left) is equal


def leaves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return the changes from live properties `before` to `after`, which the configuration writes."""
    want = desired("okta", properties=after)
    return [
        (change.path, change.before, change.after)
        for change in compare(record(want, properties=before), want, SQL)
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"a": 1}, [("properties.a", None, 1)]),
        ({"a": 1}, {}, []),
        ({"a": 1, "theirs": 2}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [("properties.a", 1, True)]),
        ({"a": "1"}, {"a": 1}, [("properties.a", "1", 1)]),
        ({}, {"a": None}, []),
        ({"a": ""}, {"a": None}, []),
        ({"a": None}, {"a": ""}, []),
        ({"a": "x"}, {"a": ""}, [("properties.a", "x", "")]),
        ({}, {"a": []}, [("properties.a", None, [])]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("properties.a.c", 2, 3)]),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 3}}, [("properties.a.c", None, 3)]),
        ({"a": {"b": 1, "c": 3}}, {"a": {"b": 1}}, [("properties.a.c", 3, None)]),
        ({"a": {"b": 1}}, {"a": [1]}, [("properties.a", {"b": 1}, [1])]),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": [1]}}, [("properties.a.b", {"c": 1}, [1])]),
        ({"a": [1, 2, 3]}, {"a": [1, 9, 3]}, [("properties.a[1]", 2, 9)]),
        ({"a": [1]}, {"a": [1, 2]}, [("properties.a[1]", None, 2)]),
        ({"a": [True]}, {"a": [1]}, [("properties.a[0]", True, 1)]),
        ({"a": [[False]]}, {"a": [[0]]}, [("properties.a[0][0]", False, 0)]),
        ({"a": {"__x": 1}}, {"a": {"__x": 2}}, [("properties.a.__x", 1, 2)]),
        ({"a": {"b.c": 1}}, {"a": {"b.c": 2}}, [('properties.a["b.c"]', 1, 2)]),
        ({"a": {'"]\x1b': 1}}, {"a": {'"]\x1b': 2}}, [('properties.a["\\"]\\u001b"]', 1, 2)]),
        ({"a": {"b": None}}, {"a": {}}, [("properties.a.b", None, None)]),
        ({"a": {"b": [{"c": True}]}}, {"a": {}}, [("properties.a.b", [{"c": True}], None)]),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, [("properties.a", 1, 2), ("properties.b", 1, 2)]),
        ({"a": {"y": 1, "x": 1}}, {"a": {}}, [("properties.a.x", 1, None), ("properties.a.y", 1, None)]),
    ],
)
def test_properties_differ_leaf_by_leaf(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, Any, Any]]
) -> None:
    found = leaves(before, after)
    assert found == expected
    assert [[type(side) for side in leaf] for leaf in found] == [
        [type(side) for side in leaf] for leaf in expected
    ]


def deep(levels: int, end: int) -> object:
    value: object = end
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (deep(900, 1), deep(900, 2)),
        ([1] * 5000, [1] * 5001),
        ({"x": [0] * 1999}, {"x": [0] * 1998}),
        ({"small": 1}, {"a": list(range(3000))}),
    ],
    ids=["deep", "long", "edge", "one side"],
)
def test_what_is_too_large_to_take_apart_comes_whole(before: object, after: object) -> None:
    assert leaves({"p": before}, {"p": after}) == [("properties.p", before, after)]


@given(before=ALIKE_JSON, after=ALIKE_JSON)
def test_a_property_differs_in_some_leaf_whenever_it_differs_at_all(before: Any, after: Any) -> None:
    found = leaves({"p": before}, {"p": after})
    assert bool(found) is not same_property(before, after)
    for path, old, new in found:
        assert path.startswith("properties.p")
        assert not same(old, new) or None in (old, new)
    assert found == sorted(found, key=lambda leaf: leaf[0])


@given(before=ALIKE_JSON, after=ALIKE_JSON)
def test_the_order_of_keys_never_matters(before: Any, after: Any) -> None:
    assert leaves({"p": before}, {"p": after}) == leaves({"p": _turned(before)}, {"p": _turned(after)})


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(child) for key, child in reversed(value.items())}
    return [_turned(child) for child in value] if isinstance(value, list) else value


def test_the_cause_of_a_leaf_is_that_of_its_whole_property() -> None:
    was, want = desired("okta", properties={"a": {"x": 1}}), desired("okta", properties={"a": {"x": 2}})
    causes = {
        "config": record(was),
        "registry_drift": record(want, properties={"a": {"x": 9}}),
        "conflict": record(was, properties={"a": {"x": 9}}),
    }
    for cause, seen in causes.items():
        (change,) = compare(seen, want, SQL)
        assert (change.path, str(change.cause), change.trust) == ("properties.a.x", cause, False)
    undeclared_before = record(desired("okta"), properties={"a": {"x": 9}})
    (change,) = compare(undeclared_before, want, SQL)
    assert change.cause is Cause.CONFIG


def learned(seen: Record, want: Desired) -> list[tuple[str, Any, Any]]:
    changes = mark_changes(seen, want)
    assert {(change.origin, change.cause, change.trust) for change in changes} <= {
        (Origin.CONFIG, Cause.CONFIG, False)
    }
    return [(change.path, change.before, change.after) for change in changes]


def test_a_mark_that_is_as_it_should_be_learns_nothing() -> None:
    want = desired("okta", protect=True, properties={"a": 1})
    assert learned(record(want), want) == []
    assert mark_changes(replace(record(want), mark=None), want) == []


def test_a_mark_learns_key_and_protection() -> None:
    want = desired("okta", protect=True)
    moved = record(replace(want, declared=replace(want.declared, key="former")))
    assert learned(moved, want) == [("mark.key", "former", "okta")]
    assert learned(record(desired("okta")), want) == [("mark.protect", False, True)]
    assert learned(record(want), desired("okta")) == [("mark.protect", True, False)]


@pytest.mark.parametrize("path", OTHERS)
def test_a_mark_learns_what_others_wrote_as_wanted(path: str) -> None:
    want = desired("okta")
    was = replace(want, idp=replace(want.idp, **{path: OTHERS[path][0]}))
    seen = record(was, **{path: getattr(want.idp, path)})
    old, new = (digest.short(getattr(one.idp, path)) for one in (was, want))
    assert learned(seen, want) == [(f"mark.applied.{path}", old, new)]
    # While the field differs, writing it is what refreshes the memory.
    assert learned(record(was), want) == []


def test_a_mark_learns_properties_that_became_managed() -> None:
    want = desired("okta", properties={"a.b": {"c": 1}, "gone": None})
    seen = record(desired("okta"), properties={"a.b": {"c": 1}})
    assert learned(seen, want) == [
        ("mark.applied.properties.a.b", None, digest.short({"c": 1})),
        ("mark.applied.properties.gone", None, digest.short(None)),
    ]
    assert learned(record(desired("okta"), properties={"a.b": 2, "gone": 1}), want) == []


def test_what_is_no_longer_managed_is_not_unlearned_by_a_write_of_its_own() -> None:
    seen = record(desired("okta", properties={"a": 1}))
    assert learned(seen, desired("okta")) == []


@pytest.mark.parametrize("path", ["description", "issuer", "enabled", "properties"])
def test_a_mark_learns_nothing_of_ignored_fields(path: str) -> None:
    want = desired("okta", ignore=[path], properties={"p": 1})
    seen = record(want)
    assert seen.mark is not None
    memory = {name: known for name, known in seen.mark.applied.items() if not name.startswith(path)}
    assert learned(replace(seen, mark=replace(seen.mark, applied=memory)), want) == []


def test_a_value_with_the_digest_of_the_right_one_is_told_as_an_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digests of marks are short: whoever may write the registry can search for another value."""
    want = desired("okta")
    live = record(want, issuer="https://okta.example.com.evil.example/4294967295")
    same = digest.short(want.idp.issuer)
    monkeypatch.setattr(digest, "short", lambda _: same)
    assert field("issuer", live, want).cause is Cause.REGISTRY_DRIFT
