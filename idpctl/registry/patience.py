"""Waiting in short steps: a signal that arrives meanwhile is handled at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.025


def patiently(attempt: Callable[[], bool], deadline: float) -> bool:
    """Call `attempt` until it succeeds or `deadline` (time.monotonic) has passed; at least once."""
    pause = _FIRST_PAUSE
    while not attempt():
        rest = deadline - time.monotonic()
        if rest <= 0:
            return False
        time.sleep(min(pause, rest))
        pause = min(pause * 2, _LONGEST_PAUSE)
    return True
