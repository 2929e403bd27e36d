"""Drift of a real OpenID provider: new keys are none, another issuer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import oidc
from tests.support.cli import LOOPBACK
from tests.support.issuer import WELL_KNOWN
from tests.support.workspace import Workspace, discovered

if TYPE_CHECKING:
    from collections.abc import Iterator

WHY_NOT = oidc.why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=f"no real OpenID provider: {WHY_NOT}")


@pytest.fixture(scope="module")
def provider() -> Iterator[oidc.Provider]:
    with oidc.running() as running:
        yield running


@pytest.fixture
def registered(provider: oidc.Provider, workspace: Workspace) -> Iterator[Workspace]:
    """Register both mounts; afterwards the second one has its own issuer again."""
    workspace.env.update(LOOPBACK)
    workspace.write(
        {
            "root": discovered("root", provider.address + WELL_KNOWN),
            "realm": discovered("realm", f"{provider.address}/realms/demo{WELL_KNOWN}"),
        }
    )
    workspace.run("apply", "--auto-approve")
    yield workspace
    provider.tell("issuer /realms/demo")


@pytest.mark.parametrize("locked", [False, True], ids=["live", "locked"])
def test_rotated_keys_are_no_drift(provider: oidc.Provider, registered: Workspace, *, locked: bool) -> None:
    if locked:
        registered.run("lock")
    for _ in range(2):
        provider.tell("rotate")
        assert registered.run("drift", "-o", "json", expect=0).json()["findings"] == []


@pytest.mark.parametrize("locked", [False, True], ids=["live", "locked"])
def test_another_issuer_is_drift(provider: oidc.Provider, registered: Workspace, *, locked: bool) -> None:
    if locked:
        registered.run("lock")
    provider.tell("issuer /realms/moved")
    report = registered.run("drift", "-o", "json", expect=2).json()
    found = {one["path"]: one for one in report["findings"]}
    assert {one["class"] for one in found.values()} == {"upstream"}
    assert {one["key"] for one in found.values()} == {"realm"}
    assert found["issuer"]["live"] == {"value": f"{provider.address}/realms/demo"}
    assert found["issuer"]["served"] == {"value": f"{provider.address}/realms/moved"}
    assert found["issuer"]["reason"] == ("locked" if locked else "moved")
