"""Threads that work an agenda off, and can be left behind at any moment."""

from __future__ import annotations

from collections import deque
from threading import Condition, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from idpctl.discovery.agenda import Kind
from idpctl.documents import Unreachable
from idpctl.http.rules import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from idpctl.discovery.agenda import Agenda, Job
    from idpctl.documents import Response
    from idpctl.http import Fetcher

LIMITS = {Kind.DOCUMENT: 64 * 1024, Kind.KEY_SET: 256 * 1024}
"""Bytes of a body; the largest of 73 real documents has 6.2 kB."""

TOO_LARGE = {Kind.DOCUMENT: "DSC-02", Kind.KEY_SET: "JWK-10"}

_TICK = 0.2  # seconds after which the calling thread looks up at the latest: for signals and progress
_GRACE = 1.0  # seconds beyond the deadline in which fetches should have noticed it by themselves


class Crew:
    """At most `size` daemon threads, which fetch; what they bring is handed over in the calling thread.

    `seconds` is the total time. Leaving the context lets go of the threads without waiting for them.
    """

    def __init__(self, agenda: Agenda, fetcher: Fetcher, *, size: int, seconds: float) -> None:
        self._agenda = agenda
        self._fetcher = fetcher
        self._size = size
        self._seconds = seconds
        self._end = monotonic() + seconds
        self._lock = Lock()
        self._work = Condition(self._lock)
        self._news = Condition(self._lock)
        self._brought: deque[tuple[Job, Response] | BaseException] = deque()
        self._over = False

    def __enter__(self) -> Self:
        self._hire(0)
        return self

    def _hire(self, number: int) -> None:
        """Start thread `number`; each starts two more, since starting one waits until it runs."""
        if number < self._size:
            Thread(target=self._run, args=(number,), name=f"idpctl-fetch-{number}", daemon=True).start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._over = True
            self._work.notify_all()

    def add(self, jobs: Iterable[Job]) -> None:
        """Give the threads more to do."""
        ready = tuple(jobs)  # made outside the lock: what makes them may take its time
        with self._lock:
            for job in ready:
                self._agenda.add(job)
                self._work.notify()

    def progress(self) -> tuple[int, int]:
        """Return how many jobs are finished, and how many there are so far."""
        with self._lock:
            return self._agenda.finished, self._agenda.total

    def results(self) -> Iterator[list[tuple[Job, Response]]]:
        """Yield what arrived meanwhile, which may be nothing, until all jobs are done or time is over.

        Jobs that are added while a batch is handled are waited for too.
        """
        while True:
            with self._lock:
                if not self._brought and not self._agenda.done:
                    self._news.wait(_TICK)
                if not self._brought and (self._agenda.done or monotonic() > self._end + _GRACE):
                    return
                brought = list(self._brought)
                self._brought.clear()
            yield list(map(_checked, brought))

    def _run(self, number: int) -> None:
        self._hire(2 * number + 1)
        self._hire(2 * number + 2)
        while (job := self._take()) is not None:
            brought: tuple[Job, Response] | BaseException
            try:
                brought = job, self._fetch(job)
            except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
                brought = error
            with self._lock:
                self._agenda.finish(job)
                self._brought.append(brought)
                self._news.notify()

    def _take(self) -> Job | None:
        with self._lock:
            while not self._over:
                job = self._agenda.take()
                if job is not None:
                    return job
                self._work.wait()
        return None

    def _fetch(self, job: Job) -> Response:
        left = self._end - monotonic()
        if left <= 0:
            return unasked(job.url, self._seconds)
        return self._fetcher.get(job.url, limit=LIMITS[job.kind], seconds=left, too_large=TOO_LARGE[job.kind])


def _checked(brought: tuple[Job, Response] | BaseException) -> tuple[Job, Response]:
    if isinstance(brought, BaseException):
        raise brought
    return brought


def unasked(url: str, seconds: float) -> Unreachable:
    """Return the answer of a URL whose turn did not come, or never ended, within `seconds` for all."""
    reason = f"the time for all of discovery, {round(seconds, 2):g} s, was over"
    return Unreachable(url=url, rule=UNREACHABLE, reason=reason)
