"""The proxy of the environment: used for what may leave the machine, and never shown with its password."""

from __future__ import annotations

import base64
import socket
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from idpctl.documents import Fetched, Unreachable
from idpctl.errors import InvalidInputError
from idpctl.http.proxies import from_environ
from idpctl.http.target import split
from tests.support.certificates import certificate
from tests.support.servers import Client, Request, Server, answer, raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.http import Fetcher
    from tests.support.servers import Behaviour

LIMIT = 1024


def tunnel_to(port: int) -> Behaviour:
    """Answer CONNECT as a proxy does, and carry bytes to and from the loopback `port`."""

    def behave(client: Client, request: Request) -> None:
        assert request.method == "CONNECT"
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = Thread(target=_carry, args=(upstream, client.sock))
            back.start()
            _carry(client.sock, upstream)
            back.join()
        client.hang_up()

    return behave


def _carry(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_https_goes_through_the_proxy(fetcher_with: Callable[..., Fetcher]) -> None:
    with (
        Server({"/doc": answer(b"[]")}, tls=certificate("idp.example")) as server,
        Server({None: tunnel_to(server.port)}) as proxy,
    ):
        environ = {"HTTPS_PROXY": f"http://me:can%61ry@proxy.example:{proxy.port}"}
        fetcher = fetcher_with({"proxy.example": ["127.0.0.1"]}, environ, allow_networks=())
        responses = [fetcher.get("https://idp.example/doc", limit=LIMIT) for _ in range(2)]
    assert [response.body for response in responses if isinstance(response, Fetched)] == [b"[]"] * 2
    asked = proxy.requests[0]
    assert asked.path == "idp.example:443"
    assert asked.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"me:canary").decode()
    assert "proxy-authorization" not in server.requests[0].headers
    assert len(proxy.requests) == 2  # tunnels are not kept
    place = f"proxy.example:{proxy.port}"
    (note,) = fetcher.notes
    assert note == f"The proxy {place} resolves the names: the addresses behind them cannot be checked here."


def test_the_certificate_behind_a_proxy_is_verified(fetcher_with: Callable[..., Fetcher]) -> None:
    with (
        Server({None: answer()}, tls=certificate("other.example")) as server,
        Server({None: tunnel_to(server.port)}) as proxy,
    ):
        fetcher = fetcher_with(environ={"https_proxy": f"127.0.0.1:{proxy.port}"})
        response = fetcher.get("https://idp.example/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-03"
    assert server.requests == []


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (answer(status=407), "the proxy refused with status 407"),
        (answer(status=502), "the proxy refused with status 502"),
        (raw(b""), "the connection failed"),
        (raw(b"nonsense\r\n\r\n"), "the connection failed"),
    ],
)
def test_a_proxy_that_refuses(
    fetcher_with: Callable[..., Fetcher], behaviour: Behaviour, reason: str
) -> None:
    with Server({None: behaviour}) as proxy:
        fetcher = fetcher_with(environ={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}/"})
        response = fetcher.get("https://idp.example/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.reason == reason


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/",
        "https://[::ffff:169.254.169.254]/",
        "https://10.0.0.1/",
        "https://metadata.google.internal/",
        "https://Metadata.google.internal./",
        "https://metadata/",
    ],
)
def test_a_proxy_is_not_asked_for_what_is_refused_here(
    fetcher_with: Callable[..., Fetcher], url: str
) -> None:
    with Server({}) as proxy:
        fetcher = fetcher_with(environ={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"})
        response = fetcher.get(url, limit=LIMIT)
        assert proxy.connections == 0
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-02"


@pytest.mark.parametrize("way", ["loopback", "no_proxy", "connect_to"])
def test_some_requests_never_take_the_proxy(fetcher_with: Callable[..., Fetcher], way: str) -> None:
    with Server({None: answer()}, tls=certificate("idp.example", "127.0.0.1")) as server, Server({}) as proxy:
        environ = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        if way == "no_proxy":
            environ["NO_PROXY"] = "other.example, .example"
        there = {("idp.example", server.port): ("127.0.0.1", server.port)}
        fetcher = fetcher_with(environ=environ, connect_to=there if way == "connect_to" else {})
        url = server.url("/", None if way == "loopback" else "idp.example")
        assert isinstance(fetcher.get(url, limit=LIMIT), Fetched)
        assert proxy.connections == 0


def test_without_a_proxy_there_is_nothing_to_note(fetcher: Fetcher) -> None:
    assert fetcher.notes == ()


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTP_PROXY": "http://proxy.example:3128"}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, ("proxy.example", 3128)),
        ({"HTTPS_PROXY": "proxy.example:3128"}, ("proxy.example", 3128)),
        ({"HTTPS_PROXY": "http://proxy.example/"}, ("proxy.example", 80)),
        ({"HTTPS_PROXY": "http://[::1]:3128"}, ("::1", 3128)),
        ({"ALL_PROXY": "http://all.example:1"}, ("all.example", 1)),
        ({"ALL_PROXY": "http://all.example:1", "https_proxy": "http://low.example:2"}, ("low.example", 2)),
        ({"HTTPS_PROXY": "http://up.example:1", "https_proxy": "http://low.example:2"}, ("low.example", 2)),
    ],
)
def test_where_the_environment_says(environ: dict[str, str], place: tuple[str, int] | None) -> None:
    proxy = from_environ(environ)
    assert (None if proxy is None else (proxy.host, proxy.port)) == place


@pytest.mark.parametrize(
    "text", ["socks5://me:canary@proxy.example:1", "https://me:canary@proxy.example", "http://me:canary@a b/"]
)
def test_a_proxy_that_cannot_be_used_is_refused_unshown(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        from_environ({"HTTPS_PROXY": text})
    assert "canary" not in f"{caught.value.message}{caught.value.hint}"
    assert caught.value.where == "HTTPS_PROXY"


def test_a_password_is_not_in_its_picture() -> None:
    assert repr(from_environ({"HTTPS_PROXY": "http://me:canary@proxy.example:1"})) == "Proxy(proxy.example:1)"


@pytest.mark.parametrize(
    ("no_proxy", "url", "served"),
    [
        ("", "https://idp.example/", True),
        ("*", "https://idp.example/", False),
        ("idp.example", "https://idp.example/", False),
        ("idp.example", "https://IDP.example/", False),
        ("IDP.EXAMPLE", "https://idp.example/", False),
        ("example", "https://idp.example/", False),
        (".example", "https://idp.example/", False),
        ("*.example", "https://idp.example/", False),
        (".idp.example", "https://idp.example/", False),
        ("dp.example", "https://idp.example/", True),
        ("idp.example:443", "https://idp.example/", False),
        ("idp.example:8443", "https://idp.example/", True),
        ("a.example b.example,idp.example", "https://idp.example/", False),
        ("10.0.0.0/8", "https://10.1.2.3/", False),
        ("10.0.0.0/8", "https://11.1.2.3/", True),
        ("10.1.2.3", "https://10.1.2.3/", False),
        ("[2001:db8::1]", "https://[2001:db8::1]/", False),
        ("nonsense", "https://10.1.2.3/", True),
        (",:443,", "https://idp.example/", True),
        ("", "https://localhost/", False),
        ("", "https://127.0.0.1/", False),
    ],
)
def test_what_no_proxy_excepts(no_proxy: str, url: str, served: bool) -> None:
    proxy = from_environ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": no_proxy})
    assert proxy is not None
    assert proxy.serves(split(url)) is served
