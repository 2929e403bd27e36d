"""What those see who only look: the records, and what the log remembers of them; nothing is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import RegistryError
from idpctl.model import Remembered
from idpctl.registry.reader import read_only
from tests.support import build
from tests.support.registries import MemoryRegistry, operation
from tests.support.sql import SqlHands, die_in_the_middle_of_a_write, fill

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.model import Snapshot
    from idpctl.registry.sqlite import SqliteRegistry


def look(registry: SqliteRegistry, owner: str = build.OWNER) -> Snapshot:
    return read_only(registry, owner).read()


def names(remembered: tuple[Remembered, ...] | None) -> list[tuple[str, str]]:
    assert remembered is not None
    return [(one.key, one.name) for one in remembered]


def state(path: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file of the registry's directory, with its bytes and the time of its last change."""
    return {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in path.parent.iterdir()}


def test_a_missing_file_holds_and_remembers_nothing(registry: SqliteRegistry, path: Path) -> None:
    assert look(registry) == build.snapshot()
    assert not path.exists()


def test_what_was_written_and_not_deleted_is_remembered(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "one", "two", "three")
    refs = {record.idp.name: record.ref for record in registry.read().records}
    with registry.writer(operation("op-2")) as writer:
        for record in writer.read().records:
            if record.idp.name == "One":
                writer.delete(record)
            if record.idp.name == "Two" and record.mark is not None:
                writer.update(record, record.idp, record.mark)
    SqlHands(path).remove("Three")
    seen = look(registry)
    assert [record.idp.name for record in seen.records] == ["Two"]
    assert seen.remembered == (
        Remembered(ref=refs["Three"], key="three", name="Three"),
        Remembered(ref=refs["Two"], key="two", name="Two"),
    )


def test_owners_and_organizations_remember_their_own(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "one")
    assert names(look(registry).remembered) == [("one", "One")]
    assert look(registry, "acme/dev").remembered == ()
    other = type(registry)(path, "other", "registry.db")
    assert look(other).remembered == ()


def test_a_record_that_another_owner_wrote_last_is_not_remembered(registry: SqliteRegistry) -> None:
    fill(registry, "one")
    with registry.writer(operation("op-2", owner="acme/dev")) as writer:
        (record,) = writer.read().records
        assert record.mark is not None
        writer.update(record, record.idp, record.mark)
    assert look(registry).remembered == ()
    assert names(look(registry, "acme/dev").remembered) == [("one", "One")]


def test_looking_has_no_way_to_write() -> None:
    reader = read_only(MemoryRegistry(), build.OWNER)
    assert not hasattr(reader, "writer")
    assert reader.read().remembered is None
    assert reader.at_work() is None


def test_a_reader_of_sqlite_has_none_either(registry: SqliteRegistry) -> None:
    assert not hasattr(read_only(registry, build.OWNER), "writer")


def test_the_journal_of_a_killed_writer_is_left_for_those_who_may_write(
    registry: SqliteRegistry, path: Path
) -> None:
    fill(registry, *(f"key{number}" for number in range(50)))
    die_in_the_middle_of_a_write(path)
    before = state(path)
    with pytest.raises(RegistryError, match="a run that was killed left its journal"):
        look(registry)
    assert state(path) == before


def test_looking_leaves_no_trace(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "one")
    before = state(path)
    look(registry)
    read_only(registry, build.OWNER).at_work()
    assert state(path) == before


def test_an_apply_at_work_is_seen(registry: SqliteRegistry) -> None:
    fill(registry, "one")
    reader = read_only(registry, build.OWNER)
    assert reader.at_work() is None
    with registry.writer(operation("op-2")):
        said = reader.at_work()
        assert said is not None
        assert f"process {os.getpid()}" in said
        assert "operation op-2" in said
    assert reader.at_work() is None
