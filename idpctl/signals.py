"""SIGINT, SIGTERM and SIGHUP while something is written: no new write, a report, and out in time."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from idpctl.errors import ExitCode, InterruptedRunError
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.TERMINATED,
}
# A CI system kills 7.5 s after its first signal: by then the report has to be out.
_SECONDS = 6.0


class Signals:
    """What arrived so far, and what to do when more comes.

    `current` says what is being done, for the last words of a run that is told twice.
    """

    def __init__(self) -> None:
        self.code: ExitCode | None = None
        self.current = ""
        self._interruptible = True

    def stop(self) -> bool:
        """Say whether a signal has arrived: no new write may be started then."""
        return self.code is not None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Mark the write phase: from it on the first signal interrupts nothing that has been started.

        What has not ended six seconds later is interrupted all the same, by InterruptedRunError.
        After the phase there is a report to be told, so a first signal is only remembered then, too.
        """
        self._interruptible = False
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def arrived(self, number: int, _frame: object) -> None:
        """Handle a signal (in the main thread, between two bytecodes)."""
        second = self.code is not None
        self.code = code = _CODES[signal.Signals(number)]
        if second:
            self._leave(number, code)
        if self._interruptible:
            raise InterruptedRunError(f"interrupted by {signal.Signals(number).name}", code=code)
        signal.setitimer(signal.ITIMER_REAL, _SECONDS)

    def expired(self, _number: int, _frame: object) -> NoReturn:
        """End a write that does not come back."""
        raise InterruptedRunError(
            f"interrupted, and what was being done did not end within {_SECONDS:.0f} s",
            code=self.code or ExitCode.INTERRUPTED,
        )

    def _leave(self, number: int, code: ExitCode) -> NoReturn:
        # Nothing that buffers or locks: the handler may stand in the middle of a print.
        doubt = f"; in doubt: {escape(self.current)}" if self.current else ""
        text = f"\nidpctl: ended at once by a second signal ({signal.Signals(number).name}){doubt}\n"
        try:
            os.write(2, text.encode("utf-8", "backslashreplace"))
        finally:
            os._exit(code)


@contextmanager
def handled() -> Iterator[Signals]:
    """Handle the signals that end a run until the block ends; then put the old handlers back.

    SIGHUP stays ignored where it was: that is what nohup asks for.
    """
    signals = Signals()
    handlers: dict[int, Any] = {signal.SIGALRM: signals.expired, **dict.fromkeys(_CODES, signals.arrived)}
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        del handlers[signal.SIGHUP]
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield signals
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
