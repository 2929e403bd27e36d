"""The scripts of the GitLab pipeline, run one after the other as its jobs are."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from idpctl.registry.lock import hold
from tests.pipelines.files import gitlab_jobs
from tests.support.cli import COMMAND, environment
from tests.support.registries import operation
from tests.support.workspace import discovered

if TYPE_CHECKING:
    from tests.support.issuer import Issuers
    from tests.support.workspace import Workspace


def job(workspace: Workspace, name: str, expect: int = 0) -> str:
    """Run the script of one job; return what it printed."""
    programs = workspace.directory / "bin"
    programs.mkdir(exist_ok=True)
    words = " ".join(f"'{word}'" for word in COMMAND)
    (programs / "idpctl").write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    (programs / "idpctl").chmod(0o755)
    env = environment(CI="true", GITLAB_CI="true", **workspace.env)
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(gitlab_jobs()[name]["script"])],
        cwd=workspace.directory,
        env={**env, "PATH": f"{programs}:{env['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == expect, done.stdout
    return done.stdout


def test_a_merge_request_is_validated_planned_applied_and_watched(
    workspace: Workspace, issuers: Issuers
) -> None:
    workspace.write({"one": discovered("one", issuers.well_known("one"), description="First")})
    job(workspace, "validate")
    job(workspace, "plan")
    report = json.loads((workspace.directory / "gitlab.json").read_text(encoding="utf-8"))
    assert report == {"create": 1, "update": 0, "delete": 0}
    assert "Apply complete!" in job(workspace, "apply")
    job(workspace, "drift")
    workspace.edit("One", description="by hand")
    assert "by hand" in job(workspace, "drift", expect=2)
    workspace.insert("Stranger")
    assert "appeared since the last report" in job(workspace, "drift", expect=2)
    for name in ("validate", "plan", "apply", "drift"):
        assert ET.parse(workspace.directory / f"{name}.xml").getroot().tag == "testsuites"  # noqa: S314 - our own


def test_a_plan_that_is_no_longer_true_is_not_applied(workspace: Workspace, issuers: Issuers) -> None:
    workspace.write({"one": discovered("one", issuers.well_known("one"))})
    job(workspace, "plan")
    issuers.change("one", token_endpoint=issuers.base("one") + "/v2/token")
    assert "/v2/token" in job(workspace, "apply", expect=6)
    assert workspace.names() == []


def test_the_last_report_of_a_drifting_registry_is_kept_too() -> None:
    watching = gitlab_jobs()["drift"]
    assert watching["cache"] == {"key": "idpctl-drift-acme-prod", "paths": ["drift.json"], "when": "always"}
    assert "--since drift.json" in watching["script"][0]


def test_an_apply_at_work_is_a_warning_and_drift_is_none(workspace: Workspace) -> None:
    workspace.declare("one")
    workspace.apply()
    with hold(workspace.registry.with_name("registry.db.lock"), operation("at-work"), time.monotonic()):
        assert "an apply is running" in job(workspace, "drift", expect=7)
    assert gitlab_jobs()["drift"]["allow_failure"] == {"exit_codes": 7}
