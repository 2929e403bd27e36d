"""Discovery of many providers: which requests are made, how many at once, and how it ends."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

import pytest

from idpctl.discovery.gather import discover
from idpctl.documents import Discoveries, Fetched, Unreachable
from idpctl.http import NetworkPolicy, open_fetcher
from idpctl.model import Declared
from tests.support.certificates import certificate, trust_file
from tests.support.fleet import Fleet
from tests.support.servers import Server, answer, until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from idpctl.documents import Response


def declared(key: str, url: str, **fields: Any) -> Declared:
    return Declared(
        key=key, name=key, type="custom", allowed_token_audience="api", well_known_url=url, **fields
    )


class Net:
    """A fetcher without a network: a document names the key set that `key_sets` says."""

    def __init__(
        self, key_sets: dict[str, str] | None = None, before: Callable[[str], None] = lambda _: None
    ) -> None:
        self._key_sets = key_sets or {}
        self._before = before
        self._lock = Lock()
        self.notes = ()
        self.asked: list[tuple[str, int, str]] = []
        self.seconds: list[float | None] = []

    def get(self, url: str, *, limit: int, seconds: float | None = None, too_large: str = "") -> Response:
        with self._lock:
            self.asked.append((url, limit, too_large))
            self.seconds.append(seconds)
        self._before(url)
        return Fetched(url=url, status=200, body=json.dumps(self._key_sets.get(url)).encode())

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def named(_: Declared, response: Response) -> str | None:
    return json.loads(response.body) if isinstance(response, Fetched) else None


def run(providers: Sequence[Declared], net: Net, **settings: Any) -> Discoveries:
    return discover(providers, net, **{"plan_key_set": named, "deadline": 20} | settings)


def test_each_url_is_fetched_once_under_its_own_limits() -> None:
    net = Net({"https://a/doc": "https://a/keys", "https://b/doc": "https://a/keys"})
    providers = [declared("one", "https://a/doc"), declared("two", "https://b/doc")]
    found = run([*providers, declared("three", "https://a/doc")], net)
    assert Counter(net.asked) == {
        ("https://a/doc", 65536, "DSC-02"): 1,
        ("https://b/doc", 65536, "DSC-02"): 1,
        ("https://a/keys", 262144, "JWK-10"): 1,
    }
    assert list(found.documents) == ["https://a/doc", "https://b/doc"]
    assert list(found.key_sets) == ["https://a/keys"]
    assert isinstance(found.key_sets["https://a/keys"], Fetched)


def test_the_answers_are_in_the_order_of_the_providers() -> None:
    first = Event()

    def later(url: str) -> None:
        if url == "https://a/doc":
            first.wait(20)
        if url == "https://c/keys":
            first.set()

    names = "abc"
    net = Net({f"https://{name}/doc": f"https://{name}/keys" for name in names}, later)
    found = run([declared(name, f"https://{name}/doc") for name in names], net)
    assert list(found.documents) == [f"https://{name}/doc" for name in names]
    assert list(found.key_sets) == [f"https://{name}/keys" for name in names]


def test_providers_of_one_document_may_want_different_key_sets() -> None:
    wanted = {"one": "https://a/keys", "two": "https://b/keys", "three": None, "four": "https://b/keys"}
    found = discover(
        [declared(key, "https://a/doc") for key in wanted],
        Net(),
        plan_key_set=lambda one, _: wanted[one.key],
        deadline=20,
    )
    assert list(found.documents) == ["https://a/doc"]
    assert list(found.key_sets) == ["https://a/keys", "https://b/keys"]


def test_a_key_set_that_is_a_document_too_is_not_fetched_again() -> None:
    net = Net({"https://a/doc": "https://b/doc", "https://b/doc": "https://a/doc"})
    found = run([declared("one", "https://a/doc"), declared("two", "https://b/doc")], net)
    assert len(net.asked) == 2
    assert found.key_sets["https://b/doc"] == found.documents["https://b/doc"]


@pytest.mark.parametrize("providers", [[], [declared("one", "")]])
def test_nothing_to_ask_is_no_request(providers: list[Declared]) -> None:
    net = Net()
    assert run(providers, net) == Discoveries()
    assert net.asked == []


def test_what_is_decided_is_decided_in_the_calling_thread() -> None:
    here: set[int] = set()

    def note(*_: object) -> None:
        here.add(threading.get_ident())

    net = Net()
    providers = [declared(str(number), f"https://h{number}/doc") for number in range(50)]
    run(providers, net, plan_key_set=note, progress=note)
    assert here == {threading.get_ident()}


def test_progress_ends_with_everything() -> None:
    seen: list[tuple[int, int]] = []
    net = Net({"https://a/doc": "https://a/keys"})
    providers = [declared("one", "https://a/doc"), declared("two", "https://b/doc")]
    run(providers, net, progress=lambda finished, total: seen.append((finished, total)))
    assert seen[-1] == (3, 3)
    assert all(finished <= total for finished, total in seen)
    assert seen == sorted(seen)


@pytest.mark.parametrize(("parallelism", "per_host", "most"), [(3, 8, 3), (32, 2, 2), (1, 1, 1)])
def test_only_so_many_requests_are_under_way(parallelism: int, per_host: int, most: int) -> None:
    running, peak, lock = 0, 0, Lock()
    full = Event()

    def count(_url: str) -> None:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
            if peak == most:
                full.set()
        full.wait(20)
        with lock:
            running -= 1

    providers = [declared(str(number), f"https://one.example/{number}") for number in range(20)]
    run(providers, Net(before=count), parallelism=parallelism, per_host=per_host)
    assert peak == most


def test_the_time_for_all_ends_what_hangs_and_what_waits() -> None:
    release = Event()
    providers = [declared(str(number), f"https://one.example/{number}") for number in range(4)]
    start = monotonic()
    found = run(providers, Net(before=lambda _: release.wait(60) and None), per_host=1, deadline=0.2)
    took = monotonic() - start
    release.set()
    reason = "the time for all of discovery, 0.2 s, was over"
    assert list(found.documents.values()) == [
        Unreachable(url=each.well_known_url, rule="NET-01", reason=reason) for each in providers
    ]
    assert took < 5


def test_what_comes_too_late_is_not_begun() -> None:
    over = Event()

    def slow(_url: str) -> None:
        over.wait(0.4)

    net = Net(before=slow)
    providers = [declared(str(number), f"https://one.example/{number}") for number in range(4)]
    found = run(providers, net, per_host=1, deadline=0.3)
    assert len(net.asked) <= 2
    assert sum(isinstance(each, Unreachable) for each in found.documents.values()) >= 2
    assert all(seconds is not None and 0 < seconds <= 0.3 for seconds in net.seconds)


class BrokenError(Exception):
    pass


@pytest.mark.parametrize("where", ["the fetcher", "the plan", "the progress"])
def test_what_raises_ends_the_run_at_once(where: str) -> None:
    def fail(*_: object) -> None:
        raise BrokenError

    settings: dict[str, Any] = {"the plan": {"plan_key_set": fail}, "the progress": {"progress": fail}}
    net = Net(before=fail) if where == "the fetcher" else Net()
    with pytest.raises(BrokenError):
        run([declared("one", "https://a/doc")], net, **settings.get(where, {}))


def test_a_signal_ends_the_run_within_a_second() -> None:
    release = Event()

    def interrupt(_url: str) -> None:
        signal.raise_signal(signal.SIGUSR1)
        release.wait(60)

    def handler(*_: object) -> None:
        raise BrokenError

    before = signal.signal(signal.SIGUSR1, handler)
    start = monotonic()
    try:
        with pytest.raises(BrokenError):
            run([declared("one", "https://a/doc")], Net(before=interrupt))
    finally:
        signal.signal(signal.SIGUSR1, before)
        release.set()
    assert monotonic() - start < 2


def test_progress_is_asked_while_nothing_happens() -> None:
    calls = []

    def stop_after_three(*_: object) -> None:
        calls.append(monotonic())
        if len(calls) == 3:
            raise BrokenError

    release = Event()
    with pytest.raises(BrokenError):
        run(
            [declared("one", "https://a/doc")],
            Net(before=lambda _: release.wait(60) and None),
            progress=stop_after_three,
        )
    release.set()
    assert calls[-1] - calls[0] < 3


def test_over_the_wire_a_document_that_points_to_metadata_is_not_followed(tmp_path: Path) -> None:
    body = json.dumps("https://169.254.169.254/keys").encode()
    policy = NetworkPolicy(allow_networks=("127.0.0.0/8",), ca_bundle=trust_file(tmp_path))
    with (
        Server({"/doc": answer(body)}, tls=certificate("127.0.0.1")) as server,
        open_fetcher(policy, environ={}) as fetcher,
    ):
        found = discover([declared("one", server.url("/doc"))], fetcher, plan_key_set=named, deadline=20)
    (refused,) = found.key_sets.values()
    assert isinstance(refused, Unreachable)
    assert refused.rule == "NET-02"


@pytest.mark.parametrize(("size", "rules"), [(70_000, ["DSC-02"]), (10, [])])
def test_over_the_wire_a_body_that_is_too_large(tmp_path: Path, size: int, rules: list[str]) -> None:
    policy = NetworkPolicy(allow_networks=("127.0.0.0/8",), ca_bundle=trust_file(tmp_path))
    with (
        Server({"/doc": answer(b" " * size + b"null")}, tls=certificate("127.0.0.1")) as server,
        open_fetcher(policy, environ={}) as fetcher,
    ):
        found = discover([declared("one", server.url("/doc"))], fetcher, plan_key_set=named, deadline=20)
    assert [each.rule for each in found.documents.values() if isinstance(each, Unreachable)] == rules


def test_a_fleet_is_asked_exactly_what_is_needed() -> None:
    with Fleet(hosts=40, delay=0.02) as fleet:
        providers = [declared(str(number), url) for number, url in enumerate(fleet.well_known_urls)]
        policy = NetworkPolicy(allow_networks=("127.0.0.0/8",), ca_bundle=fleet.ca_bundle)
        with open_fetcher(policy, environ={}) as fetcher:
            found = discover(
                providers * 2,
                fetcher,
                plan_key_set=lambda _, response: json.loads(response.body)["jwks_uri"],
                parallelism=8,
                deadline=60,
            )
        stats = fleet.stats()
    answers = [*found.documents.values(), *found.key_sets.values()]
    assert [response.status for response in answers if isinstance(response, Fetched)] == [200] * 80
    assert (stats["requests"], stats["connections"]) == (80, 40)
    assert stats["most_in_flight"] <= 8
    assert stats["most_per_host"] == 1


def test_no_thread_is_left_behind() -> None:
    run([declared("one", "https://a/doc")], Net())
    until(lambda: not any(each.name.startswith("idpctl-fetch") for each in threading.enumerate()))
