"""A real OpenID provider: npm's oidc-provider, run by node, at `/` and at `/realms/demo`.

It is found in the directory that IDPCTL_TEST_OIDC_PROVIDER names, else in `tests/e2e/oidc_provider`:

    npm install --prefix DIR oidc-provider@9 && IDPCTL_TEST_OIDC_PROVIDER=DIR pytest tests/e2e
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

VARIABLE = "IDPCTL_TEST_OIDC_PROVIDER"
_HERE = Path(__file__).parents[1] / "e2e" / "oidc_provider"


def packages() -> Path | None:
    """Return the directory whose node_modules hold oidc-provider, None where it is not installed."""
    named = os.environ.get(VARIABLE)
    candidates = [Path(named)] if named else [_HERE]
    found = [one for one in candidates if (one / "node_modules" / "oidc-provider").is_dir()]
    return found[0] if found else None


def why_not() -> str | None:
    """Return why the provider cannot run here, None where it can."""
    if shutil.which("node") is None:
        return "node is not on the PATH"
    if packages() is None:
        return (
            f"oidc-provider is not installed: npm install --prefix DIR oidc-provider@9, then {VARIABLE}=DIR"
        )
    return None


@dataclass(frozen=True)
class Provider:
    """A provider that runs; `address` is its issuer at `/`."""

    address: str
    process: subprocess.Popen[str]

    def tell(self, line: str) -> None:
        """Give it a line of its input, and wait until it is done."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ok\n"


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[str]:
    """Run the provider; yield its address. A PEM file with key and chain makes it https."""
    with running(certificate) as provider:
        yield provider.address


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Provider]:
    """Run the provider as `serving` does; yield it."""
    command = ["node", str(_HERE / "server.mjs"), str(packages())]
    command += [] if certificate is None else [str(certificate)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http"), "the provider did not start"
            yield Provider(address, process)
        finally:
            process.terminate()


def token(issuer: str, resource: str, context: ssl.SSLContext | None = None) -> str:
    """Return a JWT access token that `issuer` issues for `resource` to a client without a user."""
    form = {"grant_type": "client_credentials", "resource": resource, "client_id": "gateway"}
    body = urlencode({**form, "client_secret": "only-a-test"}).encode()
    with urlopen(Request(f"{issuer}/token", data=body), timeout=30, context=context) as answer:  # noqa: S310 - ours
        return str(json.load(answer)["access_token"])
