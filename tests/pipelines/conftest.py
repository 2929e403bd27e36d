from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipelines.files import ACTION, WORKFLOW
from tests.support.cli import LOOPBACK
from tests.support.issuer import Issuers
from tests.support.workflows import SLUG, Runner
from tests.support.workspace import Workspace, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.workflows import Job


@dataclass
class Pipeline:
    """A repository whose identity providers are kept by the workflow of the examples.

    The registry stands outside the checkout, as a real one does: each job begins without any file but those.
    """

    runner: Runner
    source: Workspace  # what is checked out
    live: Workspace  # where the registry is

    def declare(self, **providers: dict[str, Any]) -> None:
        """Write the configuration that the next checkout holds."""
        registry = {"driver": "sqlite", "path": str(self.live.registry), "organization": "acme"}
        written = {key: pinned(key, **fields) for key, fields in providers.items()}
        self.source.write(written, registry=registry)

    def propose(self, number: int = 7, *, head: str = "a" * 40, repository: str = SLUG) -> dict[str, Job]:
        """Run the workflow for a pull request, as it is opened and at each of its commits."""
        pull = {"number": number, "head": {"sha": head, "repo": {"full_name": repository}}}
        return self.runner.run(
            "pull_request", sha="f" * 40, ref=f"refs/pull/{number}/merge", event={"pull_request": pull}
        )

    def merge(
        self, number: int = 7, *, head: str = "a" * 40, merged: str = "b" * 40, base: str = "main"
    ) -> dict[str, Job]:
        """Merge the pull request, and run the workflow for the push that this is."""
        state = self.runner.gh
        pull = {"number": number, "head": {"sha": head}, "base": {"ref": base}}
        state["pulls"].append({**pull, "merge_commit_sha": merged, "merged_at": "2026-01-01T00:00:00Z"})
        self.runner.gh = state
        return self.runner.run("push", sha=merged)

    def look(self) -> dict[str, Job]:
        """Run the workflow on its schedule."""
        return self.runner.run("schedule")

    def calls(self) -> list[str]:
        """Return what was asked of GitHub since this was asked last, method and path."""
        state = self.runner.gh
        self.runner.gh = {**state, "calls": []}
        return list(state["calls"])

    @property
    def comments(self) -> list[str]:
        return [comment["body"] for comment in self.runner.gh["comments"]]

    @property
    def issues(self) -> list[tuple[str, str]]:
        """State and text of each issue."""
        return [(issue["state"], issue["body"]) for issue in self.runner.gh["issues"]]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty directory for a configuration and a registry."""
    directory = tmp_path / "workspace"
    directory.mkdir()
    return Workspace(directory)


@pytest.fixture
def issuers(workspace: Workspace) -> Iterator[Issuers]:
    """Serve an issuer on loopback, whom commands in `workspace` may contact."""
    workspace.env.update(LOOPBACK)
    with Issuers("one") as running:
        yield running


def results(jobs: dict[str, Job]) -> dict[str, str]:
    """Return the results of the jobs that were run."""
    return {name: job.result for name, job in jobs.items() if job.result != "skipped"}


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    """Return a repository with the workflow, an empty registry and no provider."""
    source = tmp_path / "source"
    source.mkdir()
    runner = Runner(WORKFLOW, actions={"OWNER/idpctl": ACTION}, source=source, directory=tmp_path / "runner")
    runner.env = {"IDPCTL_DISCOVERY": "skip"}
    return Pipeline(runner, Workspace(source), Workspace(tmp_path))
