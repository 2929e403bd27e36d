"""What only a process of its own can show: that nothing keeps it from ending."""

from __future__ import annotations

import signal
import subprocess
import sys
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.support.certificates import certificate, trust_file
from tests.support.servers import Server, silent, until

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import signal, sys, time
from pathlib import Path
from idpctl.discovery.gather import discover
from idpctl.http import NetworkPolicy, open_fetcher
from idpctl.model import Declared

signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
url, bundle = sys.argv[1:]
declared = [
    Declared(key=str(n), name="n", type="custom", allowed_token_audience="a", well_known_url=f"{url}/{n}")
    for n in range(20)
]
policy = NetworkPolicy(allow_networks=("127.0.0.0/8",), ca_bundle=Path(bundle), timeout=SECONDS)
resolver = lambda host, port: time.sleep(60)
with open_fetcher(policy, resolver=resolver, environ={}) as fetcher:
    found = discover(declared, fetcher, plan_key_set=lambda *_: None, deadline=60)
print({response.reason for response in found.documents.values()})
"""


def start(url: str, bundle: Path, seconds: float) -> subprocess.Popen[str]:
    program = PROGRAM.replace("SECONDS", str(seconds))
    command = [sys.executable, "-c", program, url, str(bundle)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_hanging_name_servers_do_not_hold_up_the_exit(tmp_path: Path) -> None:
    begin = monotonic()
    with start("https://idp.example", trust_file(tmp_path), 0.3) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "{'no complete answer within 0.3 s'}\n", "")
    assert monotonic() - begin < 20


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_at_once(tmp_path: Path, number: signal.Signals) -> None:
    with Server({None: silent}, tls=certificate("127.0.0.1")) as server:
        with start(server.url("/doc"), trust_file(tmp_path), 60) as process:
            until(lambda: server.in_flight == 8)
            begin = monotonic()
            process.send_signal(number)
            process.communicate(timeout=60)
        assert monotonic() - begin < 3
    assert process.returncode in {-number, 1}
