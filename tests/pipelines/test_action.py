"""action.yml, run: what becomes of its inputs, and what it installs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from importlib import metadata
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.pipelines.files import ACTION, steps
from tests.support.workflows import Job, Runner, read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.workspace import Workspace


def run(workspace: Workspace, **inputs: str) -> Job:
    """Run a workflow whose one job hands `inputs` to the action."""
    given = [{"uses": "./", "id": "it", "with": inputs}]
    outputs = {name: f"${{{{ steps.it.outputs.{name} }}}}" for name in read(ACTION)["outputs"]}
    job = {"runs-on": "ubuntu-24.04", "permissions": {}, "steps": [{"uses": "actions/checkout@x"}, *given]}
    beside = workspace.directory.parent
    workflow = beside / f"{workspace.directory.name}.workflow.yml"
    workflow.write_text(yaml.safe_dump({"jobs": {"only": {**job, "outputs": outputs}}}), encoding="utf-8")
    runner = Runner(
        workflow,
        actions={"./": ACTION},
        source=workspace.directory,
        directory=beside / f"{workspace.directory.name}.runner",
    )
    runner.env = {"IDPCTL_DISCOVERY": "skip"}
    return runner.run("push")["only"]


def test_a_plan_has_outputs_and_a_summary(workspace: Workspace) -> None:
    workspace.declare("one")
    job = run(workspace, command="plan")
    assert job.result == "success", job.log
    told = {name: job.outputs[name] for name in ("has_changes", "exit_code", "blocked", "run")}
    assert told == {"has_changes": "true", "exit_code": "0", "blocked": "false", "run": ""}
    assert "one" in job.summary


@pytest.mark.parametrize(("edited", "code"), [(False, "0"), (True, "2")])
def test_a_look_for_drift_has_outputs_and_a_summary(workspace: Workspace, edited: bool, code: str) -> None:
    workspace.declare("one")
    workspace.apply()
    if edited:
        workspace.edit("One", description="by hand")
    job = run(workspace, command="drift")
    assert job.result == ("failure" if edited else "success"), job.log
    told = {name: job.outputs[name] for name in ("run", "has_drift", "drift", "exit_code")}
    drift = {"has_drift": "true", "drift": "1"} if edited else {"has_drift": "false", "drift": "0"}
    assert told == {"run": "complete", "exit_code": code, **drift}
    assert ("by hand" in job.summary) is edited
    assert job.outputs["fingerprint"].startswith("sha256:")


def test_files_and_arguments_are_one_a_line_and_blanks_in_them_stay(workspace: Workspace) -> None:
    workspace.declare("one")
    workspace.config.rename(workspace.directory / "the base.yaml")
    (workspace.directory / "more.yaml").write_text("version: 1\nowner: acme/more\n", encoding="utf-8")
    job = run(
        workspace, files="the base.yaml\n\nmore.yaml\n", args="--detailed-exitcode\n--out=the plan.json\n"
    )
    assert (job.result, job.outputs["exit_code"]) == ("failure", "2"), job.log
    assert "acme/more" in job.log


def test_a_configuration_below_the_top_is_validated_where_it_is(workspace: Workspace) -> None:
    workspace.declare("one")
    (workspace.directory / "identity").mkdir()
    workspace.config.rename(workspace.directory / "identity" / workspace.config.name)
    job = run(workspace, command="validate", **{"working-directory": "identity"})
    assert job.result == "success", job.log


@pytest.mark.parametrize(
    ("name", "code"), [("command", 3), ("args", 3), ("files", 3), ("approve", 6), ("working-directory", None)]
)
def test_no_input_is_ever_a_command(workspace: Workspace, name: str, code: int | None) -> None:
    workspace.declare("one")
    mean = '"; touch owned; $(touch owned) `touch owned` #'
    inputs = {"command": "apply" if name == "approve" else "plan", name: mean}
    if code is None:
        with pytest.raises(FileNotFoundError):
            run(workspace, **inputs)
    else:
        assert run(workspace, **inputs).result == "failure"
    assert list(workspace.directory.parent.rglob("owned")) == []
    assert workspace.names() == []


def test_what_is_installed_is_the_checkout_of_the_action(tmp_path: Path) -> None:
    (script,) = [step["run"] for step in steps(ACTION) if step.get("id") == "install"]
    # No package index: what builds it, and what it needs, are those of the tests.
    env = {
        "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}",  # noqa: PTH120 - a link stays one
        "HOME": str(tmp_path),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "GITHUB_ACTION_PATH": str(ACTION.parent),
        "RUNNER_TEMP": str(tmp_path),
    }
    wanted = metadata.version("idpctl")
    done = subprocess.run(["bash", "-c", script], env={**env, "WANTED": wanted}, cwd=tmp_path, check=False)
    assert done.returncode == 0
    (installed,) = tmp_path.glob("idpctl/lib/python*/site-packages/idpctl/__init__.py")
    assert installed.read_bytes() == (ACTION.parent / "idpctl/__init__.py").read_bytes()
    (version,) = re.findall(r"^installed=.*", script, re.DOTALL | re.MULTILINE)
    command = ["bash", "-c", version]
    done = subprocess.run(
        command, env={**env, "WANTED": "0.0.1"}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr[:23]) == (3, "wanted is version 0.0.1")
