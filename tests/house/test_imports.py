"""What a command imports is what its start costs: noise-free, where a clock would not be."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import environment
from tests.support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

# Packages that cost tens of milliseconds, or open what a command has no business with.
HEAVY = {
    "asyncio",
    "deepdiff",
    "email",
    "httpcore",
    "httpx",
    "importlib.metadata",
    "jsonschema",
    "multiprocessing",
}
HEAVY |= {"concurrent.futures", "http.client", "socket", "ssl", "subprocess", "tempfile", "urllib.request"}
READING = {"sqlite3", "yaml"}
CLEAN = "import sys; before = set(sys.modules)\n"  # what site imports is none of the command's doing
RUN = """
import io, json
from contextlib import redirect_stdout
from idpctl.cli.main import main
with redirect_stdout(io.StringIO()):
    code = main(sys.argv[1:])
print(json.dumps([int(code), sorted(set(sys.modules) - before)]))
"""


def modules(*arguments: str, cwd: Path) -> tuple[int, set[str]]:
    """Return the exit code of a command, and what it imported in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CLEAN + RUN, *arguments],
        cwd=cwd,
        # Without coverage, which imports much of this itself.
        env={name: value for name, value in environment().items() if not name.startswith("COV")},
        capture_output=True,
        text=True,
        check=True,
    )
    code, found = json.loads(done.stdout)
    return code, set(found)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    made.declare("okta", "azure")
    return made


@pytest.mark.parametrize("arguments", [["--help"], ["version"], ["plan", "--help"], ["completion", "bash"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code, found = modules(*arguments, cwd=tmp_path)
    assert code == 0
    assert found & (HEAVY | READING) == set()


def test_help_imports_no_command(tmp_path: Path) -> None:
    _, found = modules("--help", cwd=tmp_path)
    light = {
        "idpctl.cli",
        "idpctl.cli.main",
        "idpctl.cli.terminal",
        "idpctl.errors",
        "idpctl.text",
        "idpctl.value",
    }
    assert {module for module in found if module.startswith("idpctl.")} <= light


def test_an_offline_plan_imports_only_what_it_uses(workspace: Workspace) -> None:
    code, found = modules("plan", "--discovery", "skip", cwd=workspace.directory)
    assert code == 0
    assert found & HEAVY == set()
    assert found >= READING


def test_an_offline_plan_without_changes_imports_no_more(workspace: Workspace) -> None:
    workspace.apply()
    code, found = modules("plan", "--discovery", "skip", "--detailed-exitcode", cwd=workspace.directory)
    assert code == 0
    assert found & HEAVY == set()
    assert "idpctl.applier" not in found


def test_policies_that_are_satisfied_import_no_more(workspace: Workspace) -> None:
    policy = {
        "title": "T",
        "description": "D.",
        "properties": {"name": {"pattern": "^[A-Z]", "format": "hostname"}},
    }
    (workspace.directory / "name.schema.json").write_text(json.dumps(policy))
    _, without = modules("plan", "--discovery", "skip", cwd=workspace.directory)
    workspace.declare("okta", "azure", policies=["name.schema.json"])
    code, found = modules("plan", "--discovery", "skip", cwd=workspace.directory)
    assert code == 0
    assert found & HEAVY == set()
    assert not any(module.startswith("idpctl.policies") for module in without)


def test_an_offline_validation_needs_no_network_stack(workspace: Workspace) -> None:
    code, found = modules("validate", cwd=workspace.directory)
    assert code == 0
    assert found & HEAVY == set()


def test_the_lock_is_read_without_a_network_stack_and_costs_nothing_where_there_is_none(
    workspace: Workspace,
) -> None:
    live = ("plan", "--only", "none-of-them")  # nobody is asked
    _, without = modules(*live, cwd=workspace.directory)
    (workspace.directory / "idpctl.lock.yaml").write_text("version: 1\nproviders: {}\n")
    code, found = modules("plan", "--discovery", "lock", cwd=workspace.directory)
    assert code == 0
    assert found & HEAVY == set()
    of_locks = {"idpctl.config.lock", "idpctl.rules.locked"}
    assert of_locks <= found
    assert of_locks <= modules(*live, cwd=workspace.directory)[1]
    assert not (of_locks | {"idpctl.lockfile"}) & without
