"""The workflow that `idpctl init` writes, run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pipelines.conftest import Pipeline
from tests.pipelines.files import STARTER
from tests.support.cli import COMMAND
from tests.support.workflows import Runner
from tests.support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.issuer import Issuers


@pytest.fixture
def starter(tmp_path: Path, workspace: Workspace) -> Pipeline:
    """Return a repository with the starter workflow, where pip has installed what is tested."""
    runner = Runner(STARTER, actions={}, source=workspace.directory, directory=tmp_path / "runner")
    runner.program("pip", "true")
    runner.program("idpctl", *COMMAND)
    return Pipeline(runner, workspace, Workspace(tmp_path))


def test_a_pull_request_is_planned_and_the_merge_applied(starter: Pipeline, issuers: Issuers) -> None:
    starter.runner.env.update(starter.source.env)
    nothing = dict.fromkeys(("issuer", "token_endpoint", "jwks_endpoint"))
    starter.declare(one={"well_known_url": issuers.well_known("one"), **nothing})
    jobs = starter.propose()
    assert (jobs["plan"].result, jobs["apply"].result) == ("success", "skipped"), jobs["plan"].log
    assert starter.live.names() == []
    jobs = starter.merge()
    assert (jobs["plan"].result, jobs["apply"].result) == ("success", "success"), jobs["apply"].log
    assert starter.live.names() == ["One"]
    assert starter.merge()["apply"].result == "skipped"


def test_what_changed_since_a_person_read_the_plan_is_not_applied(starter: Pipeline) -> None:
    starter.runner.env["IDPCTL_DISCOVERY"] = "skip"
    starter.declare(one={"description": "read"})
    jobs = starter.runner.workflow["jobs"]
    jobs["plan"]["steps"] = [step for step in jobs["plan"]["steps"] if "--online" not in step.get("run", "")]
    slipped = f"sed -i s/read/slipped/ {starter.source.config}"
    jobs["plan"]["steps"].append({"run": slipped})
    done = starter.merge()["apply"]
    assert (done.result, done.codes[-1]) == ("failure", 6)
    assert starter.live.names() == []
