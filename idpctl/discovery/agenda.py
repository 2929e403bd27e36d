"""What to fetch next: pure scheduling, without threads or clocks.

Discovery documents come first, so that the slow first contact with all hosts is over early; key
sets follow on the connections that their documents left open. Those are bounded: once many key
sets wait, they go first.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum

from idpctl.value import value


class Kind(StrEnum):
    """What a URL is expected to hold."""

    DOCUMENT = "document"
    KEY_SET = "key set"


@value
class Job:
    """One URL to fetch; `host` is what the bound on simultaneous requests counts by."""

    kind: Kind
    url: str
    host: str


class Agenda:
    """Jobs that wait, and how many run per host. The caller serialises the calls."""

    def __init__(self, *, per_host: int, most_key_sets: int) -> None:
        self._per_host = per_host
        self._most_key_sets = most_key_sets
        self._ready: dict[Kind, deque[Job]] = {kind: deque() for kind in Kind}
        self._parked: dict[str, deque[Job]] = {}
        self._running: dict[str, int] = {}
        self.total = 0
        self.finished = 0

    def add(self, job: Job) -> None:
        """Queue `job`."""
        self.total += 1
        self._ready[job.kind].append(job)

    def take(self) -> Job | None:
        """Return the next job whose host has room, None where there is none at the moment."""
        while (queue := self._next_queue()) is not None:
            job = queue.popleft()
            running = self._running.get(job.host, 0)
            if running < self._per_host:
                self._running[job.host] = running + 1
                return job
            self._parked.setdefault(job.host, deque()).append(job)
        return None

    def _next_queue(self) -> deque[Job] | None:
        documents, key_sets = self._ready[Kind.DOCUMENT], self._ready[Kind.KEY_SET]
        if key_sets and (not documents or len(key_sets) >= self._most_key_sets):
            return key_sets
        return documents or None

    def finish(self, job: Job) -> None:
        """Note that `job` was done, which makes room for the next one of its host."""
        self.finished += 1
        self._running[job.host] -= 1
        parked = self._parked.get(job.host)
        if parked:
            waiting = parked.popleft()
            self._ready[waiting.kind].appendleft(waiting)

    @property
    def done(self) -> bool:
        """Say whether nothing waits and nothing runs."""
        return self.finished == self.total
