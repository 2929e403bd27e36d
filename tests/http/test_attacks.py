"""What hostile servers and names get: nothing, in bounded time and memory."""

from __future__ import annotations

import gzip
from functools import partial
from itertools import repeat
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idpctl.documents import Fetched, Unreachable
from idpctl.http import NetworkPolicy, open_fetcher
from tests.support.certificates import certificate, self_signed
from tests.support.servers import Server, answer, dripping, head, in_turn, overrun, raw, reset, silent, slam

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from idpctl.http import Fetcher
    from tests.support.servers import Behaviour, Client, Request

plain_fetcher = partial(open_fetcher, environ={})
LIMIT = 64 * 1024
LATE = "no complete answer within 0.3 s"
UNUSABLE = "the answer broke off, or is not valid HTTP"


def endless_chunks() -> Iterator[bytes]:
    return repeat(b"1\r\nx\r\n")


def drips() -> Iterator[bytes]:
    return repeat(b"x")


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(silent, id="silence"),
        pytest.param(dripping(head(content_length=50_000), drips), id="drip body"),
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\nX-A: ", drips), id="drip header"),
        pytest.param(dripping(b"", drips), id="drip status line"),
        pytest.param(dripping(b"", lambda: repeat(head(100))), id="interim answers for ever"),
        pytest.param(dripping(head(transfer_encoding="chunked"), endless_chunks), id="endless chunks"),
    ],
)
@pytest.mark.parametrize("tls", [True, False])
def test_a_total_time_bounds_every_kind_of_slowness(
    fetcher_with: Callable[..., Fetcher], behaviour: Behaviour, tls: bool
) -> None:
    fetcher = fetcher_with({"localhost": ["127.0.0.1"]}, allow_loopback_http=True)
    with Server({None: behaviour}, tls=certificate("localhost") if tls else None) as server:
        start = monotonic()
        response = fetcher.get(server.url("/", "localhost"), limit=LIMIT, seconds=0.3)
        took = monotonic() - start
    assert response == Unreachable(url=response.url, rule="NET-01", reason=LATE)
    assert 0.25 < took < 3


def test_a_handshake_that_never_comes_is_bounded(fetcher: Fetcher) -> None:
    with Server({None: silent}) as server:  # reads the hello, and says nothing
        url = f"https://127.0.0.1:{server.port}/"
        assert fetcher.get(url, limit=LIMIT, seconds=0.3) == Unreachable(url=url, rule="NET-01", reason=LATE)


@pytest.mark.parametrize("others", [[], ["127.0.0.1"]], ids=["one address", "a better second one"])
def test_a_connection_that_hangs_is_bounded(fetcher_with: Callable[..., Fetcher], others: list[str]) -> None:
    with overrun() as port:
        fetcher = fetcher_with({"idp.example": ["127.0.0.1", *others]})
        url = f"https://idp.example:{port}/"
        assert fetcher.get(url, limit=LIMIT, seconds=0.3) == Unreachable(url=url, rule="NET-01", reason=LATE)


def test_a_name_server_that_hangs_is_bounded(ca_bundle: Path) -> None:
    release = Event()

    def resolve(_host: str, _port: int) -> list[str]:
        release.wait(60)
        return []

    policy = NetworkPolicy(ca_bundle=ca_bundle, timeout=0.3)
    with open_fetcher(policy, resolver=resolve, environ={}) as fetcher:
        response = fetcher.get("https://idp.example/", limit=LIMIT)
    release.set()
    assert response == Unreachable(url="https://idp.example/", rule="NET-01", reason=LATE)


def test_the_shorter_of_both_times_counts(fetcher_with: Callable[..., Fetcher]) -> None:
    fetcher = fetcher_with(timeout=0.3)
    with Server({None: silent}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=LIMIT, seconds=60)
    assert isinstance(response, Unreachable)
    assert response.reason == LATE


def test_a_time_that_is_over_asks_nothing(fetcher: Fetcher) -> None:
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=LIMIT, seconds=0)
    assert isinstance(response, Unreachable)
    assert server.connections == 0


