"""Several processes at one registry: one after the other, whatever happens to any of them."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import InterruptedRunError, LockedError
from idpctl.registry.sqlite import SqliteRegistry
from idpctl.signals import handled
from tests.support import build, processes
from tests.support.registries import operation

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES, APPLIES = 8, 4


@pytest.fixture
def registry(tmp_path: Path) -> SqliteRegistry:
    return SqliteRegistry(tmp_path / ".idpctl" / "registry.db", "acme", "registry.db")


def say(log: Path, word: str) -> None:
    """Append a line at once: the kernel keeps the order of all processes."""
    with log.open("ab", buffering=0) as file:
        file.write(f"{word}\n".encode())


def count_up(registry: SqliteRegistry, op: str, log: Path) -> None:
    """Read a number out of the registry, and write the next one."""
    with registry.writer(operation(op, lock_timeout=30)) as writer:
        say(log, f"begin {op}")
        records = writer.read().records
        if records:
            record = records[0]
            number = int(record.idp.description) + 1
            assert record.mark is not None
            writer.update(record, replace(record.idp, description=str(number)), record.mark)
        else:
            wanted = build.desired("okta", description="1")
            writer.create(wanted.idp, build.mark(wanted))
        say(log, f"end {op}")


def test_applies_of_many_processes_come_one_after_the_other(registry: SqliteRegistry, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def body(number: int) -> None:
        for turn in range(APPLIES):
            count_up(registry, f"{number}-{turn}", log)

    pids = [processes.start(lambda number=number: body(number)) for number in range(PROCESSES)]
    assert [processes.ended(pid) for pid in pids] == [0] * PROCESSES
    (record,) = registry.read().records
    assert record.idp.description == str(PROCESSES * APPLIES)
    lines = log.read_text().split("\n")[:-1]
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert all(begin == f"begin {end.removeprefix('end ')}" for begin, end in pairs)
    assert [entry.op for entry in registry.history()] == [begin.removeprefix("begin ") for begin, _ in pairs]


def test_readers_see_each_apply_whole_while_others_write(registry: SqliteRegistry) -> None:
    keys = [f"key{number}" for number in range(20)]

    def write() -> None:
        for turn in range(10):
            with registry.writer(operation(f"turn-{turn}", lock_timeout=30)) as writer:
                records = {record.idp.name: record for record in writer.read().records}
                for key in keys:
                    wanted = build.desired(key, description=str(turn))
                    mark = build.mark(wanted)
                    known = records.get(wanted.idp.name)
                    if known is None:
                        writer.create(wanted.idp, mark)
                    else:
                        writer.update(known, wanted.idp, mark)

    pid = processes.start(write)
    seen = []
    while not os.waitpid(pid, os.WNOHANG)[0]:
        seen.append([record.idp.description for record in registry.read().records])
    assert all(len(found) in {0, len(keys)} and len(set(found)) <= 1 for found in seen)
    assert {record.idp.description for record in registry.read().records} == {"9"}


def test_a_writer_that_was_killed_holds_up_nobody(registry: SqliteRegistry, tmp_path: Path) -> None:
    def die_with_the_lock() -> None:
        with registry.writer(operation("dead")) as writer:
            wanted = build.desired("okta", description="1")
            writer.create(wanted.idp, build.mark(wanted))
            processes.die()

    assert processes.run(die_with_the_lock) == -9
    assert registry.read().records == ()
    count_up(registry, "alive", tmp_path / "log")
    assert [entry.op for entry in registry.history()] == ["alive"]


def test_a_signal_ends_the_wait_for_the_lock_at_once(registry: SqliteRegistry) -> None:
    waiting, at_lock = os.pipe()

    def queue() -> None:
        os.write(at_lock, b"x")
        with registry.writer(operation("second", lock_timeout=600)):
            pass

    def wait() -> None:
        with handled(), pytest.raises(InterruptedRunError, match="SIGTERM"):
            queue()
        os._exit(7)

    with registry.writer(operation("first")):
        pid = processes.start(wait)
        os.read(waiting, 1)
        os.kill(pid, signal.SIGTERM)
        assert processes.ended(pid) == 7
    os.close(waiting)
    os.close(at_lock)


def test_the_error_names_the_process_that_holds_the_lock(registry: SqliteRegistry) -> None:
    def refused() -> None:
        words = f"process {os.getppid()}, on host {os.uname().nodename}, since .*, operation first"
        with pytest.raises(LockedError, match=words), registry.writer(operation("second")):
            pass

    with registry.writer(operation("first")):
        assert processes.run(refused) == 0
