"""What an honest server's answer becomes."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from idpctl import __version__
from idpctl.documents import Fetched, Unreachable
from idpctl.http import NETWORK_RULES, NetworkPolicy, open_fetcher
from tests.support.certificates import certificate
from tests.support.servers import Server, answer, in_turn, overrun, raw, silent, slam, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from idpctl.http import Fetcher
    from tests.support.servers import Behaviour

KIB = 1024


def test_an_answer_comes_back_whole(fetcher: Fetcher) -> None:
    with Server({"/doc?p=x": answer(b'{"a": 1}')}, tls=certificate("idp.example")) as server:
        url = server.url("/doc?p=x", "idp.example")
        response = fetcher.get(url, limit=KIB)
    assert isinstance(response, Fetched)
    assert (response.url, response.status, response.body) == (url, 200, b'{"a": 1}')
    assert (response.content_type, response.location) == ("application/json", None)
    assert 0 < response.seconds < 5


def test_a_request_says_who_asks_and_carries_nothing_else(fetcher: Fetcher) -> None:
    cookie = answer(b"{}", set_cookie="session=1; Path=/")
    with Server({"/a": cookie, "/b": answer()}, tls=certificate("idp.example")) as server:
        for path in ("/a", "/b"):
            fetcher.get(server.url(path, "idp.example"), limit=KIB)
    for request in server.requests:
        assert request.method == "GET"
        assert request.headers == {
            "host": f"idp.example:{server.port}",
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": f"idpctl/{__version__}",
        }


def test_netrc_is_never_read(fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine idp.example login me password canary\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        fetcher.get(server.url("/", "idp.example"), limit=KIB)
    assert "authorization" not in server.requests[0].headers


def test_a_connection_is_kept_for_the_next_request(fetcher: Fetcher) -> None:
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        for path in ("/a", "/b", "/c"):
            assert isinstance(fetcher.get(server.url(path, "idp.example"), limit=KIB), Fetched)
        assert server.connections == 1
    assert server.paths_asked == ["/a", "/b", "/c"]


@pytest.mark.parametrize(
    "first",
    [
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),  # closes although it might be kept
        answer(b"{}", connection="close"),
        answer(b"gone", status=404),
    ],
)
def test_a_connection_that_cannot_be_kept_is_made_anew(fetcher: Fetcher, first: Behaviour) -> None:
    with Server({"/a": first, "/b": answer(b"[]")}, tls=certificate("idp.example")) as server:
        fetcher.get(server.url("/a", "idp.example"), limit=KIB)
        response = fetcher.get(server.url("/b", "idp.example"), limit=KIB)
        assert isinstance(response, Fetched)
        assert response.body == b"[]"
        assert server.connections == 2


def test_a_kept_connection_that_fails_is_tried_anew_once(fetcher: Fetcher) -> None:
    behaviour = in_turn(answer(), slam, answer(b"[]"), slam)
    with Server({None: behaviour}, tls=certificate("idp.example")) as server:
        bodies = [fetcher.get(server.url("/", "idp.example"), limit=KIB) for _ in range(3)]
    assert [getattr(body, "body", None) for body in bodies] == [b"{}", b"[]", None]
    assert len(server.requests) == 5  # the third: on the kept connection, then on a new one


def test_only_so_many_idle_connections_are_kept(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idpctl.http.connections.MOST_IDLE", 2)
    hosts = [f"127.0.0.{number}" for number in range(1, 5)]
    with Server({None: answer()}, tls=certificate(*hosts), host="0.0.0.0") as server:  # noqa: S104
        for host in (*hosts, *reversed(hosts)):
            assert isinstance(fetcher.get(server.url("/", host), limit=KIB), Fetched)
        # The first two were given up for the last two, which were used again.
        assert server.connections == 6


@pytest.mark.parametrize(("size", "whole"), [(KIB, True), (KIB + 1, False)])
@pytest.mark.parametrize("chunked", [True, False])
def test_the_limit_is_exact(fetcher: Fetcher, size: int, whole: bool, chunked: bool) -> None:
    body = b"x" * size
    data = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (size, body)
    if chunked:
        data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (size, body)
    with Server({None: raw(data)}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=KIB, too_large="DSC-02")
    if whole:
        assert isinstance(response, Fetched)
        assert response.body == body
    else:
        reason = "the answer is larger than 1024 bytes"
        assert response == Unreachable(url=response.url, rule="DSC-02", reason=reason)


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 401, 404, 500])
def test_any_other_status_is_reported_without_its_body(fetcher: Fetcher, status: int) -> None:
    page = answer(b"<html>" * KIB, status=status, content_type="text/html", content_encoding="gzip")
    with Server({None: page}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=10)
    assert isinstance(response, Fetched)
    assert (response.status, response.body) == (status, b"")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location", ["https://idp.example/login", "http://127.0.0.1/", "file:///etc/passwd", "/loop"]
)
def test_redirects_are_shown_and_not_followed(fetcher: Fetcher, location: str) -> None:
    with Server({None: answer(status=302, location=location)}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/loop", "idp.example"), limit=KIB)
    assert isinstance(response, Fetched)
    assert (response.status, response.location) == (302, location)
    assert server.paths_asked == ["/loop"]


def test_interim_answers_are_passed_over(fetcher: Fetcher) -> None:
    data = b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with Server({None: raw(data)}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=KIB)
    assert isinstance(response, Fetched)
    assert response.body == b"{}"


def test_an_ipv6_address_can_be_asked(fetcher: Fetcher) -> None:
    with Server({None: answer()}, tls=certificate("::1"), host="::1") as server:
        assert isinstance(fetcher.get(server.url("/"), limit=KIB), Fetched)
    assert server.requests[0].headers["host"] == f"[::1]:{server.port}"


def test_the_next_address_of_a_name_is_tried(fetcher_with: Callable[..., Fetcher]) -> None:
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        fetcher = fetcher_with({"idp.example": ["127.0.0.9", "127.0.0.1"]})
        assert isinstance(fetcher.get(server.url("/", "idp.example"), limit=KIB), Fetched)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_plain_http_is_for_loopback_that_was_allowed(fetcher_with: Callable[..., Fetcher], host: str) -> None:
    names = {"localhost": ["127.0.0.1"], "idp.example": ["127.0.0.1"]}
    allowed = fetcher_with(names, allow_networks=(), allow_loopback_http=True)
    with Server({None: answer()}) as server:
        assert isinstance(allowed.get(server.url("/", host), limit=KIB), Fetched)
        for fetcher, name in ((allowed, "idp.example"), (fetcher_with(names), host)):
            refused = fetcher.get(server.url("/", name), limit=KIB)
            assert isinstance(refused, Unreachable)
            assert (refused.rule, refused.reason) == ("NET-02", "the URL is plain http")
    assert len(server.requests) == 1


def test_connections_can_be_sent_elsewhere(fetcher_with: Callable[..., Fetcher]) -> None:
    with Server({None: answer()}, tls=certificate("login.example")) as server:
        fetcher = fetcher_with(connect_to={("Login.example", 443): ("127.0.0.1", server.port)})
        response = fetcher.get("https://login.example/doc", limit=KIB)
    assert isinstance(response, Fetched)
    assert server.requests[0].headers["host"] == "login.example"


def test_the_system_resolves_where_nobody_else_does() -> None:
    policy = NetworkPolicy(allow_loopback_http=True)
    with Server({None: answer()}) as server, open_fetcher(policy) as fetcher:
        assert isinstance(fetcher.get(server.url("/", "localhost"), limit=KIB), Fetched)


@contextmanager
def hanging(what: str, fetcher: Any) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Yield a URL whose fetch hangs at `what`, and how to see that it does."""
    later = answer(status=503, retry_after=20)
    if what == "a connection":
        with overrun() as port:
            yield f"https://127.0.0.1:{port}/", lambda: bool(fetcher._sockets._sockets)
        return
    behaviour, tls = (later if what == "a pause" else silent), certificate("127.0.0.1")
    with Server({None: behaviour}, tls=None if what == "a handshake" else tls) as server:
        url = f"https://127.0.0.1:{server.port}/"
        yield url, lambda: bool(server.connections if what == "a handshake" else server.requests)


