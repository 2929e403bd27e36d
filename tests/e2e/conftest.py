from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.cli import LOOPBACK
from tests.support.issuer import Issuers
from tests.support.workspace import Here, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty directory for a configuration and a registry."""
    return Workspace(tmp_path)


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """Return an empty directory whose commands run in this process."""
    return Here(tmp_path)


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
