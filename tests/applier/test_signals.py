"""Signals while something is written, in real processes that say how far they are."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from idpctl import signals as signals_module
from idpctl.errors import ExitCode, InterruptedRunError
from idpctl.registry.sqlite import SqliteRegistry
from idpctl.signals import Signals, handled
from tests.support import processes
from tests.support.applying import after, apply, before
from tests.support.registries import Fault, FaultRegistry, MemoryRegistry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from idpctl.registry.base import Registry

ENDING = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]


class Stage:
    """A child that announces a point and waits there, and the parent that meets it at that point."""

    def __init__(self, directory: Path) -> None:
        self._announced, self._announce = os.pipe()
        self._released, self._release = os.pipe()
        self.stderr = directory / "stderr"
        self.out = directory / "report.json"

    def reach(self) -> None:
        """Say, in the child, that the point is reached; wait until the parent lets go."""
        os.write(self._announce, b"x")
        os.read(self._released, 1)

    def announce_alarms(self, body: Callable[[], object]) -> None:
        """Run `body` in the child, and say when a first signal has been handled: it sets an alarm."""
        set_timer = signal.setitimer

        def announced(which: int, seconds: float) -> None:
            set_timer(which, seconds)
            if seconds:
                os.write(self._announce, b"x")

        signals_module.signal.setitimer = announced  # the child's own module
        body()

    def start(self, body: Callable[[], object]) -> int:
        def redirected() -> None:
            os.dup2(os.open(self.stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            body()

        return processes.start(redirected)

    def meet(self) -> None:
        assert os.read(self._announced, 1) == b"x"

    def let_go(self) -> None:
        os.write(self._release, b"x")

    def close(self) -> None:
        for descriptor in (self._announced, self._announce, self._released, self._release):
            os.close(descriptor)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


def run(registry: Registry, stage: Stage) -> Callable[[], None]:
    """Return a child's body: apply under handled signals, write the report, exit with its code."""

    def body() -> None:
        with handled() as signals:
            report = apply(registry, after(), signals=signals)
            stage.out.write_text(json.dumps(report.as_dict()))
        os._exit(report.exit_code)

    return body


@pytest.fixture
def stepwise(tmp_path: Path) -> MemoryRegistry:
    """Give a registry that the child and its parent share."""
    registry = MemoryRegistry(file=tmp_path / "state")
    apply(registry, before(), op="before")
    return registry


@pytest.mark.parametrize(("number", "code"), ENDING)
def test_outside_the_write_phase_a_signal_ends_the_run_at_once(
    stage: Stage, number: signal.Signals, code: int
) -> None:
    def body() -> None:
        with handled(), pytest.raises(InterruptedRunError, match=number.name) as caught:
            stage.reach()
        os._exit(caught.value.exit_code)

    pid = stage.start(body)
    stage.meet()
    os.kill(pid, number)
    assert processes.ended(pid) == code


@pytest.mark.parametrize(("number", "code"), ENDING)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_in_the_write_phase_the_call_ends_and_no_other_begins(
    stage: Stage, stepwise: MemoryRegistry, number: signal.Signals, code: int, moment: str
) -> None:
    fault = Fault(at=4, moment=moment, action=stage.reach)  # the second write
    pid = stage.start(run(FaultRegistry(stepwise, fault), stage))
    stage.meet()
    os.kill(pid, number)
    stage.let_go()
    assert processes.ended(pid) == code
    report = json.loads(stage.out.read_text())
    assert [one["status"] for one in report["operations"]] == ["done"] * 2 + ["not_started"] * 5
    assert (report["outcome"], report["exit_code"]) == ("interrupted", code)
    assert [entry[1:] for entry in stepwise.state().log[-2:]] == [("create", "Added"), ("update", "Updated")]
    assert apply(stepwise, after(), op="again").complete


def test_in_a_transaction_a_signal_leaves_no_trace(stage: Stage, tmp_path: Path) -> None:
    registry = SqliteRegistry(tmp_path / "registry.db", "acme", "registry.db")
    apply(registry, before(), op="before")
    unchanged = registry.read()
    pid = stage.start(run(FaultRegistry(registry, Fault(at=7, action=stage.reach)), stage))
    stage.meet()
    os.kill(pid, signal.SIGTERM)
    stage.let_go()
    assert processes.ended(pid) == 143
    report = json.loads(stage.out.read_text())
    assert {one["status"] for one in report["operations"]} == {"not_started"}
    assert registry.read() == unchanged
    assert apply(registry, after(), op="again").complete


