"""When a server's certificate ends: asked for by a handshake alone, under the same guard as any answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from idpctl.discovery.certificates import read_certificates
from idpctl.documents import Certificate, Unreachable
from tests.support.certificates import certificate
from tests.support.servers import Server, answer, overrun

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.http import Fetcher

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=12)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def test_the_end_of_a_certificate_is_told_and_nothing_is_asked(fetcher: Fetcher) -> None:
    with Server({None: answer()}, tls=certificate("idp.example", not_after=SOON)) as server:
        found = fetcher.certificate(server.url("/token", "idp.example"), seconds=5)
    assert found == Certificate(not_after=int(SOON.timestamp()))
    assert server.requests == []


def test_connections_that_are_sent_elsewhere_keep_their_name(fetcher_with: Callable[..., Fetcher]) -> None:
    with Server({}, tls=certificate("idp.example", not_after=SOON)) as server:
        fetcher = fetcher_with(connect_to={("idp.example", 443): ("127.0.0.1", server.port)})
        assert isinstance(fetcher.certificate("https://idp.example/"), Certificate)


@pytest.mark.parametrize(
    ("names", "not_after", "reason"),
    [
        (("idp.example",), LONG_AGO, "the server's certificate has expired"),
        (("other.example",), None, "the server's certificate is for another host"),
    ],
)
def test_one_that_does_not_hold_is_named(
    fetcher: Fetcher, names: tuple[str, ...], not_after: datetime | None, reason: str
) -> None:
    with Server({}, tls=certificate(*names, not_after=not_after)) as server:
        url = server.url("/", "idp.example")
        assert fetcher.certificate(url) == Unreachable(url=url, rule="NET-03", reason=reason)


@pytest.mark.parametrize(
    ("url", "rule", "reason"),
    [
        ("https://169.254.169.254/", "NET-02", "the URL's host is a cloud metadata address"),
        ("https://user@idp.example/", "NET-02", "the URL is not a plain https URL"),
        ("http://127.0.0.1/", "NET-02", "the URL is plain http"),
        ("https://nowhere.example/", "NET-01", "the host name could not be resolved"),
    ],
)
def test_the_guard_is_the_same(fetcher: Fetcher, url: str, rule: str, reason: str) -> None:
    assert fetcher.certificate(url) == Unreachable(url=url, rule=rule, reason=reason)


def test_behind_a_proxy_it_is_not_looked_at(fetcher_with: Callable[..., Fetcher]) -> None:
    fetcher = fetcher_with(environ={"HTTPS_PROXY": "http://127.0.0.1:9"})
    found = fetcher.certificate("https://idp.example/")
    assert isinstance(found, Unreachable)
    assert (found.rule, found.reason) == ("NET-06", "a proxy stands between")


def test_a_deadline_holds_for_the_handshake(fetcher: Fetcher) -> None:
    with overrun() as port:
        found = fetcher.certificate(f"https://127.0.0.1:{port}/", seconds=0.2)
    assert isinstance(found, Unreachable)
    assert found.reason == "no complete answer within 0.2 s"


def test_many_are_read_at_once_and_each_host_has_its_own(fetcher: Fetcher) -> None:
    with Server({}, tls=certificate("idp.example", not_after=SOON)) as server:
        urls = {"good": server.url("/", "idp.example"), "bad": server.url("/", "127.0.0.1")}
        found = read_certificates(urls, fetcher, parallelism=32, deadline=20)
    assert isinstance(found["good"], Certificate)
    assert isinstance(found["bad"], Unreachable)
    assert read_certificates({}, fetcher, parallelism=32, deadline=20) == {}


def test_whose_turn_does_not_come_in_time_is_said_to_be_late(fetcher: Fetcher) -> None:
    found = read_certificates({"a": "https://idp.example/"}, fetcher, parallelism=1, deadline=0)
    assert isinstance(found["a"], Unreachable)
    assert "was over" in found["a"].reason


def test_a_fetcher_that_is_closed_lets_go_of_handshakes(fetcher: Fetcher) -> None:
    reached, found = Event(), []

    with Server({}) as server:  # speaks no TLS, and waits for the end of a request
        url = f"https://127.0.0.1:{server.port}/"
        thread = Thread(target=lambda: (reached.set(), found.append(fetcher.certificate(url, seconds=20))))
        thread.start()
        reached.wait(10)
        fetcher.close()
        thread.join(10)
    assert [one.rule for one in found] == ["NET-01"]
