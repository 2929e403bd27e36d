"""Runs a GitHub workflow on this machine: its jobs, conditions and shell steps, and composite actions in it.

    runner = Runner(workflow, actions={"OWNER/idpctl": action}, source=repository, directory=tmp_path)
    jobs = runner.run("pull_request", sha="c0ffee...", event={"pull_request": {...}})
    jobs["plan"].result, jobs["plan"].log, jobs["plan"].summary

Each job has a directory of its own; what it needs of another one has to come by outputs or artefacts.
`checkout` copies the source; artefacts and caches are folders; `gh` is `tests/support/gh.py`, and the
token of a job holds exactly the permissions that the job states, without any `write` for a fork's pull
request.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import yaml

from tests.support.cli import COMMAND, REPOSITORY, SECONDS, environment
from tests.support.expressions import condition, interpolate
from tests.support.gh import EMPTY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SLUG = "acme/identity"
INSTALL = "install"  # the step of action.yml that goes to a package index; what is tested stands in for it


def read(path: Path) -> dict[str, Any]:
    """Return a workflow or an action; `on` is a name there, as YAML 1.2 has it."""
    text = path.read_text(encoding="utf-8")
    return dict(yaml.safe_load(text.replace("\non:\n", '\n"on":\n')))


@dataclass
class Job:
    """How a job ended, with all that its steps printed."""

    result: str = "success"
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    codes: list[int] = field(default_factory=list)  # of the shell steps that were run


@dataclass
class Scope:
    """What the steps of a job, or of an action in it, see: contexts, variables, and where they are."""

    job: Job
    contexts: dict[str, Any]
    env: dict[str, str]
    cwd: Path
    failed: bool = False

    @property
    def functions(self) -> dict[str, Any]:
        return {
            "always": lambda: True,
            "cancelled": lambda: False,
            "failure": lambda: self.failed,
            "success": lambda: not self.failed,
        }

    def filled(self, values: Mapping[str, Any] | None) -> dict[str, str]:
        """Return `values` with every expression evaluated."""
        return {
            name: interpolate(text, self.contexts, self.functions) for name, text in (values or {}).items()
        }


class Runner:
    """Runs one workflow, again and again, over what earlier runs left behind."""

    def __init__(self, workflow: Path, *, actions: Mapping[str, Path], source: Path, directory: Path) -> None:
        self.workflow = read(workflow)
        self.source = source
        self.env: dict[str, str] = {}
        self._actions = actions
        self._directory = directory
        self._runs = count(1)
        self._numbers = count(1)
        self._state = directory / "gh.json"
        self._caches: dict[str, Path] = {}  # oldest first
        directory.mkdir()
        self.gh = EMPTY
        self.program("gh", sys.executable, str(REPOSITORY / "tests/support/gh.py"))

    @property
    def gh(self) -> dict[str, Any]:
        """What the repository on GitHub holds."""
        return dict(json.loads(self._state.read_text(encoding="utf-8")))

    @gh.setter
    def gh(self, state: dict[str, Any]) -> None:
        self._state.write_text(json.dumps(state), encoding="utf-8")

    def program(self, name: str, *command: str) -> None:
        """Let `command` be what steps find by `name`, ahead of what the machine has."""
        path = self._directory / name
        words = " ".join(f"'{word}'" for word in command)
        path.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        path.chmod(0o755)

    def run(
        self, event_name: str, *, sha: str = "0" * 40, ref: str = "refs/heads/main", **given: Any
    ) -> dict[str, Job]:
        """Run the workflow for one event; `given` are `event` and `inputs`."""
        event = given.get("event", {})
        github = {"event_name": event_name, "sha": sha, "ref": ref, "event": event, "repository": SLUG}
        github |= {"run_id": str(next(self._runs)), "run_attempt": "1"}
        contexts = {"github": github, "inputs": given.get("inputs", {})}
        jobs: dict[str, Job] = {}
        for name, written in self.workflow["jobs"].items():
            jobs[name] = self._job(written, contexts, jobs)
        return jobs

    def _job(self, written: dict[str, Any], contexts: dict[str, Any], before: Mapping[str, Job]) -> Job:
        needed = {name: before[name] for name in [written.get("needs")] if name}
        job = Job()
        needs = {name: {"result": one.result, "outputs": one.outputs} for name, one in needed.items()}
        github = {**contexts["github"], "token": json.dumps(self._permissions(written, contexts))}
        scope = Scope(
            job=job,
            contexts={**contexts, "github": github, "needs": needs, "steps": {}},
            env={},
            cwd=self._new("job"),
            failed=any(one.result != "success" for one in needed.values()),
        )
        if not condition(written.get("if"), scope.contexts, scope.functions):
            return Job(result="skipped")
        scope.failed = False
        scope.env = self._variables(written, scope)
        scope.contexts["env"] = scope.env
        for step in written["steps"]:
            self._step(step, scope)
        job.result = "failure" if scope.failed else "success"
        job.outputs = scope.filled(written.get("outputs"))
        return job

    def _permissions(self, written: dict[str, Any], contexts: dict[str, Any]) -> dict[str, str]:
        stated = dict(written["permissions"])
        head = contexts["github"]["event"].get("pull_request", {}).get("head", {}).get("repo", {})
        return dict.fromkeys(stated, "read") if head.get("full_name", SLUG) != SLUG else stated

    def _variables(self, written: dict[str, Any], scope: Scope) -> dict[str, str]:
        github = scope.contexts["github"]
        own = {
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": SLUG,
            "GITHUB_SHA": github["sha"],
            "GITHUB_RUN_ID": github["run_id"],
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "RUNNER_TEMP": str(self._new("temp")),
            "XDG_CACHE_HOME": str(self._new("cache")),  # another machine remembers nothing
            "FAKE_GH": str(self._state),
        }
        stated = {**scope.filled(self.workflow.get("env")), **scope.filled(written.get("env"))}
        return {**own, **self.env, **stated}

    def _step(self, step: dict[str, Any], scope: Scope) -> None:
        """Carry out one step where its condition holds; keep its outcome and outputs."""
        about = {"outcome": "skipped", "outputs": {}}
        scope.contexts["steps"][step.get("id", f"step {len(scope.contexts['steps'])}")] = about
        if not condition(step.get("if"), scope.contexts, scope.functions):
            return
        ended, about["outputs"] = self._shell(step, scope) if "run" in step else self._use(step, scope)
        about["outcome"] = "success" if ended == 0 else "failure"
        scope.failed = scope.failed or (ended != 0 and not step.get("continue-on-error", False))

    def _shell(self, step: dict[str, Any], scope: Scope) -> tuple[int, dict[str, str]]:
        """Run the script as GitHub does; return its exit code and what it wrote into GITHUB_OUTPUT."""
        if step.get("id") == INSTALL:
            self._stand_in(scope)
            return 0, {}
        own = self._new("step")
        files = {name: own / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "script")}
        for file in files.values():
            file.touch()
        files["script"].write_text(step["run"], encoding="utf-8")
        paths = {name: str(file) for name, file in files.items() if name != "script"}
        env = environment(**{**scope.env, **paths, **scope.filled(step.get("env"))})
        env["PATH"] = f"{self._directory}:{env['PATH']}"
        where = interpolate(step.get("working-directory", "."), scope.contexts, scope.functions)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(files["script"])],
            cwd=scope.cwd / where,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS * 2,
            check=False,
        )
        scope.job.log += done.stdout
        scope.job.codes.append(done.returncode)
        scope.job.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return done.returncode, outputs_in(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))

    def _stand_in(self, scope: Scope) -> None:
        """Put the command that is tested where the install step puts it."""
        place = f"{scope.env['RUNNER_TEMP']}/idpctl/bin"
        subprocess.run(["mkdir", "-p", place], check=True)
        self.program(f"{place}/idpctl", *COMMAND)

    def _use(self, step: dict[str, Any], scope: Scope) -> tuple[int, dict[str, str]]:
        name, given = step["uses"].partition("@")[0], scope.filled(step.get("with"))
        if name in self._actions:
            return self._composite(self._actions[name], given, scope)
        if name == "actions/checkout":
            shutil.copytree(self.source, scope.cwd, dirs_exist_ok=True)
        elif name == "actions/upload-artifact":
            self._upload(given, scope)
        elif name == "actions/download-artifact":
            return self._download(given, scope), {}
        elif name == "actions/cache/restore":
            self._restore(given, scope)
        elif name == "actions/cache/save":
            self._save(given, scope)
        else:
            assert name == "actions/setup-python", f"nothing stands in for {name}"
        return 0, {}

    def _composite(self, path: Path, given: dict[str, str], scope: Scope) -> tuple[int, dict[str, str]]:
        action = read(path)
        assert not {*given} - {*action["inputs"]}, "an input that the action does not have"
        inputs = {name: given.get(name, one.get("default", "")) for name, one in action["inputs"].items()}
        env = {**scope.env, "GITHUB_ACTION_PATH": str(path.parent)}
        inner = Scope(
            job=scope.job, contexts={**scope.contexts, "inputs": inputs, "steps": {}}, env=env, cwd=scope.cwd
        )
        for step in action["runs"]["steps"]:
            self._step(step, inner)
        return int(inner.failed), inner.filled(
            {name: one["value"] for name, one in action["outputs"].items()}
        )

    def _artifact(self, given: dict[str, str], scope: Scope) -> Path:
        run = given.get("run-id") or scope.contexts["github"]["run_id"]
        return self._directory / f"artifact-{run}-{given['name']}"

    def _upload(self, given: dict[str, str], scope: Scope) -> None:
        artifact = self._artifact(given, scope)
        artifact.mkdir()
        for name in given["path"].split():
            shutil.copy(scope.cwd / name, artifact / name)

    def _download(self, given: dict[str, str], scope: Scope) -> int:
        artifact = self._artifact(given, scope)
        if not artifact.is_dir():
            return 1
        shutil.copytree(artifact, scope.cwd / given.get("path", "."), dirs_exist_ok=True)
        return 0

    def _restore(self, given: dict[str, str], scope: Scope) -> None:
        """Restore the cache of this key, else the newest whose key begins with one of `restore-keys`."""
        prefixes = tuple(given.get("restore-keys", "").split())
        keys = [key for key in self._caches if key == given["key"] or key.startswith(prefixes)]
        if keys:
            found = given["key"] if given["key"] in keys else keys[-1]
            shutil.copytree(self._caches[found], scope.cwd, dirs_exist_ok=True)

    def _save(self, given: dict[str, str], scope: Scope) -> None:
        """Save under a key that has no cache yet; a file that is not there is no error."""
        there = [name for name in given["path"].split() if (scope.cwd / name).exists()]
        if there and given["key"] not in self._caches:
            self._caches[given["key"]] = self._new("cached")
            for name in there:
                shutil.copy(scope.cwd / name, self._caches[given["key"]] / name)

    def forget_caches(self) -> None:
        """Evict every cache, as GitHub does with what nobody used for a week."""
        self._caches.clear()

    def _new(self, kind: str) -> Path:
        path = self._directory / f"{kind}-{next(self._numbers)}"
        path.mkdir()
        return path


def outputs_in(text: str) -> dict[str, str]:
    """Read what steps write into GITHUB_OUTPUT: NAME=VALUE, or NAME<<END, lines, END."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, at, value = line.partition("=")
        if "<<" in name or not at:
            name, _, end = line.partition("<<")
            value = "\n".join(iter(lambda: next(lines), end))
        found[name] = value
    return found
