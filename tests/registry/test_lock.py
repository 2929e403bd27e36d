"""One writer at a time, and no lock that outlives its process."""

from __future__ import annotations

import errno
import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.errors import LockedError, RegistryError
from idpctl.registry import lock
from idpctl.registry.lock import hold
from idpctl.registry.patience import patiently
from tests.support import processes
from tests.support.registries import operation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.db.lock"


@pytest.fixture
def holder(path: Path) -> Iterator[int]:
    """Let another process hold the lock; give its pid."""
    read, write = os.pipe()

    def body() -> None:
        with hold(path, operation("other-op", owner="acme/dev"), 0.0):
            os.write(write, b"held")
            signal.pause()

    pid = processes.start(body)
    os.close(write)
    assert os.read(read, 4) == b"held"
    os.close(read)
    yield pid
    os.kill(pid, signal.SIGKILL)
    assert processes.ended(pid) == -9


def refusal(path: Path, timeout: float = 0.0) -> LockedError:
    with (
        pytest.raises(LockedError) as caught,
        hold(path, operation(), time.monotonic() + timeout),
    ):
        pass  # pragma: no cover - never reached
    return caught.value


def test_the_holder_is_named(path: Path, holder: int) -> None:
    error = refusal(path)
    host = os.uname().nodename
    assert error.message.startswith(f"the registry is locked by process {holder}, on host {host}, since 2")
    assert error.message.endswith("operation other-op, of acme/dev")
    assert error.hint is not None
    assert "--lock-timeout" in error.hint
    assert error.where == str(path)


def test_the_lock_is_waited_for_no_longer_than_asked(path: Path, holder: int) -> None:
    assert holder
    start = time.monotonic()
    refusal(path, timeout=0.1)
    assert time.monotonic() - start >= 0.1


def test_a_killed_holder_leaves_nothing_to_remove(path: Path) -> None:
    def body() -> None:
        with hold(path, operation("dead"), 0.0):
            processes.die()

    assert processes.run(body) == -9
    assert b"dead" in path.read_bytes()
    with hold(path, operation("alive"), 0.0):
        assert json.loads(path.read_bytes())["op"] == "alive"
    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (b"", "another process"),
        (b"not json", "another process"),
        (b"[" * 5000, "another process"),
        (b"[1]", "another process"),
        (b'{"pid": {}, "host": null}', "another process"),
        (b'{"op": "abc", "host": "other"}', "on host other, operation abc"),
        (b'{"pid": -1, "host": "HERE"}', "process -1, on host HERE"),
        (b'{"pid": "x", "host": "HERE"}', "process x, on host HERE"),
        (b'{"pid": 99999999999999999999, "host": "HERE"}', "another process"),
        (b'{"pid": 1, "host": "HERE"}', "process 1, on host HERE"),
    ],
)
def test_a_note_is_believed_only_as_far_as_it_goes(path: Path, holder: int, note: bytes, words: str) -> None:
    assert holder
    host = os.uname().nodename
    path.write_bytes(note.replace(b"HERE", host.encode()))
    assert refusal(path).message == f"the registry is locked by {words.replace('HERE', host)}"


def test_the_note_of_a_dead_process_is_not_believed(path: Path, holder: int) -> None:
    assert holder
    gone = processes.start(lambda: None)
    processes.ended(gone)
    path.write_text(json.dumps({"pid": gone, "host": os.uname().nodename}))
    assert "another process" in refusal(path).message


def test_a_process_of_another_user_is_alive(path: Path, holder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(lock.os, "kill", denied)
    assert f"process {holder}" in refusal(path).message
    monkeypatch.undo()


def test_a_note_is_not_written_through_a_link(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.symlink_to(victim)
    with (
        pytest.raises(RegistryError, match="lock file cannot be opened"),
        hold(path, operation(), 0.0),
    ):
        pass  # pragma: no cover - never reached
    assert victim.read_text() == "precious"


def test_a_pipe_is_no_lock_file(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(RegistryError, match="not a regular file"), hold(path, operation(), 0.0):
        pass  # pragma: no cover - never reached


def test_a_file_system_without_locks_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    with (
        pytest.raises(RegistryError, match="cannot lock: No locks available"),
        hold(path, operation(), 0.0),
    ):
        pass  # pragma: no cover - never reached


def test_a_note_that_cannot_be_written_stops_nobody(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lock.os, "pwrite", full)
    with hold(path, operation(), 0.0):
        assert path.read_bytes() == b""


def test_patience_tries_at_least_once() -> None:
    tries = []
    assert patiently(lambda: not tries.append(1), 0.0)
    assert tries == [1]


def test_patience_ends_with_the_first_success() -> None:
    answers = iter([False, False, True])
    assert patiently(lambda: next(answers), time.monotonic() + 60)


def test_patience_ends_at_the_deadline() -> None:
    assert not patiently(lambda: False, time.monotonic() + 0.01)


# Who only looks


def test_who_holds_the_lock_can_be_asked_without_taking_it(path: Path, holder: int) -> None:
    said = lock.holder(path)
    assert said is not None
    assert said.startswith(f"process {holder}, on host ")


def test_nobody_holds_a_lock_that_was_never_made(path: Path) -> None:
    assert lock.holder(path) is None
    assert not path.exists()


def test_nobody_holds_a_lock_that_was_given_back(path: Path) -> None:
    with hold(path, operation(), 0.0):
        pass
    assert lock.holder(path) is None


def test_a_note_that_a_killed_process_left_holds_nothing(path: Path) -> None:
    path.write_text(json.dumps({"pid": os.getpid(), "host": os.uname().nodename}))
    assert lock.holder(path) is None
    assert path.read_text()


def test_where_nothing_can_be_locked_nobody_holds_anything(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    path.write_text('{"pid": 1}')
    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    assert lock.holder(path) is None
