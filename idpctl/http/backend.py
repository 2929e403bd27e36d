"""The network under httpcore: judged addresses, one total deadline, a cap on what is read.

httpcore's own timeouts are per read: a body dripped at a few bytes per second passes them for
hours. Here every connect, handshake, read and write gets what is left of the request's time.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock
from typing import Any, cast

import httpcore

from idpctl.http.deadline import Deadline
from idpctl.http.faults import AbandonedError, FaultError, LostError, distrust, no_handshake
from idpctl.http.guard import Place
from idpctl.http.rules import UNUSABLE

HEADER_LIMIT = 64 * 1024

Locate = Callable[[str, int, Deadline], list[Place]]


class OpenSockets:
    """All sockets of a fetcher: shutting them down wakes every thread that waits on one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sockets: set[socket.socket] = set()
        self._closed = False

    def add(self, sock: socket.socket) -> None:
        """Know `sock` from here on; close it and raise AbandonedError if the run is over."""
        with self._lock:
            if not self._closed:
                self._sockets.add(sock)
                return
        sock.close()
        raise AbandonedError

    def discard(self, sock: socket.socket) -> None:
        """Forget `sock`, which its owner is about to close or has handed on."""
        with self._lock:
            self._sockets.discard(sock)

    def close(self) -> None:
        """Shut down every socket, and refuse new ones; their owners close them."""
        with self._lock:
            self._closed = True
            for sock in self._sockets:
                with suppress(OSError):
                    # Not SSLSocket's own, which would pull the TLS state from under its reader.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Line(httpcore.NetworkBackend):
    """The way of one connection to the network; `begin` starts the clock and the count of a request."""

    def __init__(self, sockets: OpenSockets, locate: Locate) -> None:
        self.sockets = sockets
        self._locate = locate
        self._room = 0
        self.deadline = Deadline(0)

    def begin(self, deadline: Deadline) -> None:
        """Give the next request its deadline, and room for the header of its answer."""
        self.deadline = deadline
        self._room = HEADER_LIMIT

    def widen(self, size: int) -> None:
        """Let the answer, framing included, take `size` bytes more."""
        self._room += size

    def took(self, size: int) -> None:
        """Count `size` bytes that were read."""
        self._room -= size

    def check_room(self) -> None:
        """Raise FaultError when nothing more may be read: header or framing are out of proportion."""
        if self._room <= 0:
            raise FaultError(UNUSABLE, "the answer's header or framing is too large")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature; the deadline rules
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore's signature
    ) -> Wire:
        """Return a stream to the first judged address that answers; raise FaultError."""
        places = self._locate(host, port, self.deadline)
        fault: FaultError = LostError()
        for index, place in enumerate(places):
            try:
                return Wire(self._connect(place, self.deadline.left() / (len(places) - index)), self)
            except TimeoutError:
                fault = self.deadline.late()
            except OSError:
                fault = LostError()
        raise fault

    def _connect(self, place: Place, seconds: float) -> socket.socket:
        family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        self.sockets.add(sock)
        try:
            sock.settimeout(seconds)
            sock.connect(place)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            self.sockets.discard(sock)
            sock.close()
            raise
        return sock


class Wire(httpcore.NetworkStream):
    """A connected socket whose every call is cut to the time that its line has left."""

    def __init__(self, sock: socket.socket, line: Line) -> None:
        self._sock = sock
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore's
        """Return up to `max_bytes`, b"" at the end; raise FaultError."""
        self._line.check_room()
        self._sock.settimeout(self._line.deadline.left())
        try:
            data = self._sock.recv(max_bytes)
        except TimeoutError:
            raise self._line.deadline.late() from None
        except OSError as error:
            raise LostError from error
        self._line.took(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - httpcore's
        """Send all of `buffer`; raise FaultError, or WriteError: then an early answer is still read."""
        if not buffer:
            return
        self._sock.settimeout(self._line.deadline.left())
        try:
            self._sock.sendall(buffer)
        except TimeoutError:
            raise self._line.deadline.late() from None
        except OSError as error:
            raise httpcore.WriteError from error

    def close(self) -> None:
        """Close the socket."""
        self._line.sockets.discard(self._sock)
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature; the deadline rules
    ) -> Wire:
        """Return the stream under TLS, the name verified; raise FaultError."""
        try:
            self._handshake(ssl_context, server_hostname)
        except BaseException:
            self.close()
            raise
        return self

    def _handshake(self, context: ssl.SSLContext, name: str | None) -> None:
        sockets, plain = self._line.sockets, self._sock
        plain.settimeout(self._line.deadline.left())
        try:
            plain.getpeername()  # wrap_socket would lose the socket of a connection that is gone
            # The handshake comes after the registration, so that it can be woken too.
            host = None if name is None else name.encode("ascii")  # text would be taken through IDNA
            self._sock = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
            sockets.discard(plain)
            sockets.add(self._sock)
            self._sock.do_handshake()
        except TimeoutError:
            raise self._line.deadline.late() from None
        except ssl.SSLCertVerificationError as error:
            raise distrust(error.verify_code) from error
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise LostError from error
        except ssl.SSLError as error:
            raise no_handshake() from error
        except OSError as error:
            raise LostError from error

    def not_after(self) -> int:
        """Return when the certificate ends that the handshake verified, in seconds since 1970 (UTC)."""
        certificate = cast("ssl.SSLSocket", self._sock).getpeercert() or {}
        return int(ssl.cert_time_to_seconds(str(certificate.get("notAfter"))))

    def get_extra_info(self, info: str) -> Any:
        """Return whether an idle connection has something to read, which means that it was closed."""
        if info != "is_readable":
            return None
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))
