"""What is told outside: one POST of JSON, under the same rules as every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.documents import Fetched, Unreachable
from tests.support.certificates import certificate
from tests.support.servers import Server, answer, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.http import Fetcher

BODY = b'{"kind":"drift"}'


def test_the_body_arrives_once_and_as_json(fetcher: Fetcher) -> None:
    with Server({None: answer(b"ok", status=200)}, tls=certificate("idp.example")) as server:
        response = fetcher.post(server.url("/hook?key=1", "idp.example"), BODY)
    assert isinstance(response, Fetched)
    assert (response.status, response.body) == (200, b"")
    (request,) = server.requests
    assert (request.method, request.path, request.body) == ("POST", "/hook?key=1", BODY)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(BODY))


@pytest.mark.parametrize("status", [202, 302, 400, 500])
def test_the_status_is_the_answer_and_nothing_is_followed(fetcher: Fetcher, status: int) -> None:
    away = answer(b"", status=status, location="https://idp.example/elsewhere")
    with Server({None: away}, tls=certificate("idp.example")) as server:
        response = fetcher.post(server.url("/", "idp.example"), BODY)
    assert isinstance(response, Fetched)
    assert response.status == status
    assert len(server.requests) == 1


def test_a_busy_server_is_told_again(fetcher: Fetcher) -> None:
    busy = answer(b"later", status=503, retry_after=0)
    with Server({None: in_turn(busy, answer(status=204))}, tls=certificate("idp.example")) as server:
        response = fetcher.post(server.url("/", "idp.example"), BODY)
    assert isinstance(response, Fetched)
    assert response.status == 204
    assert [request.body for request in server.requests] == [BODY, BODY]


def test_a_connection_that_breaks_is_not_tried_again(fetcher: Fetcher) -> None:
    with Server({None: lambda client, _: client.reset()}, tls=certificate("idp.example")) as server:
        url = server.url("/", "idp.example")
        assert fetcher.post(url, BODY) == Unreachable(url=url, rule="NET-01", reason="the connection failed")
    assert len(server.requests) == 1


def test_a_private_address_has_to_be_allowed(fetcher_with: Callable[..., Fetcher]) -> None:
    with Server({None: answer()}, tls=certificate("idp.example")) as server:
        response = fetcher_with(allow_networks=()).post(server.url("/", "idp.example"), BODY)
    assert isinstance(response, Unreachable)
    assert response.rule == "NET-02"
    assert server.connections == 0
