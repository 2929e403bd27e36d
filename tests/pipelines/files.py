"""The pipelines that the project offers, and the shell scripts in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.support.cli import REPOSITORY
from tests.support.workflows import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CI = REPOSITORY / "examples" / "ci"
ACTION = REPOSITORY / "action.yml"
HOOKS = REPOSITORY / ".pre-commit-hooks.yaml"
WORKFLOW = CI / "github-actions.yml"
STARTER = REPOSITORY / "idpctl" / "templates" / "workflow.yml"
GITLAB = CI / "gitlab-ci.yml"
PRE_COMMIT = CI / "pre-commit-config.yaml"
CRON_JOB = CI / "kubernetes-cronjob.yaml"
DOCKERFILE = CI / "Dockerfile"
ALERTS = CI / "prometheus-rules.yaml"
WORKFLOWS = [WORKFLOW, STARTER]


@dataclass(frozen=True)
class Script:
    """The shell of one step or job."""

    place: str
    text: str


def steps(path: Path) -> list[dict[str, Any]]:
    """Return all steps of a workflow or of an action."""
    written = read(path)
    if "runs" in written:
        return list(written["runs"]["steps"])
    return [step for job in written["jobs"].values() for step in job["steps"]]


def gitlab_jobs() -> dict[str, dict[str, Any]]:
    """Return the jobs of the GitLab pipeline, without what only others extend."""
    written = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    return {name: job for name, job in written.items() if isinstance(job, dict) and "script" in job}


def scripts() -> Iterator[Script]:
    """Yield every shell script of every pipeline."""
    for path in (*WORKFLOWS, ACTION):
        for number, step in enumerate(steps(path)):
            if "run" in step:
                yield Script(f"{path.name} step {number}", step["run"])
    for name, job in gitlab_jobs().items():
        yield Script(f"{GITLAB.name} {name}", "\n".join(job["script"]))
    yield Script("README.md cron", cron_line())
    before = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))[".idpctl"]["before_script"]
    yield Script(f"{GITLAB.name} before", "\n".join(before))


def cron_line() -> str:
    """Return the command that the page beside the examples gives to cron."""
    (command,) = re.findall(
        r"^17 \* \* \* \* (.+)$", (CI / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    return command


def timer_line() -> str:
    """Return the command that it gives to systemd."""
    (command,) = re.findall(
        r"^ExecStart=\S+/(.+)$", (CI / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    return command


def documents() -> dict[str, dict[str, Any]]:
    """Return the objects of the manifest by kind."""
    return {one["kind"]: one for one in yaml.safe_load_all(CRON_JOB.read_text(encoding="utf-8"))}


def pod() -> dict[str, Any]:
    """Return the pod of the cron job."""
    return dict(documents()["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"])


def container() -> dict[str, Any]:
    """Return its one container."""
    (one,) = pod()["containers"]
    return dict(one)