@pytest.mark.parametrize("what", ["a connection", "a handshake", "an answer", "a pause"])
def test_closing_wakes_whoever_waits_for(fetcher_with: Callable[..., Fetcher], what: str) -> None:
    fetcher, found = fetcher_with(timeout=60), []
    with hanging(what, fetcher) as (url, hangs):
        thread = Thread(target=lambda: found.append(fetcher.get(url, limit=KIB)))
        thread.start()
        until(hangs)
        fetcher.close()
        thread.join(10)
    assert isinstance(found[0], Unreachable)
    assert fetcher.get("https://127.0.0.1/", limit=KIB) == Unreachable(
        url="https://127.0.0.1/", rule="NET-01", reason="the request was abandoned"
    )


def test_closing_wakes_whoever_waits_for_a_name(ca_bundle: Path) -> None:
    asked, release, found = Event(), Event(), []

    def resolve(_host: str, _port: int) -> list[str]:
        asked.set()
        release.wait(60)
        return ["127.0.0.1"]

    with open_fetcher(
        NetworkPolicy(ca_bundle=ca_bundle, timeout=60), resolver=resolve, environ={}
    ) as fetcher:
        thread = Thread(target=lambda: found.append(fetcher.get("https://idp.example/", limit=KIB)))
        thread.start()
        assert asked.wait(20)
        fetcher.close()
        thread.join(10)
        release.set()
        found.append(fetcher.get("https://idp.example/", limit=KIB))
    assert [response.reason for response in found] == ["the request was abandoned"] * 2


def test_the_rules_are_told_apart_and_complete() -> None:
    assert [rule.id for rule in NETWORK_RULES] == [f"NET-0{number}" for number in range(1, 7)]
    assert all(rule.title and rule.hint and rule.source and not rule.suppressible for rule in NETWORK_RULES)
    assert "--allow-network" in NETWORK_RULES[1].hint


def test_the_door_is_light() -> None:
    program = (
        "import sys, idpctl.http; idpctl.http.NetworkPolicy(); "
        "heavy = {'ssl', 'socket', 'httpx', 'httpcore', 'h11', 'ipaddress', 'asyncio', 'urllib.parse'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    # Without coverage, which imports some of them itself.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
