"""Discovery of many providers: one fetch per distinct URL, many at once, few per host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.discovery.agenda import Agenda, Job, Kind
from idpctl.discovery.crew import Crew, unasked
from idpctl.documents import Discoveries
from idpctl.http.target import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from idpctl.documents import Response
    from idpctl.http import Fetcher
    from idpctl.model import Declared

    PlanKeySet = Callable[[Declared, Response], str | None]

_KEY_SETS_WAITING = 3
"""For each thread, how many connections may wait open for their key set."""


def _silent(_finished: int, _total: int) -> None:
    """Show nothing."""


class _Wanted:
    """What was asked for and what came, by URL in the order of the providers."""

    def __init__(self, declared: Sequence[Declared], plan_key_set: PlanKeySet) -> None:
        self._plan_key_set = plan_key_set
        self._by_document: dict[str, list[Declared]] = {}
        self._key_set_of: dict[str, str] = {}
        self._responses: dict[str, Response] = {}
        for each in declared:
            if each.well_known_url:
                self._by_document.setdefault(each.well_known_url, []).append(each)
        self._asked = set(self._by_document)
        self._declared = declared

    def documents(self) -> Iterator[Job]:
        """Yield a job for each discovery document."""
        for url in self._by_document:
            yield Job(kind=Kind.DOCUMENT, url=url, host=host_of(url))

    def note(self, job: Job, response: Response) -> Iterator[Job]:
        """Keep `response`, and yield jobs for the key sets that are wanted because of it."""
        self._responses[job.url] = response
        for declared in self._by_document.get(job.url, ()) if job.kind is Kind.DOCUMENT else ():
            url = self._plan_key_set(declared, response)
            if url is None:
                continue
            self._key_set_of[declared.key] = url
            if url not in self._asked:
                self._asked.add(url)
                yield Job(kind=Kind.KEY_SET, url=url, host=host_of(url))

    def discoveries(self, seconds: float) -> Discoveries:
        """Return all answers; a URL without one was not answered within `seconds`."""
        key_sets = (self._key_set_of.get(each.key) for each in self._declared)
        return Discoveries(
            documents=self._answers(self._by_document, seconds),
            key_sets=self._answers((url for url in key_sets if url is not None), seconds),
        )

    def _answers(self, urls: Iterable[str], seconds: float) -> dict[str, Response]:
        return {url: self._responses.get(url) or unasked(url, seconds) for url in urls}


def discover(
    declared: Sequence[Declared],
    fetcher: Fetcher,
    *,
    plan_key_set: PlanKeySet,
    parallelism: int = 32,
    per_host: int = 8,
    deadline: float,
    progress: Callable[[int, int], None] = _silent,
) -> Discoveries:
    """Return the discovery documents of `declared`, and the key sets that `plan_key_set` names.

    At most `parallelism` requests are under way, `per_host` of them at one host. `deadline` is the
    total time in seconds; what has no answer by then is `Unreachable`. `plan_key_set` and `progress`
    (finished, so far known) are called in the calling thread alone, `progress` every 0.2 s at least:
    whatever it raises ends the run at once, and so does a signal handler that raises.
    """
    wanted = _Wanted(declared, plan_key_set)
    agenda = Agenda(per_host=per_host, most_key_sets=_KEY_SETS_WAITING * parallelism)
    with Crew(agenda, fetcher, size=min(parallelism, len(declared)), seconds=deadline) as crew:
        crew.add(wanted.documents())
        for batch in crew.results():
            for job, response in batch:
                crew.add(wanted.note(job, response))
            progress(*crew.progress())
    return wanted.discoveries(deadline)
