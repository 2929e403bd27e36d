"""What must not be printed: secrets anywhere, and colour where nobody looks at a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idpctl.render.table import FORMATS
from tests.support.hostile import CANARY
from tests.support.workspace import Here, Workspace, pinned


@pytest.mark.parametrize(
    "field",
    [
        {"client_secret": CANARY},
        {"password": CANARY},
        {"properties": {"client_secret": CANARY}},
        {"properties": {"nested": {"password": CANARY}}},
        {"description": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----"},
        {"properties": {"x": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnktNWYxYzllIn0.c2lnbmF0dXJlLWNhbmFyeQ"}},
        {"issuer": f"https://user:{CANARY}@okta.example.com"},
    ],
    ids=ascii,
)
def test_a_secret_in_the_configuration_is_refused_and_never_repeated(
    workspace: Workspace, field: dict[str, Any]
) -> None:
    workspace.write({"okta": pinned("okta", **field)})
    for command in (
        ["validate"],
        ["plan", "--discovery", "skip", "--out", "plan.json", "-o", "json=result.json"],
    ):
        done = workspace.run(*command, expect=3)
        assert CANARY not in done.all
        assert "eyJhbGci" not in done.all
    for path in workspace.directory.iterdir():
        if path.name != "idpctl.yaml":
            assert CANARY not in path.read_text(encoding="utf-8")


@pytest.fixture
def keeper(here: Here) -> Here:
    """Return a registry whose records hold secrets that the configuration knows nothing of."""
    here.write({"okta": pinned("okta", properties={"display": "x"})})
    here.apply()
    secrets = json.dumps({"display": "x", "client_secret": CANARY, "nested": {"password": CANARY}})
    here.edit("Okta", properties=secrets, description="edited")
    here.insert("Legacy", properties=secrets, issuer=f"https://user:{CANARY}@legacy.example.com")
    return here


def test_a_secret_that_the_registry_keeps_is_in_no_text(keeper: Here) -> None:
    outputs = [
        keeper.offline("plan", "-v").all,
        keeper.run("list").all,
        keeper.apply("-v", "-o", "text=report.txt", "-o", "json=report.json").all,
        keeper.run("destroy", "--auto-approve", "-v", expect=5).all,
    ]
    outputs += [(keeper.directory / f"report.{kind}").read_text(encoding="utf-8") for kind in ("txt", "json")]
    assert [index for index, text in enumerate(outputs) if CANARY in text] == []


@pytest.mark.parametrize(
    "arguments",
    [("plan", "--discovery", "skip", "--out", "plan.json"), ("list",)],
    ids=lambda arguments: arguments[0],
)
def test_a_secret_that_the_registry_keeps_is_in_no_json(keeper: Here, arguments: tuple[str, ...]) -> None:
    done = keeper.run(*arguments, "-o", "json")
    files = [path.read_text(encoding="utf-8") for path in keeper.directory.glob("*.json")]
    assert [text for text in (done.all, *files) if CANARY in text] == []


def test_a_secret_in_the_environment_is_never_printed(workspace: Workspace) -> None:
    workspace.write({"okta": pinned("okta", description="${IDPCTL_VAR_NOT_SET}")})
    done = workspace.run("plan", IDPCTL_TOKEN=CANARY, IDPCTL_VAR_OTHER=CANARY, expect=3)
    assert CANARY not in done.all


def test_piped_output_holds_no_colour_codes(workspace: Workspace) -> None:
    workspace.declare("okta", "azure")
    outputs = [workspace.apply().all]
    workspace.write({"okta": pinned("okta", name="Renamed", type="auth0"), "new": pinned("new")})
    outputs += [
        workspace.offline(
            "plan", "-v", "--out", "plan.json", "-o", "text=plan.txt", "-o", "text", expect=None
        ).all,
        workspace.run("show", "plan.json").all,
        workspace.apply(expect=5).all,
        workspace.run("list").all,
        workspace.run("validate").all,
        workspace.run("--help").all,
        workspace.run("nope", expect=3).all,
        workspace.run("plan", "-f", "nope.yaml", expect=3).all,
    ]
    assert all("\x1b" not in text for text in outputs)


def test_forced_colour_is_for_stdout_and_never_for_files(workspace: Workspace) -> None:
    workspace.declare("okta")
    coloured = workspace.run(
        "plan", "--discovery", "skip", "-o", "text", "-o", "text=plan.txt", FORCE_COLOR="1"
    )
    assert "\x1b[" in coloured.out
    assert "\x1b" not in (workspace.directory / "plan.txt").read_text(encoding="utf-8")
    plain = workspace.run("plan", "--discovery", "skip", FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b" not in plain.out


OF_PLANS = [name for name, one in FORMATS.items() if one.commands is None or "plan" in one.commands]


@pytest.mark.parametrize("kind", OF_PLANS)
def test_user_information_that_stands_in_the_registry_is_in_no_output(here: Here, kind: str) -> None:
    here.declare("okta")
    here.apply()
    url = f"https://user:{CANARY}@legacy.example.com/"
    here.edit("Okta", properties=json.dumps({"note": {url: [url]}}), issuer=url)
    here.insert(f"Legacy {url}")
    here.write({"okta": pinned("okta", properties={"note": "ours"})})
    done = here.offline("plan", "--out", "plan.json", "-o", f"{kind}=result", "-v")
    assert CANARY not in done.all
    for name in ("plan.json", "result"):
        assert CANARY not in (here.directory / name).read_text(encoding="utf-8")
    here.run("apply", "plan.json", "--allow-trust-change", "okta")
    assert here.plan()["resource_changes"] == []
