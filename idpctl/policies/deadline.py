"""A limit for what may take for ever: a regular expression of someone else's, on a text of someone else's."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


# Where a judgement is interrupted: code that holds no lock. Anywhere else an exception out of nothing could
# leave one behind, in the import of a module for example; so there the next tick is waited for.
_JUDGING = ("idpctl.schema.", "idpctl.policies.judge.", "jsonschema.", "referencing.", "re.")
_TICK = 0.01


class OverdueError(Exception):
    """What was being done did not end in its time."""


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Raise OverdueError in a judgement that has this process compute for `seconds`. Main thread alone.

    Not only nested repeats take exponential time, so no look at a pattern tells all of them; but `re`
    looks for signals while it searches. The clock counts what this process computes: a busy machine
    makes nothing late, and the clock of real time is left to those who write (`signals`).
    """

    def expired(_number: int, frame: FrameType | None) -> None:
        where = "" if frame is None else frame.f_globals.get("__name__", "")
        if f"{where}.".startswith(_JUDGING):
            raise OverdueError

    before = signal.signal(signal.SIGVTALRM, expired)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _TICK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
