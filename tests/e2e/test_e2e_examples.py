"""Every example is validated, planned, and applied, against providers that serve what theirs would."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
import pytest

from idpctl.cli.main import cli
from idpctl.config.load import load
from idpctl.demo.issuers import running
from tests.support.certificates import certificate, trust_file
from tests.support.cli import REPOSITORY
from tests.support.issuer import WELL_KNOWN, document, key_set
from tests.support.servers import Server, answer
from tests.support.workspace import Workspace, actions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.model import Declared
    from tests.support.servers import Client, Request

pytestmark = pytest.mark.processes

EXAMPLES = REPOSITORY / "examples"
STAGING = {"IDPCTL_VAR_STAGE": "blue"}
LAYERS = [("idpctl.yaml",), ("idpctl.yaml", "environments/staging.yaml")]
MIRROR = "https://mirror.acme.example/keys/logistics.json"
INSERTED = "/.well-known/oauth-authorization-server"  # RFC 8414 section 3.1: before the path of the issuer


def issuer_of(declared: Declared) -> str:
    """Return what the real provider would serve as its issuer."""
    if declared.issuer is not None:
        return declared.issuer
    url = declared.well_known_url
    base = url.removesuffix(WELL_KNOWN) if url.endswith(WELL_KNOWN) else url.replace(INSERTED, "")
    return f"{base}/" if declared.type == "auth0" else base


class World:
    """All providers of a configuration on one loopback server, each under its own host name."""

    def __init__(self, providers: tuple[Declared, ...], directory: Path) -> None:
        keys = json.dumps(key_set()).encode()
        self._served: dict[str, bytes] = {MIRROR: keys}
        for one in providers:
            host = urlsplit(one.well_known_url).hostname
            endpoints = {"token_endpoint": f"https://{host}/token", "jwks_uri": f"https://{host}/keys"}
            served = document(issuer_of(one), **endpoints)
            self._served[one.well_known_url] = json.dumps(served).encode()
            self._served[endpoints["jwks_uri"]] = keys
        self._hosts = sorted({urlsplit(url).hostname or "" for url in self._served})
        self.server = Server({None: self._answer}, tls=certificate(*self._hosts))
        self._ca = trust_file(directory)

    def _answer(self, client: Client, request: Request) -> None:
        body = self._served.get(f"https://{request.headers['host']}{request.path}")
        (answer(b"", status=404) if body is None else answer(body))(client, request)

    @property
    def env(self) -> dict[str, str]:
        """The variables that lead a command here."""
        return {
            "IDPCTL_CA_BUNDLE": str(self._ca),
            "IDPCTL_ALLOW_NETWORK": "127.0.0.0/8",
            "IDPCTL_CONNECT_TO": " ".join(f"{host}:443:127.0.0.1:{self.server.port}" for host in self._hosts),
        }


@pytest.fixture(params=LAYERS, ids=["production", "staging"])
def organization(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Workspace, list[str]]]:
    """Return a copy of the example with its providers served, and the options that name its layers."""
    shutil.copytree(EXAMPLES / "organization", tmp_path / "organization")
    directory = tmp_path / "organization"
    (directory / ".idpctl").mkdir()
    files = [Path(name) for name in request.param]
    world = World(load(files, root=directory, environ=STAGING).providers, tmp_path)
    with world.server:
        workspace = Workspace(directory, env={**STAGING, **world.env})
        yield workspace, [word for name in request.param for word in ("-f", name)]


def test_the_organization_is_valid_without_any_network(organization: tuple[Workspace, list[str]]) -> None:
    workspace, layers = organization
    done = workspace.run("validate", *layers, "-o", "json").json()
    assert (done["valid"], done["providers"]) == (True, 10)
    # Policies judge resolved providers: that they were not judged is all that there is to say.
    assert [check["rule"] for check in done["checks"] if check["suppressed"] is None] == ["CFG-36"]


def test_the_organization_is_planned_applied_and_then_as_wanted(
    organization: tuple[Workspace, list[str]],
) -> None:
    workspace, layers = organization
    plan = workspace.run("plan", *layers, "--out", "plan.json", "-o", "json").json()
    assert [
        check for check in plan["checks"] if check["severity"] == "error" and not check["suppressed"]
    ] == []
    assert set(map(tuple, actions(plan).values())) == {("create",)}
    assert len(plan["resource_changes"]) == 10
    workspace.run("apply", *layers, "plan.json")
    assert "No changes." in workspace.run("plan", *layers, "--detailed-exitcode").out


def test_every_kind_of_provider_and_of_setting_is_shown() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (EXAMPLES / "organization").rglob("*.yaml"))
    for word in (
        "include:",
        "policies:",
        "defaults:",
        "moved:",
        "guards:",
        "protect:",
        "ignore_changes:",
        "suppress:",
    ):
        assert word in text
    for endpoint in ("issuer", "token_endpoint", "jwks_endpoint"):
        assert re.search(rf"^    {endpoint}: ", text, re.MULTILINE), f"no override of {endpoint}"
    kinds = ("okta", "microsoft", "auth0", "asgardeo", "keycloak", "pingfederate", "forgerock", "custom")
    assert all(f"type: {kind}" in text for kind in kinds)


def test_the_quickstart_is_validated_planned_and_applied(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "quickstart", tmp_path, dirs_exist_ok=True)
    with ExitStack() as stack:
        variables = stack.enter_context(running())
        workspace = Workspace(tmp_path, env={**variables, "IDPCTL_ALLOW_LOOPBACK_HTTP": "1"})
        assert workspace.run("validate", "-o", "json").json()["valid"]
        assert len(workspace.run("plan", "--out", "plan.json", "-o", "json").json()["resource_changes"]) == 3
        workspace.run("apply", "plan.json")
        assert "No changes." in workspace.run("plan", "--detailed-exitcode").out


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: str(path.relative_to(EXAMPLES))
)
def test_the_commands_in_the_comments_of_an_example_are_command_lines_that_parse(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"^#.*?\s(idpctl (?:-|[a-z]).*?)(?:   .*)?$", text, re.MULTILINE):
        _, name, *rest = shlex.split(line)
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, line
        command.make_context(name, rest)
