"""The lines under httpcore, where a race decides what a whole request sees: here without the race."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpcore
import pytest

from idpctl.documents import Fetched
from idpctl.http.backend import Line, OpenSockets, Wire
from idpctl.http.deadline import Deadline
from idpctl.http.faults import AbandonedError, LateError, LostError
from idpctl.http.trust import client_context
from tests.support.certificates import certificate
from tests.support.servers import Server, answer, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.http import Fetcher


@contextmanager
def connected(seconds: float = 20) -> Iterator[tuple[Wire, socket.socket]]:
    """Yield a wire and the other end of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = listener.getsockname()
        line = Line(OpenSockets(), lambda _host, _port, _deadline: [place])
        line.begin(Deadline(seconds))
        wire = line.connect_tcp("idp.example", 443)
        peer, _ = listener.accept()
        assert isinstance(wire, Wire)
        with peer:
            yield wire, peer
        wire.close()


def reset(wire: Wire, peer: socket.socket) -> None:
    """Break the connection off, and wait until that has arrived."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    until(lambda: bool(wire.get_extra_info("is_readable")))


def test_a_read_from_a_reset_connection_is_a_lost_one() -> None:
    with connected() as (wire, peer):
        reset(wire, peer)
        with pytest.raises(LostError):
            wire.read(10)


def test_a_write_to_a_reset_connection_leaves_an_early_answer_to_be_read() -> None:
    with connected() as (wire, peer):
        reset(wire, peer)
        with pytest.raises(httpcore.WriteError):
            wire.write(b"x")


def test_a_write_that_nobody_reads_is_bounded() -> None:
    with connected(0.2) as (wire, _), pytest.raises(LateError):
        wire.write(b"x" * 100_000_000)


def test_a_write_of_nothing_is_nothing() -> None:
    with connected() as (wire, peer):
        reset(wire, peer)
        wire.write(b"")


def test_a_handshake_on_a_reset_connection_is_a_lost_one() -> None:
    with connected() as (wire, peer):
        reset(wire, peer)
        with pytest.raises(LostError):
            wire.start_tls(client_context(), "idp.example")


def test_only_what_httpcore_asks_for_is_told() -> None:
    with connected() as (wire, peer):
        assert wire.get_extra_info("ssl_object") is None
        assert wire.get_extra_info("is_readable") is False
        peer.sendall(b"x")
        until(lambda: bool(wire.get_extra_info("is_readable")))


def test_a_closed_run_opens_no_socket() -> None:
    sockets = OpenSockets()
    line = Line(sockets, lambda _host, _port, _deadline: [("127.0.0.1", 1)])
    line.begin(Deadline(20))
    sockets.close()
    with pytest.raises(AbandonedError):
        line.connect_tcp("idp.example", 443)


def test_a_connection_that_was_closed_meanwhile_is_not_used(fetcher: Fetcher) -> None:
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        url = server.url("/", "idp.example")
        fetcher.get(url, limit=10)
        connections = fetcher._connections
        (idle,) = connections._idle
        server.hang_up()
        until(lambda: not idle.reusable)
        assert isinstance(fetcher.get(url, limit=10), Fetched)
        assert server.connections == 2


def test_connections_to_one_host_are_kept_side_by_side(fetcher: Fetcher) -> None:
    from threading import Thread

    with Server({None: answer(pause=0.2)}, tls=certificate("idp.example")) as server:
        url = server.url("/", "idp.example")
        threads = [Thread(target=fetcher.get, args=(url,), kwargs={"limit": 10}) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.most_in_flight == 3
        for _ in range(3):
            assert isinstance(fetcher.get(url, limit=10), Fetched)
        assert server.connections == 3
