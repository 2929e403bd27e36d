from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trustme

from tests.support.cli import LOOPBACK
from tests.support.issuer import Issuers
from tests.support.workspace import Here, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variable by which OpenSSL knows one authority: the system's take long to read."""
    bundle = tmp_path_factory.mktemp("authorities") / "one.pem"
    trustme.CA().cert_pem.write_to_path(bundle)
    return {"SSL_CERT_FILE": str(bundle)}


@pytest.fixture
def workspace(tmp_path: Path, one_authority: dict[str, str]) -> Workspace:
    """Return an empty directory for a configuration and a registry."""
    return Workspace(tmp_path, env={**one_authority})


@pytest.fixture
def here(tmp_path: Path, one_authority: dict[str, str]) -> Here:
    """Return an empty directory whose commands run in this process."""
    return Here(tmp_path, env={**one_authority})


@pytest.fixture
def issuers(workspace: Workspace, here: Here) -> Iterator[Issuers]:
    """Serve three issuers on loopback, whom commands in `workspace` and `here` may contact."""
    for one in (workspace, here):
        one.env.update(LOOPBACK)
    with Issuers("one", "two", "three") as running:
        yield running


@pytest.fixture(scope="module")
def shared_issuers() -> Iterator[Issuers]:
    """Serve three issuers that no test changes."""
    with Issuers("one", "two", "three") as running:
        yield running
