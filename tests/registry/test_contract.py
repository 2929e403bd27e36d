"""What every driver must do: one suite over all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import LockedError, RegistryError
from idpctl.registry.sqlite import SqliteRegistry
from tests.support import build
from tests.support.registries import MemoryHands, MemoryRegistry, operation
from tests.support.sql import SqlHands

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.model import Mark, Record
    from idpctl.registry.base import Registry, Writer


@dataclass
class Driver:
    """A registry, and hands that edit it from outside."""

    registry: Registry
    hands: Any

    def create(self, *keys: str, op: str = "create", **fields: Any) -> dict[str, Record]:
        """Apply creates of providers, by name."""
        with self.registry.writer(operation(op)) as writer:
            for key in keys:
                create(writer, key, **fields)
        return self.records()

    def records(self) -> dict[str, Record]:
        return {record.idp.name: record for record in self.registry.read().records}


@pytest.fixture(params=["sqlite", "memory", "memory-stepwise"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Driver:
    if request.param == "sqlite":
        path = tmp_path / "registry.db"
        return Driver(SqliteRegistry(path, "acme", "registry.db"), SqlHands(path))
    memory = MemoryRegistry(transactional=request.param == "memory")
    return Driver(memory, MemoryHands(memory))


def create(writer: Writer, key: str, **fields: Any) -> Record:
    wanted = build.desired(key, **fields)
    return writer.create(wanted.idp, build.mark(wanted))


def test_a_registry_that_was_never_written_is_empty(driver: Driver) -> None:
    assert driver.registry.read().records == ()


def test_what_is_created_reads_back(driver: Driver) -> None:
    with driver.registry.writer(operation()) as writer:
        made = create(writer, "okta")
        assert writer.read().records == (made,)
    assert driver.registry.read().records == (made,)
    assert made.ref
    assert made.mark == build.mark(build.desired("okta"))


FIELDS: list[dict[str, Any]] = [
    {"name": "x" * 100, "description": "y" * 254, "issuer": "https://e.example/" + "z" * 2000},
    {"description": "Zürich ﷽ 日本 \U0001f511 \x00 \x1b[31m\r\n \u202e"},
    {"description": "'; DROP TABLE identity_provider; --", "type": "custom"},
    {"enabled": False},
    {"properties": {"a": {"b": [1, True, None, "x", {}]}, "€": "\ud800", "big": 10**30}},
]


@pytest.mark.parametrize("fields", FIELDS)
def test_every_value_reads_back_as_it_was_written(driver: Driver, fields: dict[str, Any]) -> None:
    driver.create("okta", **fields)
    (record,) = driver.registry.read().records
    assert record.idp == build.desired("okta", **fields).idp


def test_an_update_writes_values_and_mark(driver: Driver) -> None:
    before = driver.create("okta")["Okta"]
    wanted = build.desired("okta", issuer="https://new.example.com", protect=True)
    mark = build.mark(wanted, op="op-2", replaces="other", key="renamed")
    with driver.registry.writer(operation("update")) as writer:
        after = writer.update(before, wanted.idp, mark)
    assert driver.records() == {"Okta": after}
    assert (after.ref, after.idp, after.mark) == (before.ref, wanted.idp, mark)
    assert after.revision != before.revision


def test_updates_can_follow_each_other(driver: Driver) -> None:
    record = driver.create("okta")["Okta"]
    with driver.registry.writer(operation("update")) as writer:
        for number in range(3):
            wanted = build.desired("okta", description=str(number))
            record = writer.update(record, wanted.idp, build.mark(wanted))
    assert driver.records()["Okta"].idp.description == "2"


def test_a_mark_remembers_any_set_of_fields(driver: Driver) -> None:
    wanted = build.desired("okta", properties={"a b": 1, "c.d": "-"})
    applied = {"name": "0a1b2c3d", "issuer": "00000000", "properties.a b": "11111111", "properties.c.d": "2"}
    with driver.registry.writer(operation()) as writer:
        writer.create(wanted.idp, build.mark(wanted, applied=applied))
    mark = driver.records()["Okta"].mark
    assert mark is not None
    assert mark.applied == applied


def test_a_deleted_record_is_gone(driver: Driver) -> None:
    record = driver.create("okta", "auth")["Okta"]
    with driver.registry.writer(operation("delete")) as writer:
        writer.delete(record)
    assert list(driver.records()) == ["Auth"]


def test_deleting_twice_is_refused(driver: Driver) -> None:
    record = driver.create("okta")["Okta"]
    with driver.registry.writer(operation("delete")) as writer:
        writer.delete(record)
        with pytest.raises(LockedError):
            writer.delete(record)


def test_a_name_is_held_by_one_record(driver: Driver) -> None:
    driver.create("okta")
    with (
        driver.registry.writer(operation("again")) as writer,
        pytest.raises(RegistryError, match="exists"),
    ):
        create(writer, "okta", issuer="https://other.example.com")


def test_a_name_cannot_be_modified(driver: Driver) -> None:
    record = driver.create("okta")["Okta"]
    renamed = replace(record.idp, name="Other")
    with (
        driver.registry.writer(operation("rename")) as writer,
        pytest.raises(RegistryError, match="cannot be modified"),
    ):
        writer.update(record, renamed, _mark_of(record))


def test_a_freed_name_can_be_taken(driver: Driver) -> None:
    record = driver.create("okta")["Okta"]
    with driver.registry.writer(operation("swap")) as writer:
        writer.delete(record)
        made = create(writer, "okta")
    assert driver.records() == {"Okta": made}
    assert made.ref != record.ref


EDITS: list[dict[str, Any]] = [
    {"type": "auth0"},
    {"description": "by hand"},
    {"allowed_token_audience": "*"},
    {"well_known_url": "https://evil.example.com"},
    {"issuer": "https://evil.example.com"},
    {"token_endpoint": "https://evil.example.com"},
    {"jwks_endpoint": "https://evil.example.com"},
    {"enabled": False},
    {"properties": {"by": "hand"}},
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: next(iter(edit)))
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_record_edited_meanwhile_is_refused(driver: Driver, verb: str, edit: dict[str, Any]) -> None:
    seen = driver.create("okta")["Okta"]
    driver.hands.edit("Okta", **edit)
    edited = driver.records()["Okta"]
    assert edited.idp == replace(seen.idp, **edit)
    with driver.registry.writer(operation("late")) as writer:
        attempts = {
            "update": lambda: writer.update(seen, seen.idp, _mark_of(seen)),
            "delete": lambda: writer.delete(seen),
        }
        with pytest.raises(LockedError, match="modified"):
            attempts[verb]()
    assert driver.records() == {"Okta": edited}


def test_an_edit_that_was_taken_back_is_noticed(driver: Driver) -> None:
    seen = driver.create("okta")["Okta"]
    driver.hands.edit("Okta", description="by hand")
    driver.hands.edit("Okta", description=seen.idp.description)
    with driver.registry.writer(operation("late")) as writer, pytest.raises(LockedError, match="modified"):
        writer.delete(seen)


def test_a_record_removed_meanwhile_is_refused(driver: Driver) -> None:
    seen = driver.create("okta")["Okta"]
    driver.hands.remove("Okta")
    with driver.registry.writer(operation("late")) as writer, pytest.raises(LockedError):
        writer.update(seen, seen.idp, _mark_of(seen))
    assert driver.records() == {}


def test_a_record_of_someone_else_has_no_mark(driver: Driver) -> None:
    driver.create("okta")
    driver.hands.insert(build.idp("legacy"))
    record = driver.records()["Legacy"]
    assert record.mark is None
    assert record.idp == build.idp("legacy")


def test_a_lost_mark_does_not_come_back(driver: Driver) -> None:
    driver.create("okta")
    driver.hands.strip_mark("Okta")
    assert driver.records()["Okta"].mark is None


def test_a_mark_copied_to_another_record_does_not_count(driver: Driver) -> None:
    driver.create("okta", "auth")
    driver.hands.insert(build.idp("legacy"))
    driver.hands.copy_mark("Okta", to="Legacy")
    driver.hands.copy_mark("Okta", to="Auth")
    marks = {name: record.mark for name, record in driver.records().items()}
    assert marks["Okta"] is not None
    assert marks["Auth"] is None
    assert marks["Legacy"] is None


def test_a_mark_of_another_owner_is_reported_as_it_is(driver: Driver) -> None:
    wanted = build.desired("okta")
    with driver.registry.writer(operation()) as writer:
        writer.create(wanted.idp, build.mark(wanted, owner="other/team"))
    mark = driver.records()["Okta"].mark
    assert mark is not None
    assert mark.owner == "other/team"


def test_a_record_without_mark_can_get_one(driver: Driver) -> None:
    driver.create("okta")
    driver.hands.strip_mark("Okta")
    record = driver.records()["Okta"]
    with driver.registry.writer(operation("adopt")) as writer:
        writer.update(record, record.idp, build.mark(build.desired("okta")))
    adopted = driver.records()["Okta"]
    assert adopted.mark is not None
    assert adopted.idp == record.idp


def test_a_second_writer_is_refused_while_the_first_one_is_open(driver: Driver) -> None:
    with (
        driver.registry.writer(operation()),
        pytest.raises(LockedError, match="locked"),
        driver.registry.writer(operation("second")),
    ):
        pass  # pragma: no cover - never reached


def test_the_lock_is_given_back(driver: Driver) -> None:
    for number in range(3):
        with driver.registry.writer(operation(f"op-{number}")):
            pass


def test_an_error_gives_the_lock_back_and_undoes_a_transaction(driver: Driver) -> None:
    def fail() -> None:
        with driver.registry.writer(operation()) as writer:
            create(writer, "okta")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    transactional = driver.registry.capabilities.transactional
    assert list(driver.records()) == ([] if transactional else ["Okta"])
    driver.create("auth", op="next")


@pytest.mark.unmeasured
def test_many_records(driver: Driver) -> None:
    many = 5000 if isinstance(driver.registry, SqliteRegistry) else 50
    with driver.registry.writer(operation()) as writer:
        made = tuple([create(writer, f"provider-{number}") for number in range(many)])
    assert driver.registry.read().records == made


def _mark_of(record: Record) -> Mark:
    assert record.mark is not None
    return record.mark
