"""`idpctl check` as installed: a signal ends it wherever it waits, and a pipe hands it a token."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.certificates import trust_file
from tests.support.cli import COMMAND, environment, wait_for
from tests.support.servers import Server, answer, silent
from tests.support.tokens import key, public, token
from tests.support.workspace import Workspace, discovered, pinned

if TYPE_CHECKING:
    from tests.support.issuer import Issuers

SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.fixture
def registered(workspace: Workspace, issuers: Issuers) -> Workspace:
    issuers.behave("/one/keys", answer(json.dumps(public(key())).encode()))
    workspace.write({"one": discovered("one", issuers.well_known("one"))})
    workspace.run("apply", "--auto-approve")
    return workspace


def test_a_token_is_piped_in(registered: Workspace, issuers: Issuers) -> None:
    text = token(now=int(time.time()), iss=issuers.base("one"))
    done = subprocess.run(
        [*COMMAND, "check", "--token-file", "-"],
        cwd=registered.directory,
        env=environment(**registered.env),
        input=f"{text}\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("idpctl: accepted\n")


def test_a_registry_that_another_run_holds_hides_nothing_else(registered: Workspace) -> None:
    with registered.untouched(), closing(sqlite3.connect(registered.registry, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = registered.run("check", expect=4)
        other.execute("ROLLBACK")
    assert "one: cannot tell" in done.out
    assert "CHK-06" in done.out


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_while_the_keys_for_a_token_are_silent(
    registered: Workspace, issuers: Issuers, number: signal.Signals
) -> None:
    issuers.behave("/one/keys", silent)
    (registered.directory / "token").write_text(token(iss=issuers.base("one")), encoding="utf-8")
    asked = len(issuers.asked)
    with registered.started("check", "--token-file", "token") as process:
        wait_for(lambda: len(issuers.asked) > asked)
        process.send_signal(number)
        process.communicate(timeout=7)
    assert process.returncode == SIGNALS[number]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_while_a_handshake_does_not_end(workspace: Workspace, number: signal.Signals) -> None:
    with Server({}) as server:  # speaks no TLS, and waits for the end of a request
        base = f"https://127.0.0.1:{server.port}"
        workspace.write({"one": pinned("one", token_endpoint=f"{base}/token")})
        workspace.env |= {
            "IDPCTL_ALLOW_NETWORK": "127.0.0.0/8",
            "IDPCTL_CA_BUNDLE": str(trust_file(workspace.directory)),
            "IDPCTL_CONNECT_TO": "one.example.com:443:127.0.0.1:1",  # refuses at once
        }
        with workspace.started("check", "--no-registry") as process:
            wait_for(lambda: server.connections > 0)
            process.send_signal(number)
            process.communicate(timeout=7)
    assert process.returncode == SIGNALS[number]
