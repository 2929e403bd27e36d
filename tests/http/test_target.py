"""URLs taken apart byte for byte, and refused where they are not plain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.http.faults import FaultError
from idpctl.http.target import host_of, split


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "authority"),
    [
        ("https://idp.example", "idp.example", 443, b"/", b"idp.example"),
        ("https://idp.example/a/../b//c?x=%20y", "idp.example", 443, b"/a/../b//c?x=%20y", b"idp.example"),
        ("HTTPS://IdP.example:443/", "IdP.example", 443, b"/", b"IdP.example:443"),
        ("https://idp.example?p=policy", "idp.example", 443, b"/?p=policy", b"idp.example"),
        ("http://127.0.0.1:8080/x", "127.0.0.1", 8080, b"/x", b"127.0.0.1:8080"),
        ("https://[::1]:9443/x", "::1", 9443, b"/x", b"[::1]:9443"),
        ("https://bücher.example/ü", "xn--bcher-kva.example", 443, b"/%C3%BC", b"xn--bcher-kva.example"),
        ("https://\uff11\uff12\uff17.0.0.1/", "127.0.0.1", 443, b"/", b"127.0.0.1"),
        ("https://my_idp.example./", "my_idp.example.", 443, b"/", b"my_idp.example."),
    ],
)
def test_a_url_keeps_its_bytes(url: str, host: str, port: int, path: bytes, authority: bytes) -> None:
    target = split(url)
    assert (target.host, target.port, target.path, target.authority) == (host, port, path, authority)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "idp.example",
        "//idp.example/",
        "file:///etc/passwd",
        "ftp://idp.example/",
        "https:/idp.example",
        "https:///path",
        "https://user:secret@idp.example/",
        "https://@idp.example/",
        "https://idp.example/#fragment",
        "https://idp.example/#",
        "https://good.example\\@evil.example/",
        "https://idp.example/a\\b",
        "https://idp.example/a b",
        " https://idp.example/",
        "https://idp.example/\n",
        "https://idp.example/\tx",
        "https://idp.example/\r\nHost: evil.example",
        "https://idp.example/\x00",
        "https://idp.example/\u202e",
        "https://idp.example/\ud800",
        "https://idp%2eexample/",
        "https://idp.example:0/",
        "https://idp.example:65536/",
        "https://idp.example:/",
        "https://idp.example:+443/",
        "https://idp.example:\uff14\uff14\uff13/",
        "https://.idp.example/",
        "https://idp..example/",
        "https://idp!.example/",
        "https://[::1/",
        "https://[evil.example]/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://\u2024.example/",
        "https://ü" + "a" * 63 + ".example/",
    ],
)
def test_what_is_not_plain_is_refused(url: str) -> None:
    with pytest.raises(FaultError) as caught:
        split(url)
    assert caught.value.rule == "NET-02"
    assert "secret" not in caught.value.reason
    assert host_of(url) == ""


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:8080/", True),
        ("http://LOCALHOST/", True),
        ("http://127.1.2.3/", True),
        ("http://[::1]/", True),
        ("http://localhost.evil.example/", False),
        ("http://127.1/", False),
        ("http://10.0.0.1/", False),
    ],
)
def test_loopback_is_told_without_dns(url: str, loopback: bool) -> None:
    assert split(url).loopback is loopback


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://IdP.example/a", "idp.example:443"),
        ("https://idp.example:443/b", "idp.example:443"),
        ("https://idp.example:8443/", "idp.example:8443"),
    ],
)
def test_requests_are_counted_by_host_and_port(url: str, host: str) -> None:
    assert host_of(url) == host


@given(st.text())
def test_no_text_makes_it_raise_anything_else(rest: str) -> None:
    try:
        target = split(f"https://{rest}")
    except FaultError:
        return
    assert target.path.isascii()
    assert not set(target.path) & set(b" \r\n\t\0#")
    assert not set(target.host) & set("/?#@\\ ")
