"""One clock for all that a request does: name, connection, TLS, every read and write."""

from __future__ import annotations

from time import monotonic

from idpctl.http.faults import LateError


class Deadline:
    """A total time in seconds that began when this was made."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left, always more than 0; raise LateError when there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise self.late()
        return left

    def late(self) -> LateError:
        """Return the fault of having missed it."""
        return LateError(self.seconds)
