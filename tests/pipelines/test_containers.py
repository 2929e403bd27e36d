"""The image and the job of a cluster: nobody's, that writes nowhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.pipelines.files import DOCKERFILE, container, documents, pod
from tests.support.cli import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.workspace import Workspace


def test_the_cron_job_runs_as_nobody_writes_its_report_alone_and_never_twice() -> None:
    schedule = documents()["CronJob"]["spec"]
    job = schedule["jobTemplate"]["spec"]
    assert schedule["concurrencyPolicy"] == "Forbid"
    assert job["activeDeadlineSeconds"] <= 600
    assert pod()["securityContext"]["runAsNonRoot"] is True
    assert pod()["securityContext"]["runAsUser"] > 0
    assert pod()["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod()["automountServiceAccountToken"] is False
    assert container()["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} == {*container()["resources"]["requests"]}
    assert "memory" in container()["resources"]["limits"]
    writable = [mount["name"] for mount in container()["volumeMounts"] if not mount.get("readOnly")]
    assert writable == ["state"]  # the last report, and nothing that is looked at
    assert {mount["name"] for mount in container()["volumeMounts"]} == {
        one["name"] for one in pod()["volumes"]
    }


def test_the_cron_job_does_not_try_drift_again_and_waits_for_an_apply() -> None:
    rules = documents()["CronJob"]["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]
    assert {one["onExitCodes"]["containerName"] for one in rules} == {container()["name"]}
    assert {one["onExitCodes"]["operator"] for one in rules} == {"In"}
    assert {one["action"]: one["onExitCodes"]["values"] for one in rules} == {
        "FailJob": [2, 3],
        "Ignore": [7],
    }
    assert pod()["restartPolicy"] == "Never"  # without which the policy is not allowed


def test_the_cron_job_keeps_its_last_report_on_its_volume(workspace: Workspace) -> None:
    workspace.declare("one")
    workspace.apply()
    mounts = {mount["mountPath"]: workspace.directory for mount in container()["volumeMounts"]}
    mounts["/state"] = workspace.directory / "state"
    mounts["/state"].mkdir()
    words = [_mounted(word, mounts) for word in container()["args"]]
    workspace.offline(*words)
    workspace.edit("One", description="by hand")
    workspace.insert("Stranger")
    assert "appeared since the last report" in workspace.offline(*words, expect=2).out
    assert [path.name for path in mounts["/state"].iterdir()] == ["drift.json"]
    volumes = {one["name"]: one.get("persistentVolumeClaim", {}) for one in pod()["volumes"]}
    assert volumes["state"]["claimName"] == documents()["PersistentVolumeClaim"]["metadata"]["name"]


def _mounted(word: str, mounts: dict[str, Path]) -> str:
    for place, directory in mounts.items():
        word = word.replace(place, str(directory))
    return word


def test_the_configuration_of_the_cron_job_is_valid(workspace: Workspace) -> None:
    data = documents()["ConfigMap"]["data"]
    # A mounted ConfigMap is links into a folder that is exchanged as a whole.
    (workspace.directory / "..data").mkdir()
    for name, text in data.items():
        (workspace.directory / "..data" / name).write_text(text, encoding="utf-8")
        (workspace.directory / name).symlink_to(f"..data/{name}")
    assert "1 provider in 1 file" in workspace.run("validate", "--strict").out


def instructions() -> list[list[str]]:
    """Return the lines of the Dockerfile, as words."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_runs_the_command_as_a_number_that_is_not_root() -> None:
    last = {words[0]: words[1:] for words in instructions()}
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", " ".join(last["USER"]))
    assert last["ENTRYPOINT"] == ['["/opt/idpctl/bin/idpctl"]']
    assert last["HEALTHCHECK"] == ["NONE"]
    assert int(last["USER"][0].partition(":")[0]) == pod()["securityContext"]["runAsUser"]


def test_what_the_image_copies_is_enough_to_build_the_package(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    for name, *words in instructions():
        if name == "COPY" and not words[0].startswith("--from"):
            for source in words[:-1]:
                target = tmp_path / source
                target.parent.mkdir(parents=True, exist_ok=True)
                copy = REPOSITORY / source
                (shutil.copytree if copy.is_dir() else shutil.copy)(
                    copy, target, **({"ignore": ignored} if copy.is_dir() else {})
                )
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    assert len([*(tmp_path / "dist").glob("*.whl")]) == 1
