"""What httpx would do by itself, and does not here."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from idpctl.documents import Fetched, Unreachable
from tests.support.certificates import certificate
from tests.support.servers import Server, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.http import Fetcher

LIMIT = 1024


def test_the_door_is_one_client_that_knows_no_environment(fetcher: Fetcher) -> None:
    client = fetcher._client
    assert isinstance(client, httpx.Client)
    assert (client.trust_env, client.follow_redirects) == (False, False)


def test_the_command_line_of_httpx_is_not_loaded() -> None:
    program = (
        "import sys; from idpctl.http import NetworkPolicy, open_fetcher; "
        "open_fetcher(NetworkPolicy(), environ={}).close(); "
        "print('httpx' in sys.modules, sorted({'click', 'pygments', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True []\n"


@pytest.mark.parametrize(
    "path",
    [
        "/a/../b/./c",
        "//double//",
        "/%7euser/%2e%2E/%zz%",
        "/{tenant}/[x]|'\"<>^`",
        "/doc?p=a/../b&q=%20+%2b?&&=",
        "/?",
        "/realms/caf%C3%A9",
    ],
)
def test_the_path_goes_out_as_it_is_written(fetcher: Fetcher, path: str) -> None:
    with Server({path: answer(b"[]")}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url(path, "idp.example"), limit=LIMIT)
    assert server.paths_asked == [path]
    assert isinstance(response, Fetched)
    assert response.body == b"[]"


def test_the_host_goes_out_as_it_is_written(fetcher_with: Callable[..., Fetcher]) -> None:
    fetcher = fetcher_with({"IDP.Example": ["127.0.0.1"]})
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        assert isinstance(fetcher.get(server.url("/", "IDP.Example"), limit=LIMIT), Fetched)
    assert server.requests[0].headers["host"] == f"IDP.Example:{server.port}"


@pytest.mark.parametrize(
    "location", ["https://[", "https://idp.example:99999999/", "//\x7f", "h ttp://x", "", "https://xn--/"]
)
@pytest.mark.parametrize("status", [301, 308])
def test_a_location_is_never_parsed(fetcher: Fetcher, location: str, status: int) -> None:
    with Server({None: answer(status=status, location=location)}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=LIMIT)
    assert isinstance(response, Fetched)
    assert (response.status, response.location) == (status, location)


@pytest.mark.parametrize("cookie", ["session=1; Path=/", "session=1; Domain=example; Expires=never", "=;;=,"])
def test_no_cookie_is_kept(fetcher: Fetcher, cookie: str) -> None:
    with Server({None: answer(set_cookie=cookie)}, tls=certificate("idp.example")) as server:
        for _ in range(2):
            assert isinstance(fetcher.get(server.url("/", "idp.example"), limit=LIMIT), Fetched)
    assert not list(fetcher._client.cookies.jar)
    assert not any("cookie" in request.headers for request in server.requests)


def test_the_environment_of_the_process_names_no_proxy(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        assert isinstance(fetcher.get(server.url("/", "idp.example"), limit=LIMIT), Fetched)


@pytest.mark.parametrize("host", ["0177.0.0.1", "127.0.0.256", "[:::]", "[1::2::3]"])
def test_a_host_that_only_looks_like_an_address_is_not_even_looked_up(
    fetcher_with: Callable[..., Fetcher], host: str
) -> None:
    asked: list[str] = []
    fetcher = fetcher_with({host: ["127.0.0.1"]})
    fetcher._lookups._resolver = lambda name, _: asked.append(name) or ["127.0.0.1"]
    url = f"https://{host}/"
    response = fetcher.get(url, limit=LIMIT)
    reason = "the host name is written like an address, and is none"
    assert response == Unreachable(url=url, rule="NET-02", reason=reason)
    assert asked == []


@pytest.mark.parametrize("host", ["xn--a", "xn--zzzzzzz99999", "a_b.example", "idp.example."])
def test_names_that_httpx_could_not_decode_are_asked_for(
    fetcher_with: Callable[..., Fetcher], host: str
) -> None:
    fetcher = fetcher_with({host: ["127.0.0.1"]})
    with Server({None: answer()}, tls=certificate("other.example")) as server:
        response = fetcher.get(f"https://{host}:{server.port}/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.reason == "the server's certificate is for another host"


def test_an_answer_is_closed_and_its_connection_kept_whatever_is_read_of_it(fetcher: Fetcher) -> None:
    with Server({"/": answer(b"x" * (LIMIT + 1)), "/b": answer()}, tls=certificate("idp.example")) as server:
        for _ in range(3):
            assert isinstance(fetcher.get(server.url("/", "idp.example"), limit=LIMIT), Unreachable)
        for _ in range(3):
            assert isinstance(fetcher.get(server.url("/b", "idp.example"), limit=LIMIT), Fetched)
        assert server.connections == 4
    assert len(fetcher._connections._idle) == 1
