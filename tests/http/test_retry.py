"""Busy servers: asked again within the time there is, and never for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.documents import Fetched, Unreachable
from idpctl.http.faults import FaultError
from idpctl.http.retry import pause, wanted
from tests.support.certificates import certificate
from tests.support.servers import Server, answer, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.http import Fetcher

LIMIT = 1024


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(fetcher: Fetcher, status: int) -> None:
    busy = answer(b"later", status=status, retry_after=0)
    with Server({None: in_turn(busy, busy, answer(b"[]"))}, tls=certificate("idp.example")) as server:
        response = fetcher.get(server.url("/", "idp.example"), limit=LIMIT)
    assert isinstance(response, Fetched)
    assert response.body == b"[]"
    assert len(server.requests) == 3


def test_a_server_that_stays_busy_is_let_alone(fetcher: Fetcher) -> None:
    with Server({None: answer(status=429, retry_after=0)}, tls=certificate("idp.example")) as server:
        url = server.url("/", "idp.example")
        response = fetcher.get(url, limit=LIMIT)
    assert response == Unreachable(url=url, rule="NET-05", reason="the server answered 429, 3 times")
    assert len(server.requests) == 3


@pytest.mark.parametrize("header", ["86400", "9" * 5000, "Fri, 31 Dec 2999 23:59:59 GMT"])
@pytest.mark.parametrize("status", [429, 503])
def test_an_absurd_wait_is_not_begun(fetcher: Fetcher, header: str, status: int) -> None:
    with Server({None: answer(status=status, retry_after=header)}, tls=certificate("idp.example")) as server:
        start = monotonic()
        response = fetcher.get(server.url("/", "idp.example"), limit=LIMIT)
    assert monotonic() - start < 5
    assert isinstance(response, Unreachable)
    assert (response.rule, len(server.requests)) == ("NET-05", 1)
    assert response.reason == f"the server answered {status} and wants a longer wait than there is time for"


def test_a_wait_that_is_asked_for_is_kept(fetcher_with: Callable[..., Fetcher]) -> None:
    turns = in_turn(answer(status=503, retry_after=1), answer())
    with Server({None: turns}, tls=certificate("idp.example")) as server:
        start = monotonic()
        response = fetcher_with(timeout=30).get(server.url("/", "idp.example"), limit=LIMIT)
    assert isinstance(response, Fetched)
    assert monotonic() - start >= 1
    assert response.seconds < 1  # the last attempt's own time


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        (" 7 ", 7),
        ("0", 0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("\u0663", None),
        ("1000000000", float("inf")),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 -0000", 0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", None),
        ("Fri, 31 Dec 2020 23:59:59 +99999999999999999", None),
    ],
)
def test_what_retry_after_asks_for(header: str | None, seconds: float | None) -> None:
    assert wanted(header) == seconds


def test_a_date_is_counted_from_now() -> None:
    text = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    seconds = wanted(text)
    assert seconds is not None
    assert 90 < seconds <= 100


@given(st.text())
def test_no_header_makes_it_raise(header: str) -> None:
    seconds = wanted(header)
    assert seconds is None or seconds >= 0


@given(
    st.sampled_from([429, 503]),
    st.one_of(st.none(), st.integers(0, 100).map(str)),
    st.integers(0, 5),
    st.floats(0, 60),
)
def test_a_pause_always_ends_in_time(status: int, header: str | None, attempt: int, left: float) -> None:
    seconds = (0.5, 1.0, 0)[min(attempt, 2)] if header is None else float(header)
    if attempt < 2 and seconds < left:
        assert 0 <= pause(status, header, attempt, left) < left
    else:
        with pytest.raises(FaultError, match="the server answered"):
            pause(status, header, attempt, left)
