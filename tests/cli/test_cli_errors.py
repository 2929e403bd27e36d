"""Errors on their way to stderr, to files and to exit codes."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING, Self

import pytest

from idpctl import engine, http
from idpctl.documents import Unreachable
from idpctl.errors import IncompleteError
from tests.support.build import desired, make_plan
from tests.support.cli import LOOPBACK
from tests.support.issuer import Issuers
from tests.support.workspace import Here, pinned

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(bare: Path) -> Here:
    return Here(bare)


def test_an_error_goes_to_every_format_with_its_exit_code(here: Here) -> None:
    done = here.run("plan", "-o", "json=error.json", "-o", "text=error.txt", expect=3)
    told = json.loads((here.directory / "error.json").read_text(encoding="utf-8"))
    assert (told["kind"], told["exit_code"]) == ("error", 3)
    assert done.err.startswith("Error: ")
    assert told["message"] in done.err
    assert not (here.directory / "error.txt").exists()


def test_an_error_in_json_on_stdout_is_text_on_stderr_too(here: Here) -> None:
    done = here.run("plan", "-o", "json", expect=3)
    assert done.json()["exit_code"] == 3
    assert done.err.startswith("Error: ")


def test_where_an_error_cannot_be_written_both_are_told_and_the_first_decides(here: Here) -> None:
    done = here.run("plan", "-o", "json=/dev/full", expect=3)
    first, second = [line for line in done.err.splitlines() if line.startswith("Error: ")]
    assert "configuration" in first
    assert "cannot write /dev/full" in second


def test_what_is_left_after_an_apply_is_named() -> None:
    engine.require_done(make_plan([], []))
    with pytest.raises(IncompleteError, match="does not hold what was written: okta") as incomplete:
        engine.require_done(make_plan([desired("okta")], []))
    assert incomplete.value.exit_code == 8


def test_a_proxy_is_mentioned(here: Here) -> None:
    url = "https://idp.example.com/.well-known/openid-configuration"
    done = here.run("discover", url, "-v", expect=4, HTTPS_PROXY="http://127.0.0.1:9")
    assert "NET-06" in done.out
    assert "127.0.0.1:9" in done.out


@pytest.mark.parametrize(
    ("given", "option"),
    [(("--only", "ok*"), "--only"), (("--strict",), "--strict"), (("--discovery", "skip"), "--discovery")],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_saved_plan_is_not_applied_in_another_way_than_it_was_made(
    here: Here, given: tuple[str, ...], option: str
) -> None:
    here.env.update(LOOPBACK)
    with Issuers("one") as issuers:
        base = issuers.base("one")
        endpoints = {"issuer": base, "token_endpoint": f"{base}/token", "jwks_endpoint": f"{base}/keys"}
        suppress = {"URL-08": "a stand-in on this machine"}
        here.write(
            {"okta": pinned("okta", well_known_url=issuers.well_known("one"), suppress=suppress, **endpoints)}
        )
        here.run("plan", "--out", "live.json")
        refused = here.run("apply", "live.json", *given, expect=3)
        assert f"the plan was made without {option}" in refused.err
        assert not here.registry.exists()
        here.run("plan", "--out", "same.json", *given)
        here.run("apply", "same.json", *given)
    assert here.names() == ["Okta"]


def test_what_is_said_more_in_verbose_is_said_in_errors_and_before_an_apply_too(here: Here) -> None:
    url = "https://OKTA.example.com/.well-known/openid-configuration"
    okta = pinned("okta", well_known_url=url, suppress={"URL-10": "written so in the tokens"})
    here.write({"okta": okta, "bad": pinned("bad", well_known_url="ftp://x")})
    assert "written so in the tokens" not in here.run("plan", expect=3).err
    assert "written so in the tokens" in here.run("plan", "-v", expect=3).err
    here.write({"okta": okta})
    assert "written so in the tokens" not in here.apply().out
    here.write({"okta": {**okta, "description": "x"}})
    assert "written so in the tokens" in here.apply("-v").out


class Stuck:
    """A fetcher that never comes back, whatever its deadline: a broken name server can do that."""

    notes = ()

    def __init__(self, _: object) -> None:
        self._released = Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()

    def get(self, url: str, **_: object) -> Unreachable:
        self._released.wait()
        return Unreachable(url=url, rule="NET-01", reason="too late")


def test_a_fetch_that_never_comes_back_is_left_behind(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "open_fetcher", Stuck)
    url = "https://idp.example.com/.well-known/openid-configuration"
    done = here.run("discover", url, "--deadline", "0.1", expect=4)
    assert "the time for all of discovery, 0.1 s, was over" in done.out
