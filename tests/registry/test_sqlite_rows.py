"""Rows and records: whatever can be stored comes back as it was."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.model import FIELDS, IdentityProvider, Mark, Record
from idpctl.registry.sqlite_rows import COLUMNS, build, pack, parameters, read_object, unpack, write_object

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
DIGEST = st.text("0123456789abcdef", min_size=8, max_size=8)
PROPERTIES = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
PROVIDERS = st.builds(
    IdentityProvider,
    **{path: TEXT for path in FIELDS if path != "enabled"},
    enabled=st.booleans(),
    properties=PROPERTIES,
)
APPLIED = st.dictionaries(
    st.sampled_from(FIELDS) | st.builds("properties.{}".format, st.text(max_size=8)), DIGEST
)
MARKS = st.builds(
    Mark,
    owner=TEXT,
    key=TEXT,
    name=TEXT,
    applied=APPLIED,
    op=TEXT,
    replaces=st.none() | TEXT,
    protect=st.booleans(),
)


ALIKE = IdentityProvider(**{path: "okta" for path in FIELDS if path != "enabled"})
MARK = Mark(owner="acme/prod", key="k", name="okta", applied={}, op="p")


def row_of(idp: IdentityProvider, mark: Mark | None, **columns: Any) -> tuple[Any, ...]:
    if mark is None:
        given = parameters("acme", "r", idp, Mark(owner="", key="", name="", applied={}, op=""))
        given.update((column, None) for column in COLUMNS if column.startswith("mark_"))
    else:
        given = parameters("acme", "r", idp, mark)
    cells = {**given, "revision": 7, **columns}
    # SQLite has no booleans.
    return tuple(int(value) if isinstance(value := cells[column], bool) else value for column in COLUMNS)


@given(PROVIDERS, st.none() | MARKS)
def test_a_record_comes_back_as_it_was_stored(idp: IdentityProvider, mark: Mark | None) -> None:
    (record,) = build([row_of(idp, mark)])
    assert record == Record(ref="r", idp=idp, mark=mark, revision="7")


@given(APPLIED)
def test_digests_come_back_as_they_were_packed(applied: dict[str, str]) -> None:
    assert unpack(pack(applied), max) == applied


@given(PROPERTIES)
def test_properties_come_back_as_they_were_written(properties: dict[str, Any]) -> None:
    assert read_object(write_object(properties)) == properties


def test_records_built_quickly_are_frozen_like_all_others() -> None:
    (record,) = build([row_of(ALIKE, MARK)])
    for value in (record, record.idp, record.mark):
        assert type(value) in {Record, IdentityProvider, Mark}
        with pytest.raises((FrozenInstanceError, TypeError)):
            setattr(value, "name", "y")  # noqa: B010 - the checker would refuse a plain assignment


def test_texts_in_common_are_kept_once() -> None:
    def again(text: str) -> str:
        return "".join(list(text))  # an equal text in other memory

    one, two = build(
        [
            row_of(ALIKE, MARK, type=again("okta"), mark_owner=again("acme/prod")),
            row_of(ALIKE, MARK, type=again("okta"), mark_owner=again("acme/prod")),
        ]
    )
    assert one.idp.type is two.idp.type
    assert one.mark is not None
    assert two.mark is not None
    assert one.mark.owner is two.mark.owner