BOMB = gzip.compress(b"\0" * 20_000_000)
TOO_LARGE = f"the answer is larger than {LIMIT} bytes"
FRAMING = "the answer's header or framing is too large"
COMPRESSED = "the answer is compressed, which was not asked for"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (raw(head(content_length=10) + b"{}"), UNUSABLE),
        (raw(head(transfer_encoding="chunked") + b"ff\r\n{}"), UNUSABLE),
        (raw(head(transfer_encoding="chunked") + b"zz\r\n{}"), UNUSABLE),
        (raw(head(transfer_encoding="gzip, chunked") + b"0\r\n\r\n"), UNUSABLE),
        (raw(head(content_length="9" * 5000) + b"{}"), UNUSABLE),
        (raw(head(content_length=-1) + b"{}"), UNUSABLE),
        (raw(head(content_length="2\r\nContent-Length: 3") + b"{}"), UNUSABLE),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), UNUSABLE),
        (raw(b"HTTP/1.1 200 OK\r\nbroken\r\n\r\n"), UNUSABLE),
        (raw(b"HTTP/1.1 200 OK\r\nX-A: a\x00b\r\n\r\n"), UNUSABLE),
        (raw(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 2_000_000 + b"\r\n\r\n"), FRAMING),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 250_000 + b"\r\n"), FRAMING),
        (raw(head(100) * 100_000), FRAMING),
        (raw(head(transfer_encoding="chunked") + b"1;a=%b\r\nx\r\n" % (b"b" * 100) * 10_000), FRAMING),
        (raw(head(content_length=10**12) + b"x" * 2 * LIMIT), TOO_LARGE),
        (raw(head(connection="close") + b"x" * 2 * LIMIT), TOO_LARGE),
        (raw(head(transfer_encoding="chunked") + b"4000\r\n%b\r\n" % (b"x" * 0x4000) * 8), TOO_LARGE),
        (answer(BOMB, content_encoding="gzip"), COMPRESSED),
        (answer(b"x", content_encoding="br"), COMPRESSED),
        (answer(b"x", content_encoding="GZIP, identity"), COMPRESSED),
    ],
)
def test_an_answer_that_is_out_of_bounds_is_refused(
    fetcher: Fetcher, behaviour: Behaviour, reason: str
) -> None:
    with Server({None: behaviour}, tls=certificate("idp.example")) as server:
        url = server.url("/", "idp.example")
        assert fetcher.get(url, limit=LIMIT) == Unreachable(url=url, rule="NET-04", reason=reason)


_HTTP_LIKE = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [
                b"HTTP/1.1 200 OK\r\n",
                b"HTTP/1.0 200\r\n",
                b"HTTP/1.1 100\r\n\r\n",
                b"Content-Length: 5\r\n",
                b"Transfer-Encoding: chunked\r\n",
                b"\r\n",
                b"hello",
                b"5\r\nhello\r\n",
                b"0\r\n",
            ]
        ),
    ),
    max_size=8,
).map(b"".join)


@given(st.lists(_HTTP_LIKE, min_size=5, max_size=5))
@settings(max_examples=40, deadline=None)
def test_no_bytes_make_it_raise(answers: list[bytes]) -> None:
    policy = NetworkPolicy(allow_loopback_http=True, timeout=5)
    with Server({None: in_turn(*map(raw, answers))}) as server, plain_fetcher(policy) as fetcher:
        for _ in answers:
            response = fetcher.get(server.url("/"), limit=8)
            assert isinstance(response, Unreachable) or len(response.body) <= 8


@pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
def test_an_encoding_that_is_none_is_fine(fetcher: Fetcher, encoding: str) -> None:
    with Server({None: answer(content_encoding=encoding)}, tls=certificate("idp.example")) as server:
        assert isinstance(fetcher.get(server.url("/", "idp.example"), limit=LIMIT), Fetched)


@pytest.mark.parametrize("behaviour", [slam, reset, dripping(head(content_length=9), list)])
def test_refused_reset_and_closed_look_alike(fetcher: Fetcher, behaviour: Behaviour) -> None:
    with Server({None: behaviour}, tls=certificate("idp.example")) as server:
        url = server.url("/", "idp.example")
        met = fetcher.get(url, limit=LIMIT)
    gone = fetcher.get(url, limit=LIMIT)
    assert isinstance(met, Unreachable)
    assert met.reason in {"the connection failed", UNUSABLE}
    assert gone == Unreachable(url=url, rule="NET-01", reason="the connection failed")


def test_a_reset_in_the_middle_of_a_body(fetcher: Fetcher) -> None:
    def behave(client: Client, request: Request) -> None:
        client.send(head(content_length=100) + b"x")
        reset(client, request)

    with Server({None: behave}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.rule in {"NET-01", "NET-04"}


def test_a_self_signed_certificate_does_not_leak_the_request(fetcher: Fetcher) -> None:
    with Server({None: answer()}, tls=self_signed()) as server:
        fetcher.get(server.url("/"), limit=LIMIT)
    assert server.requests == []
