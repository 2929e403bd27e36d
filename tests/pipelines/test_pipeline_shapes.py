"""What every pipeline that we offer keeps to, whatever linters think of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pipelines.files import (
    ACTION,
    CI,
    WORKFLOWS,
    Script,
    scripts,
    steps,
)
from tests.support.workflows import read

if TYPE_CHECKING:
    from pathlib import Path

WRITES = {"pull-requests", "issues"}


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=names([*WORKFLOWS, ACTION]))
def test_actions_are_pinned_by_commit_and_only_our_own_is_left_open(path: Path) -> None:
    pinned = re.findall(r"uses: (\S+)@(\S+) # (.+)", path.read_text(encoding="utf-8"))
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert [f"{name}@{commit}" for name, commit, _ in pinned if name in " ".join(used)] == used
    for name, commit, comment in pinned:
        assert re.fullmatch("[0-9a-f]{40}", commit), name
        assert (name == "OWNER/idpctl") == (commit == "0" * 40)
        assert name == "OWNER/idpctl" or re.fullmatch(r"v\d+\.\d+\.\d+", comment)


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=names([*WORKFLOWS, ACTION]))
def test_no_value_is_put_into_a_script(path: Path) -> None:
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("script", [*scripts()], ids=lambda script: script.place)
def test_a_script_of_several_lines_stops_at_its_first_error(script: Script) -> None:
    # GitLab's own shell does; on GitHub a composite action's does not see a failure in front of a pipe.
    lines = script.text.strip().splitlines()
    assert len(lines) == 1 or lines[0] == "set -euo pipefail" or script.place.startswith("gitlab")


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_every_job_says_what_it_may_how_long_and_beside_whom(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert set(workflow["on"]) <= {"pull_request", "push", "schedule", "workflow_dispatch"}
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 30, name
        assert job["permissions"], name
        assert job["concurrency"]["group"], name
        assert not job["concurrency"]["cancel-in-progress"] or name == "plan"


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_what_may_write_to_github_sees_no_file_of_a_pull_request_and_runs_no_code_of_others(
    path: Path,
) -> None:
    for job in read(path)["jobs"].values():
        if "write" in job["permissions"].values():
            used = [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step]
            assert used == ["actions/download-artifact"]
            assert WRITES.issuperset(job["permissions"])
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"] == {"persist-credentials": False}


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_nothing_is_applied_that_was_not_reviewed(path: Path) -> None:
    assert "--auto-approve" not in path.read_text(encoding="utf-8")
    assert read(path)["jobs"]["apply"]["environment"] == "identity-providers"


def test_the_action_hands_every_input_on_and_every_output_out() -> None:
    action = read(ACTION)
    text = ACTION.read_text(encoding="utf-8")
    assert [name for name in action["inputs"] if f"inputs.{name}" not in text] == []
    assert {one["value"] for one in action["outputs"].values()} == {
        f"${{{{ steps.run.outputs.{name} }}}}" for name in action["outputs"]
    }


def test_the_page_beside_the_examples_names_every_one_of_them() -> None:
    text = (CI / "README.md").read_text(encoding="utf-8")
    offered = [path.name for path in CI.iterdir() if path.name != "README.md"]
    assert [name for name in offered if f"]({name})" not in text] == []
    named = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [name for name in named if not (CI / name).exists()] == []