def test_while_it_plans_under_the_lock_a_signal_ends_it_before_the_first_write(
    stage: Stage, stepwise: MemoryRegistry
) -> None:
    unchanged = stepwise.read()

    def body() -> None:
        with handled() as signals, suppress(InterruptedRunError):
            apply(FaultRegistry(stepwise, Fault(at=2, action=stage.reach)), after(), signals=signals)
        os._exit(5)

    pid = stage.start(body)
    stage.meet()
    os.kill(pid, signal.SIGINT)
    assert processes.ended(pid) == 5
    assert stepwise.read() == unchanged


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("second", "code"), ENDING)
def test_a_second_signal_ends_it_at_once_and_names_what_is_in_doubt(
    stage: Stage, stepwise: MemoryRegistry, first: signal.Signals, second: signal.Signals, code: int
) -> None:
    body = run(FaultRegistry(stepwise, Fault(at=4, action=stage.reach)), stage)
    pid = stage.start(lambda: stage.announce_alarms(body))
    stage.meet()
    os.kill(pid, first)
    stage.meet()  # two of a kind would become one before the first has been handled
    os.kill(pid, second)
    assert processes.ended(pid) == code
    words = stage.stderr.read_text()
    assert "ended at once by a second signal" in words
    assert "in doubt: update Updated (updated)" in words
    assert not stage.out.exists()
    assert apply(stepwise, after(), op="again").complete


def test_the_last_words_go_out_unbuffered(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(signals_module.os, "_exit", leave)
    with handled() as signals:
        with pytest.raises(InterruptedRunError):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(SystemExit) as caught:
            os.kill(os.getpid(), signal.SIGTERM)
        assert signals.code is ExitCode.TERMINATED
    assert caught.value.code == 143
    assert capfd.readouterr().err == "\nidpctl: ended at once by a second signal (SIGTERM)\n"


def test_what_a_second_signal_prints_is_escaped(stage: Stage) -> None:
    def body() -> None:
        with handled() as signals, signals.writing():
            signals.current = "create \x1b[31mred\n(\ud800)"
            os.kill(os.getpid(), signal.SIGTERM)
            assert signals.stop()
            os.kill(os.getpid(), signal.SIGINT)

    assert processes.ended(stage.start(body)) == 130
    assert "create \\x1b[31mred\\n(\\ud800)" in stage.stderr.read_text()


def test_a_second_signal_needs_no_terminal() -> None:
    def body() -> None:
        os.close(2)
        with handled() as signals, signals.writing():
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)

    assert processes.run(body) == 143


def test_a_call_that_does_not_come_back_is_left_in_doubt(
    stage: Stage, stepwise: MemoryRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals_module, "_SECONDS", 0.05)
    pid = stage.start(run(FaultRegistry(stepwise, Fault(at=4, action=stage.reach)), stage))
    stage.meet()
    start = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    assert processes.ended(pid) == 143
    assert time.monotonic() - start < 7
    report = json.loads(stage.out.read_text())
    assert [one["status"] for one in report["operations"]][:3] == ["done", "in_doubt", "not_started"]
    assert "did not end within" in report["error"]


def test_the_default_leaves_time_for_the_report_before_a_ci_system_kills() -> None:
    assert signals_module._SECONDS <= 6.5


def test_after_the_write_phase_a_signal_is_only_remembered() -> None:
    with handled() as signals:
        with signals.writing():
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.stop()
        assert signals.code is ExitCode.TERMINATED
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_alarm_ends_with_the_write_phase() -> None:
    with handled() as signals:
        with signals.writing():
            os.kill(os.getpid(), signal.SIGINT)
            assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_alarm_of_its_own_accord_is_an_interruption() -> None:
    with pytest.raises(InterruptedRunError) as caught:
        Signals().expired(signal.SIGALRM, None)
    assert caught.value.exit_code is ExitCode.INTERRUPTED


def test_the_old_handlers_come_back() -> None:
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM]
    before = [signal.getsignal(number) for number in numbers]
    with handled():
        assert [signal.getsignal(number) for number in numbers] != before
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with handled() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not signals.stop()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, previous)
