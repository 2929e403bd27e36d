"""A real OpenID provider that nobody here wrote: npm's oidc-provider, at `/` and at `/realms/demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import oidc
from tests.support.certificates import TRUSTED, authority, trust_file
from tests.support.cli import LOOPBACK
from tests.support.issuer import WELL_KNOWN
from tests.support.workspace import Workspace, discovered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHY_NOT = oidc.why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=f"no real OpenID provider: {WHY_NOT}")

MOUNTS = ("", "/realms/demo")


@pytest.fixture(scope="module", params=["http", "https"])
def provider(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Run the provider; return a workspace whose variables let the command contact it."""
    directory: Path = tmp_path_factory.mktemp(request.param)
    if request.param == "http":
        with oidc.serving() as address:
            yield Workspace(directory, env={"ADDRESS": address, **LOOPBACK})
        return
    pem = directory / "server.pem"
    authority(TRUSTED).issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    env = {"IDPCTL_CA_BUNDLE": str(trust_file(directory)), "IDPCTL_ALLOW_NETWORK": "127.0.0.0/8"}
    with oidc.serving(pem) as address:
        yield Workspace(directory, env={"ADDRESS": address, **env})


@pytest.mark.parametrize("mount", MOUNTS)
def test_it_is_discovered(provider: Workspace, mount: str) -> None:
    issuer = provider.env["ADDRESS"] + mount
    done = provider.run("discover", issuer + WELL_KNOWN, "-o", "json", expect=0)
    ((resolved),) = done.json()["resolved"]
    assert {path: one["value"] for path, one in resolved["endpoints"].items()} == {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/token",
        "jwks_endpoint": f"{issuer}/jwks",
    }
    assert not [check for check in done.json()["checks"] if check["severity"] == "error"]


def test_it_is_planned_applied_and_then_as_wanted(provider: Workspace) -> None:
    address = provider.env["ADDRESS"]
    provider.write(
        {
            "root": discovered("root", address + WELL_KNOWN),
            "realm": discovered("realm", f"{address}/realms/demo{WELL_KNOWN}", type="keycloak"),
        }
    )
    planned = provider.run("plan", "--out", "plan.json", "--detailed-exitcode", expect=2)
    assert "Plan: 2 to add, 0 to change, 0 to destroy." in planned.out
    assert f'"{address}/realms/demo"   (discovery)' in planned.out
    provider.run("apply", "plan.json", expect=0)
    assert provider.query("SELECT name, issuer, jwks_endpoint FROM identity_provider ORDER BY name") == [
        ("Realm", f"{address}/realms/demo", f"{address}/realms/demo/jwks"),
        ("Root", address, f"{address}/jwks"),
    ]
    again = provider.run("plan", "--detailed-exitcode", expect=0)
    assert "No changes." in again.out


def test_without_the_operators_word_it_is_not_contacted(provider: Workspace) -> None:
    stranger = Workspace(provider.directory)
    done = stranger.run("discover", provider.env["ADDRESS"] + WELL_KNOWN, expect=None)
    assert done.code in {3, 4}
    assert "--allow-" in done.all
