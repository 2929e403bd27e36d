"""Killed at every call to the registry: whole or a prefix, and the next apply finishes it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from idpctl.registry.sqlite import SqliteRegistry
from tests.support import build, processes
from tests.support.applying import MIXED, after, apply, before, content, wanted_content
from tests.support.registries import Fault, FaultRegistry, MemoryHands, MemoryRegistry
from tests.support.sql import SqlHands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idpctl.registry.base import Registry

STRANGERS = ("legacy", "theirs")


def kill_everywhere(
    make: Callable[[Path], Registry], directory: Path, check: Callable[[Registry], None]
) -> int:
    """Kill an apply before and after each of its calls; return how many kills there were."""
    kills = 0
    for moment in ("before", "after"):
        for at in count(1):
            place = directory / f"{moment}-{at}"
            place.mkdir()
            registry = make(place)
            fault = Fault(at=at, moment=moment, action=processes.die)
            code = processes.run(lambda registry=registry, fault=fault: _apply(registry, fault))
            if code == 0:
                break
            assert code == -9
            kills += 1
            check(registry)
    return kills


def _apply(registry: Registry, fault: Fault) -> None:
    assert apply(FaultRegistry(registry, fault), after(), op="killed").complete


def finish(registry: Registry) -> None:
    """Hold that the next apply converges, the one after it does nothing, and nobody else was touched."""
    assert apply(registry, after(), op="next").complete
    assert apply(registry, after(), op="last").operations == ()
    found = content(registry)
    strangers = {build.idp(name).name: build.idp(name).as_dict() for name in STRANGERS}
    assert found == {**wanted_content(after()), **strangers}
    marks = {record.idp.name: record.mark for record in registry.read().records}
    assert all(marks[name] is None for name in strangers)


def test_sqlite_holds_all_of_a_killed_apply_or_nothing(tmp_path: Path) -> None:
    def make(place: Path) -> Registry:
        registry = SqliteRegistry(place / "registry.db", "acme", "registry.db")
        apply(registry, before(), op="before")
        for name in STRANGERS:
            SqlHands(registry.path).insert(build.idp(name))
        return registry

    def check(registry: Registry) -> None:
        names = set(content(registry)) - {"Legacy", "Theirs"}
        assert names in (
            {one.idp.name for one in before()},
            {one.idp.name for one in after()},
        )
        assert isinstance(registry, SqliteRegistry)
        logged = [entry.op for entry in registry.history()]
        assert ("killed" in logged) == ("Added" in names)
        finish(registry)

    # open, read, seven writes, two reads, close; after the close it is committed.
    assert kill_everywhere(make, tmp_path, check) == 24


def test_step_by_step_a_killed_apply_is_a_prefix_of_its_plan(tmp_path: Path) -> None:
    def make(place: Path) -> Registry:
        registry = MemoryRegistry(file=place / "state")
        apply(registry, before(), op="before")
        for name in STRANGERS:
            MemoryHands(registry).insert(build.idp(name))
        return registry

    def check(registry: Registry) -> None:
        assert isinstance(registry, MemoryRegistry)
        written = [(verb, name) for op, verb, name in registry.state().log if op == "killed"]
        assert written == MIXED[: len(written)]
        owned = [record.mark for record in registry.read().records if record.mark is not None]
        assert sum(mark.key == "renamed" for mark in owned) >= 1  # never neither of the two
        finish(registry)

    assert kill_everywhere(make, tmp_path, check) == 24


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6])
def test_a_killed_first_apply_leaves_a_whole_registry_or_none(tmp_path: Path, at: int, moment: str) -> None:
    registry = SqliteRegistry(tmp_path / ".idpctl" / "registry.db", "acme", "registry.db")
    wanted = [build.desired("one"), build.desired("two")]
    fault = Fault(at=at, moment=moment, action=processes.die)
    code = processes.run(lambda: apply(FaultRegistry(registry, fault), wanted, op="killed"))
    assert code == -9
    committed = (at, moment) == (6, "after")
    assert registry.path.exists() == committed
    assert apply(registry, wanted, op="next").complete
    assert content(registry) == wanted_content(wanted)
    assert len(registry.history()) == 1
