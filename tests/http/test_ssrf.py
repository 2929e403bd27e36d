"""Requests that would be forged on our behalf: by an address, by a name, by a name that changes its mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.documents import Fetched, Unreachable
from idpctl.http import NetworkPolicy, open_fetcher
from tests.support.certificates import certificate
from tests.support.servers import Server, answer, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idpctl.http import Fetcher

LIMIT = 64 * 1024

METADATA = [
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/",
    "https://[fd20:ce::254]/",
    "https://168.63.129.16/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:a9fe:a9fe::]/",
    "https://[fe80::1]/",
    "https://0.0.0.0/",
    "https://[::]/",
]


@pytest.mark.parametrize("url", METADATA)
def test_metadata_addresses_are_refused_whatever_is_allowed(
    fetcher_with: Callable[..., Fetcher], url: str
) -> None:
    response = fetcher_with(allow_networks=("0.0.0.0/0", "::/0")).get(url, limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-02"
    assert response.reason.startswith("the URL's host is a")


@pytest.mark.parametrize(
    ("addresses", "reason"),
    [
        (["10.0.0.1"], "the host name leads to a loopback or private address"),
        (["192.168.0.1"], "the host name leads to a loopback or private address"),
        (["169.254.169.254"], "the host name leads to an address that is never contacted"),
        (["127.0.0.1", "10.0.0.1"], "the host name leads to a loopback or private address"),
        (["127.0.0.1", "169.254.169.254"], "the host name leads to an address that is never contacted"),
        (["127.0.0.1", "fe80::1%lo"], "the host name leads to an address that is never contacted"),
        (["127.0.0.1", "nonsense"], "the host name leads to an address that is never contacted"),
    ],
)
def test_one_bad_address_refuses_the_name(
    fetcher_with: Callable[..., Fetcher], addresses: list[str], reason: str
) -> None:
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        url = server.url("/", "idp.example")
        response = fetcher_with({"idp.example": addresses}).get(url, limit=LIMIT)
        assert server.connections == 0
    assert response == Unreachable(url=url, rule="NET-02", reason=reason)


@pytest.mark.parametrize("form", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
def test_odd_forms_of_loopback_are_judged_by_where_they_lead(
    fetcher_with: Callable[..., Fetcher], form: str
) -> None:
    fetcher = fetcher_with({form: ["127.0.0.1"]}, allow_networks=())
    response = fetcher.get(f"https://{form}/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert (response.rule, response.reason[:13]) == ("NET-02", "the host name")


def test_loopback_http_admits_no_name_that_leads_to_loopback(fetcher_with: Callable[..., Fetcher]) -> None:
    with Server({None: answer()}, tls=certificate("idp.example", "localhost")) as server:
        names = {"idp.example": ["127.0.0.1"], "localhost": ["127.0.0.1"]}
        fetcher = fetcher_with(names, allow_networks=(), allow_loopback_http=True)
        assert isinstance(fetcher.get(server.url("/", "localhost"), limit=LIMIT), Fetched)
        refused = fetcher.get(server.url("/", "idp.example"), limit=LIMIT)
    assert isinstance(refused, Unreachable)
    assert refused.rule == "NET-02"


def test_localhost_that_leads_elsewhere_is_refused(fetcher_with: Callable[..., Fetcher]) -> None:
    fetcher = fetcher_with({"localhost": ["10.0.0.1"]}, allow_networks=(), allow_loopback_http=True)
    response = fetcher.get("http://localhost/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-02"


def test_a_name_that_changes_its_mind_gains_nothing(ca_bundle: Path) -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    policy = NetworkPolicy(allow_networks=("127.0.0.0/8",), ca_bundle=ca_bundle)
    turns = in_turn(answer(b"1", connection="close"), answer(b"2"))
    with (
        Server({None: turns}, tls=certificate("idp.example")) as server,
        open_fetcher(policy, resolver=rebinding, environ={}) as fetcher,
    ):
        url = server.url("/", "idp.example")
        first = fetcher.get(url, limit=LIMIT)
        assert asked == ["idp.example"]  # once for the connection: what was judged is what was connected to
        second, third, fourth = (fetcher.get(url, limit=LIMIT) for _ in range(3))
    assert isinstance(first, Fetched)
    assert isinstance(second, Unreachable)
    assert second.rule == "NET-02"
    assert isinstance(third, Fetched)
    assert isinstance(fourth, Fetched)  # on the kept connection: no further question
    assert len(asked) == 3


@pytest.mark.parametrize("instead", [("169.254.169.254", 443), ("10.0.0.1", 443), ("inner.example", 443)])
def test_what_the_operator_maps_to_is_judged_too(
    fetcher_with: Callable[..., Fetcher], instead: tuple[str, int]
) -> None:
    fetcher = fetcher_with({"inner.example": ["10.0.0.1"]}, connect_to={("idp.example", 443): instead})
    response = fetcher.get("https://idp.example/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-02"


@pytest.mark.parametrize("names", [{"idp.example": []}, {}])
def test_an_unknown_name(fetcher_with: Callable[..., Fetcher], names: dict[str, list[str]]) -> None:
    response = fetcher_with(names).get("https://idp.example/", limit=LIMIT)
    assert response == Unreachable(
        url="https://idp.example/", rule="NET-01", reason="the host name could not be resolved"
    )


def test_a_resolver_that_fails_is_an_unknown_name(ca_bundle: Path) -> None:
    def broken(_host: str, _port: int) -> list[str]:
        raise OSError("no name servers")

    with open_fetcher(NetworkPolicy(ca_bundle=ca_bundle), resolver=broken, environ={}) as fetcher:
        response = fetcher.get("https://idp.example/", limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert response.reason == "the host name could not be resolved"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://user:canary@idp.example/", "https://a b/"])
def test_what_is_no_https_url_is_never_asked(fetcher: Fetcher, url: str) -> None:
    response = fetcher.get(url, limit=LIMIT)
    assert isinstance(response, Unreachable)
    assert (response.rule, response.reason) == ("NET-02", "the URL is not a plain https URL")
