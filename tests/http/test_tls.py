"""Who is believed, and what is said of those who are not."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from idpctl.documents import Fetched, Unreachable
from idpctl.errors import InvalidInputError
from idpctl.http import NetworkPolicy, open_fetcher
from idpctl.http.trust import client_context
from tests.support.certificates import TRUSTED, authority, certificate, self_signed
from tests.support.servers import Server, answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idpctl.http import Fetcher

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
LIMIT = 1024


@pytest.mark.parametrize(
    ("tls", "reason"),
    [
        (lambda: certificate("idp.example", not_after=LONG_AGO), "has expired"),
        (lambda: certificate("other.example"), "is for another host"),
        (lambda: certificate("127.0.0.1"), "is for another host"),
        (self_signed, "is self-signed"),
        (
            lambda: certificate("idp.example", ca="one that nobody trusts"),
            "is signed by an authority that is not trusted here",
        ),
    ],
)
def test_a_certificate_that_does_not_hold_is_named(
    fetcher: Fetcher, tls: Callable[[], ssl.SSLContext], reason: str
) -> None:
    with Server({None: answer()}, tls=tls()) as server:
        url = server.url("/", "idp.example")
        response = fetcher.get(url, limit=LIMIT)
    assert response == Unreachable(url=url, rule="NET-03", reason=f"the server's certificate {reason}")
    assert server.requests == []


def test_an_address_is_verified_as_one(fetcher: Fetcher) -> None:
    with Server({None: answer()}, tls=certificate("127.0.0.2")) as server:
        response = fetcher.get(server.url("/", "127.0.0.1"), limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.reason == "the server's certificate is for another host"


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n", b"\x15\x03\x03\x00\x02\x02\x28"]
)
def test_what_is_no_tls_is_a_failed_handshake(fetcher: Fetcher, greeting: bytes) -> None:
    with Server({}, greeting=greeting) as server:
        response = fetcher.get(f"https://127.0.0.1:{server.port}/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    # Whether the goodbye or the reset is seen first is up to the kernel.
    assert response.reason in {"the TLS handshake failed", "the connection failed"}
    assert response.rule in {"NET-03", "NET-01"}


@pytest.mark.parametrize("greeting", [b"", b"\x16"])
def test_a_handshake_that_is_hung_up_on_is_a_failed_connection(fetcher: Fetcher, greeting: bytes) -> None:
    with Server({}, greeting=greeting) as server:
        url = f"https://127.0.0.1:{server.port}/"
        assert fetcher.get(url, limit=LIMIT) == Unreachable(
            url=url, rule="NET-01", reason="the connection failed"
        )


def test_an_old_protocol_is_refused(fetcher: Fetcher) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with Server({None: answer()}, tls=old) as server:
        response = fetcher.get(server.url("/"), limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-03"


def test_without_the_bundle_its_authority_is_not_believed() -> None:
    policy = NetworkPolicy(allow_networks=("127.0.0.0/8",))
    with (
        Server({None: answer()}, tls=certificate("127.0.0.1")) as server,
        open_fetcher(policy, environ={}) as fetcher,
    ):
        response = fetcher.get(server.url("/"), limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-03"


def test_the_bundle_is_believed_beside_the_system(
    ca_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_bundle))
    (tmp_path / "other.pem").write_bytes(authority("one that is added").cert_pem.bytes())
    policy = NetworkPolicy(allow_networks=("127.0.0.0/8",), ca_bundle=tmp_path / "other.pem")
    for ca in (TRUSTED, "one that is added"):
        with (
            Server({None: answer()}, tls=certificate("127.0.0.1", ca=ca)) as server,
            open_fetcher(policy, environ={}) as fetcher,
        ):
            assert isinstance(fetcher.get(server.url("/"), limit=LIMIT), Fetched)


def test_a_system_without_authorities_falls_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "absent"))
    assert client_context().cert_store_stats()["x509_ca"] > 50


def test_verification_is_on() -> None:
    context = client_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_the_protocol_list_of_the_shared_context_stays() -> None:
    context = client_context()
    context.set_alpn_protocols(["h2"])  # what httpcore does for every connection
    with Server({None: answer()}, tls=_speaks_h2()) as server:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", server.port)) as plain,
            context.wrap_socket(plain) as wrapped,
        ):
            assert wrapped.selected_alpn_protocol() == "http/1.1"


def _speaks_h2() -> ssl.SSLContext:
    context = certificate("alpn.example")
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no certificate"),
        (b"garbage", "holds no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_bundle_that_cannot_be_used(tmp_path: Path, content: bytes | None, message: str) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_bytes(content)
    with pytest.raises(InvalidInputError, match=message) as caught:
        open_fetcher(NetworkPolicy(ca_bundle=bundle))
    assert caught.value.where == "--ca-bundle"


def test_a_bundle_that_is_a_directory(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        open_fetcher(NetworkPolicy(ca_bundle=tmp_path))


def test_a_network_that_is_none() -> None:
    with pytest.raises(InvalidInputError, match="is not a network"):
        open_fetcher(NetworkPolicy(allow_networks=("everything",)))
