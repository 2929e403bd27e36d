"""Who made live, wanted and served differ: every field, every class, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl import digest
from idpctl.documents import Document
from idpctl.drift.compare import Move, Seen, findings
from idpctl.drift.model import ABSENT, UNKNOWN, DriftClass, Knowledge, Reason, Side, Stranger, held
from idpctl.model import ENDPOINTS, FIELDS, Moved, Origin, Remembered
from tests.support.build import OWNER, declared, desired, mark, record, snapshot, unmanaged

if TYPE_CHECKING:
    from idpctl.drift.model import Finding
    from idpctl.model import Desired, Record

OTHER: dict[str, Any] = {
    "name": "Renamed",
    "type": "auth0",
    "description": "edited",
    "allowed_token_audience": "api://edited",
    "well_known_url": "https://edited.example.com/.well-known/openid-configuration",
    "issuer": "https://okta.example.com/",
    "token_endpoint": "https://evil.example.com/token",
    "jwks_endpoint": "https://evil.example.com/keys",
    "enabled": False,
    "properties": {"display": "edited"},
}
PATHS = [*FIELDS, "properties.display"]
MANAGED = {"properties": {"display": "One"}}


def look(*wanted: Desired, records: tuple[Record, ...] = (), **given: Any) -> list[Finding]:
    """Compare `wanted` with `records`; what `Seen` takes may be given."""
    return findings(
        Seen(
            owner=OWNER,
            declared=[one.declared for one in wanted],
            snapshot=snapshot(*records),
            desired={one.key: one for one in wanted},
            **given,
        )
    )


def one(found: list[Finding]) -> Finding:
    (finding,) = found
    return finding


def kinds(found: list[Finding]) -> list[tuple[str, str, str | None]]:
    return [(str(finding.kind), str(finding.reason), finding.path) for finding in found]


def edited(path: str) -> dict[str, Any]:
    field = path.partition(".")[0]
    return {field: OTHER[field]}


def test_what_is_as_wanted_is_no_drift() -> None:
    want = desired("okta", **MANAGED)
    assert look(want, records=(record(want),)) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("discovered", [(), ENDPOINTS], ids=["written", "discovered"])
def test_an_edit_by_hand_is_drift_of_the_registry(path: str, discovered: tuple[str, ...]) -> None:
    want = desired("okta", discovered=discovered, **MANAGED)
    finding = one(look(want, records=(record(want, **edited(path)),)))
    assert (finding.kind, finding.reason, finding.path) == (DriftClass.REGISTRY, Reason.EDITED, path)
    assert finding.wanted == finding.applied != finding.live
    assert finding.served == ABSENT


@pytest.mark.parametrize("path", [path for path in PATHS if path != "enabled"])  # which has no third value
def test_an_edit_by_hand_of_what_the_configuration_changed_too_is_told_as_a_conflict(path: str) -> None:
    live = record(desired("okta", **MANAGED), **edited(path))
    want = desired("okta", **{**MANAGED, **_third(path)})
    finding = one(look(want, records=(live,)))
    assert (finding.kind, finding.reason, finding.path) == (DriftClass.REGISTRY, Reason.CONFLICT, path)
    assert finding.applied.knowledge is Knowledge.UNKNOWN
    assert len(finding.applied.digest) == 8


def _third(path: str) -> dict[str, Any]:
    field = path.partition(".")[0]
    return {field: {"display": "third"} if field == "properties" else f"{OTHER[field]}third"}


@pytest.mark.parametrize("path", PATHS)
def test_what_the_configuration_says_now_and_nobody_applied_is_pending(path: str) -> None:
    want = desired("okta", **{**MANAGED, **edited(path)})
    finding = one(look(want, records=(record(desired("okta", **MANAGED), ref="ref-okta"),)))
    assert (finding.kind, finding.reason, finding.path) == (DriftClass.PENDING, Reason.NOT_APPLIED, path)
    assert finding.live == finding.applied


@pytest.mark.parametrize("path", ENDPOINTS)
def test_what_discovery_says_now_is_upstream_drift(path: str) -> None:
    before = desired("okta", discovered=ENDPOINTS)
    want = desired("okta", discovered=ENDPOINTS, **edited(path))
    finding = one(look(want, records=(record(before),)))
    assert (finding.kind, finding.reason, finding.path) == (DriftClass.UPSTREAM, Reason.MOVED, path)
    assert finding.served == finding.wanted == held(OTHER[path])
    assert finding.live == finding.applied == held(getattr(before.idp, path))
    assert finding.origin is Origin.DISCOVERY


@pytest.mark.parametrize("path", ENDPOINTS)
def test_what_is_served_otherwise_than_locked_is_upstream_drift(path: str) -> None:
    want = desired("okta")
    move = Move(path=path, locked=getattr(want.idp, path), served=OTHER[path])
    finding = one(look(want, records=(record(want),), moves={"okta": [move]}))
    assert (finding.kind, finding.reason, finding.path) == (DriftClass.UPSTREAM, Reason.LOCKED, path)
    assert (finding.live, finding.wanted) == (held(move.locked), held(move.locked))
    assert finding.served == held(move.served)
    assert finding.drifted == move.served


def test_an_edit_and_a_move_of_one_field_are_both_told() -> None:
    want = desired("okta")
    move = Move(path="issuer", locked=want.idp.issuer, served="https://moved.example.com")
    found = look(want, records=(record(want, issuer="https://evil.example.com"),), moves={"okta": [move]})
    assert kinds(found) == [("registry", "edited", "issuer"), ("upstream", "locked", "issuer")]


@pytest.mark.parametrize(
    ("path", "trust"),
    [
        ("issuer", False),
        ("token_endpoint", True),
        ("jwks_endpoint", True),
        ("allowed_token_audience", True),
        ("enabled", False),
        ("description", False),
    ],
)
def test_an_edit_that_lets_others_in_is_marked(path: str, *, trust: bool) -> None:
    want = desired("okta", **MANAGED)
    assert one(look(want, records=(record(want, **edited(path)),))).trust is trust


def test_who_switches_a_provider_on_by_hand_changes_trust() -> None:
    want = desired("okta", enabled=False)
    assert one(look(want, records=(record(want, enabled=True),))).trust


# What is not known


@pytest.mark.parametrize("path", PATHS)
def test_an_edit_is_seen_while_the_provider_cannot_be_read(path: str) -> None:
    want = desired("okta", discovered=ENDPOINTS, **MANAGED)
    live = record(want, **edited(path))
    seen = Seen(
        owner=OWNER,
        declared=[want.declared],
        snapshot=snapshot(live),
        unreadable={"okta": "no answer"},
    )
    found = findings(seen)
    assert kinds(found) == [("registry", "edited", path), ("unknown", "unreadable", None)]
    edit, unknown = found
    if path in ENDPOINTS:
        assert edit.wanted == UNKNOWN
        assert edit.applied == Side(knowledge=Knowledge.UNKNOWN, digest=digest.short(getattr(want.idp, path)))
        assert edit.trust
    else:
        assert edit.wanted == edit.applied
    assert unknown.detail == "no answer"


def test_an_outage_alone_is_unknown_and_no_drift() -> None:
    want = desired("okta", discovered=ENDPOINTS)
    seen = Seen(
        owner=OWNER,
        declared=[want.declared],
        snapshot=snapshot(record(want)),
        unreadable={"okta": "no answer"},
    )
    assert kinds(findings(seen)) == [("unknown", "unreadable", None)]


def test_of_a_document_that_lacks_an_endpoint_the_rest_is_compared() -> None:
    want = desired("okta", discovered=ENDPOINTS)
    document = Document(url=want.idp.well_known_url, issuer="https://moved.example.com")
    seen = Seen(
        owner=OWNER,
        declared=[want.declared],
        snapshot=snapshot(record(want)),
        documents={"okta": document},
        unreadable={"okta": "the document has no `jwks_uri`"},
    )
    assert kinds(findings(seen)) == [("upstream", "moved", "issuer"), ("unknown", "unreadable", None)]


def test_ignored_fields_are_no_drift_known_or_not() -> None:
    want = desired("okta", discovered=ENDPOINTS, ignore=["issuer", "description"])
    live = record(want, issuer="https://other.example.com", description="theirs")
    assert look(want, records=(live,)) == []
    unread = Seen(owner=OWNER, declared=[want.declared], snapshot=snapshot(live))
    assert findings(unread) == []


# Records that are gone, or not ours


def test_a_record_that_was_never_there_is_pending() -> None:
    assert kinds(look(desired("okta"))) == [("pending", "not_created", None)]
    assert kinds(look(desired("okta"), remembered=())) == [("pending", "not_created", None)]


def test_a_name_that_somebody_else_has_is_told_with_what_is_pending() -> None:
    holder = unmanaged("okta", issuer="https://legacy.example.com")
    assert one(look(desired("okta"), records=(holder,))).detail == (
        "a record that nobody owns has its name: idpctl import okta adopts it"
    )
    foreign = record(desired("okta", issuer="https://legacy.example.com"), owner="other")
    assert one(look(desired("okta"), records=(foreign,))).detail == (
        "a record of the owner other has its name"
    )


def test_a_record_that_was_deleted_by_hand_is_missing() -> None:
    known = [Remembered(ref="gone", key="okta", name="Okta")]
    finding = one(look(desired("okta", name="Renamed"), remembered=known))
    assert (finding.kind, finding.reason) == (DriftClass.MISSING, Reason.DELETED)
    assert (finding.key, finding.name, finding.live) == ("okta", "Okta", ABSENT)


def test_a_record_that_was_moved_and_deleted_is_missing_under_its_new_key() -> None:
    known = [Remembered(ref="gone", key="old", name="Okta")]
    moved = [Moved(from_key="old", to_key="okta")]
    assert one(look(desired("okta"), remembered=known, moved=moved)).kind is DriftClass.MISSING


def test_a_record_that_lost_its_mark_is_edited_not_missing() -> None:
    live = unmanaged("okta", ref="ref-okta")
    known = [Remembered(ref="ref-okta", key="okta", name="Okta")]
    found = look(desired("okta"), records=(live,), remembered=known)
    assert kinds(found) == [("registry", "mark_lost", "mark")]


def test_a_record_that_another_owner_took_is_edited() -> None:
    live = record(desired("okta"), owner="intruder")
    known = [Remembered(ref="ref-okta", key="okta", name="Okta")]
    finding = one(look(desired("okta"), records=(live,), remembered=known))
    assert (finding.reason, finding.live) == (Reason.OWNER_CHANGED, held("intruder"))


def test_a_record_that_is_ours_under_another_key_does_not_make_two_findings() -> None:
    want = desired("okta")
    live = replace(record(want), mark=mark(want, key="other"))
    known = [Remembered(ref="ref-okta", key="okta", name="Okta")]
    assert kinds(look(want, records=(live,), remembered=known)) == [
        ("pending", "not_created", None),
        ("pending", "not_deleted", None),
    ]


def test_what_is_no_longer_declared_is_pending_and_its_edits_are_still_seen() -> None:
    old = record(desired("old"), jwks_endpoint="https://evil.example.com/keys")
    found = look(records=(old,))
    assert kinds(found) == [("registry", "edited", "jwks_endpoint"), ("pending", "not_deleted", None)]
    assert {finding.key for finding in found} == {"old"}
    assert found[0].wanted == ABSENT
    assert found[0].trust


def test_what_an_interrupted_replacement_left_is_pending() -> None:
    want = desired("okta", name="New")
    current = record(want, ref="new")
    current = replace(current, mark=mark(want, replaces="ref-okta"))
    found = look(want, records=(record(desired("okta")), current))
    assert kinds(found) == [("pending", "not_finished", None)]


def test_what_a_mark_does_not_know_is_pending() -> None:
    want = desired("okta", description="now wanted")
    live = replace(record(desired("okta")), idp=want.idp)
    found = look(want, records=(live,))
    assert kinds(found) == [("pending", "not_remembered", "mark.applied.description")]


# Records that are not ours


def test_strangers_are_told_only_when_they_appeared_since_the_last_report() -> None:
    want = desired("okta")
    legacy, foreign = unmanaged("legacy"), record(desired("theirs"), owner="other")
    records = (record(want), legacy, foreign)
    assert look(want, records=records) == []
    before = [
        Stranger(ref=legacy.ref, name="Legacy"),
        Stranger(ref=foreign.ref, name="Theirs", owner="other"),
    ]
    assert look(want, records=records, strangers=before) == []
    found = look(want, records=records, strangers=[])
    assert kinds(found) == [("unmanaged", "appeared", None), ("foreign", "appeared", None)]
    assert [finding.subject for finding in found] == ["Legacy", "Theirs"]


def test_a_stranger_with_our_issuer_is_told_whenever_it_came() -> None:
    want = desired("okta")
    shadow = unmanaged("shadow", issuer=want.idp.issuer)
    known = [Stranger(ref=shadow.ref, name="Shadow")]
    finding = one(look(want, records=(record(want), shadow), strangers=known))
    assert (finding.kind, finding.reason) == (DriftClass.UNMANAGED, Reason.COLLISION)
    assert (finding.key, finding.name, finding.path, finding.trust) == ("okta", "Shadow", "issuer", True)


def test_two_strangers_with_our_issuer_are_two_findings() -> None:
    want = desired("okta")
    shadows = [unmanaged(key, issuer=want.idp.issuer) for key in ("one", "two")]
    found = look(want, records=(record(want), *shadows))
    assert len({finding.identity for finding in found}) == 2


def test_a_partial_run_leaves_the_others_out() -> None:
    wants = [desired("one"), desired("two")]
    records = [record(want, description="edited") for want in wants]
    found = look(*wants, records=tuple(records), only=("t*",))
    assert [finding.key for finding in found] == ["two"]


@given(st.permutations(["one", "two", "three", "four"]), st.permutations(range(4)))
def test_the_order_of_the_input_never_matters(keys: list[str], order: list[int]) -> None:
    wants = [desired(key) for key in keys]
    records = [record(desired(key), description=f"{key} edited") for key in ("one", "two", "three")]
    records.append(unmanaged("stranger"))
    shuffled = tuple(records[index] for index in order)
    expected = look(*sorted(wants, key=lambda want: want.key), records=tuple(records), strangers=[])
    assert look(*wants, records=shuffled, strangers=[]) == expected


def test_a_provider_that_is_declared_alone_needs_no_resolved_values() -> None:
    seen = Seen(owner=OWNER, declared=[declared("okta")], snapshot=snapshot())
    assert kinds(findings(seen)) == [("pending", "not_created", None)]
