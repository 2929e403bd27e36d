"""The order of fetches: documents first, few per host, nothing forgotten."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from idpctl.discovery.agenda import Agenda, Job, Kind


def document(url: str, host: str | None = None) -> Job:
    return Job(kind=Kind.DOCUMENT, url=url, host=host or url)


def key_set(url: str, host: str | None = None) -> Job:
    return Job(kind=Kind.KEY_SET, url=url, host=host or url)


def agenda(*jobs: Job, per_host: int = 8, most_key_sets: int = 10) -> Agenda:
    made = Agenda(per_host=per_host, most_key_sets=most_key_sets)
    for job in jobs:
        made.add(job)
    return made


def taken(waiting: Agenda) -> list[str]:
    """Take all that can be taken at once."""
    return [job.url for job in iter(waiting.take, None)]


def test_documents_come_before_key_sets() -> None:
    assert taken(agenda(key_set("k1"), document("d1"), key_set("k2"), document("d2"))) == [
        "d1",
        "d2",
        "k1",
        "k2",
    ]


def test_key_sets_come_first_once_many_wait() -> None:
    waiting = agenda(*(key_set(f"k{n}") for n in range(3)), document("d1"), document("d2"), most_key_sets=3)
    assert taken(waiting) == ["k0", "d1", "d2", "k1", "k2"]


def test_a_host_gets_only_so_many_at_once() -> None:
    jobs = [document(f"d{n}", host="one") for n in range(5)]
    waiting = agenda(*jobs, document("other"), per_host=2)
    assert taken(waiting) == ["d0", "d1", "other"]
    waiting.finish(jobs[0])
    assert taken(waiting) == ["d2"]
    waiting.finish(jobs[1])
    waiting.finish(jobs[2])
    assert taken(waiting) == ["d4", "d3"]
    assert not waiting.done


def test_an_empty_one_is_done() -> None:
    assert agenda().done
    assert agenda().take() is None


@given(
    st.lists(st.tuples(st.sampled_from(Kind), st.sampled_from("abcd"))),
    st.integers(1, 3),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_every_job_is_done_once_within_the_bounds(jobs, per_host, most, random) -> None:  # noqa: ANN001
    made = [Job(kind=kind, url=str(number), host=host) for number, (kind, host) in enumerate(jobs)]
    waiting = agenda(*made, per_host=per_host, most_key_sets=most)
    running: list[Job] = []
    seen: list[Job] = []
    while not waiting.done:
        while (job := waiting.take()) is not None:
            running.append(job)
            seen.append(job)
        assert running, "something waits although nothing runs"
        assert max(Counter(job.host for job in running).values()) <= per_host
        waiting.finish(running.pop(random.randrange(len(running))))
    assert sorted(seen, key=lambda job: int(job.url)) == made
    assert (waiting.finished, waiting.total) == (len(made), len(made))
