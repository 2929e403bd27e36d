"""The alerts for Prometheus: on the metrics that the command writes, by Prometheus' own judgement."""

from __future__ import annotations

import re
import shlex
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.pipelines.files import ALERTS, cron_line, timer_line
from tests.support.cli import COMMAND, environment
from tests.support.tools import prometheus_tool

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.workspace import Workspace

DRIFTED, UNSEEN = "IdentityProvidersDrifted", "IdentityProvidersNotLookedAt"
LAST_SUCCESS = "idpctl_drift_last_success_timestamp_seconds"


def look(workspace: Workspace, code: int) -> dict[str, str]:
    """Look for drift as the line for cron does; return series -> number."""
    done = workspace.offline("drift", "-o", "metrics=idpctl.prom", expect=code)
    assert done.out
    text = (workspace.directory / "idpctl.prom").read_text(encoding="utf-8")
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def named(series: dict[str, str]) -> set[str]:
    return {one.partition("{")[0] for one in series}


@pytest.fixture
def healthy(workspace: Workspace) -> Workspace:
    workspace.declare("one", "two")
    workspace.apply()
    return workspace


def firing(series: dict[str, str], directory: Path, at: str = "11m") -> set[str]:
    """Return the alerts that fire on `series`, which stay as they are from the start of time on."""
    inputs = [{"series": name, "values": f"{number}x400"} for name, number in series.items()]
    found = set()
    for alert in (DRIFTED, UNSEEN):
        test = {"interval": "1m", "input_series": inputs}
        test["alert_rule_test"] = [{"eval_time": at, "alertname": alert, "exp_alerts": []}]
        file = directory / "alerts.test.yaml"
        written: dict[str, Any] = {"rule_files": [str(ALERTS)], "tests": [test]}
        file.write_text(yaml.safe_dump(written), encoding="utf-8")
        done = prometheus_tool("test", "rules", file)
        said = done.stdout + done.stderr
        assert done.returncode == 0 or "got:[" in re.sub(r"\s", "", said), said
        if done.returncode:
            found.add(alert)
    return found


def test_the_alerts_are_rules_that_prometheus_takes() -> None:
    done = prometheus_tool("check", "rules", ALERTS)
    assert (done.returncode, "2 rules found" in done.stdout) == (0, True), done


def test_every_metric_and_label_of_an_alert_is_one_that_the_command_writes(healthy: Workspace) -> None:
    series = look(healthy, 0)
    text = ALERTS.read_text(encoding="utf-8")
    metrics = set(re.findall(r"\bidpctl_\w+", text))
    assert len(metrics) == 3
    assert metrics <= named(series)
    labels = set(re.findall(r"\$labels\.(\w+)", text))
    for metric in metrics:
        (one,) = [name for name in series if name.partition("{")[0] == metric]
        assert labels <= set(re.findall(r"(\w+)=\"", one))


def test_nothing_fires_as_long_as_all_is_well(healthy: Workspace, tmp_path: Path) -> None:
    assert firing(look(healthy, 0), tmp_path) == set()


def test_drift_fires_at_once_and_no_longer_than_it_lasts(healthy: Workspace, tmp_path: Path) -> None:
    healthy.edit("One", jwks_endpoint="https://evil.example.com/keys")
    assert firing(look(healthy, 2), tmp_path, at="0m") == {DRIFTED}
    healthy.apply("--allow-trust-change", "one")
    assert firing(look(healthy, 0), tmp_path) == set()


def test_a_look_that_never_came_to_its_end_fires(healthy: Workspace, tmp_path: Path) -> None:
    healthy.registry.write_bytes(b"not a registry" * 1000)
    series = look(healthy, 4)
    assert LAST_SUCCESS not in named(series)
    assert firing(series, tmp_path) == {UNSEEN}


def test_a_last_success_of_three_hours_ago_fires(healthy: Workspace, tmp_path: Path) -> None:
    # Time begins with zero in promtool's tests.
    series = {
        name: "0" if name.startswith(LAST_SUCCESS) else number for name, number in look(healthy, 0).items()
    }
    assert firing(series, tmp_path, at="3h") == set()
    assert firing(series, tmp_path, at="3h12m") == {UNSEEN}


def test_cron_is_told_of_drift_and_of_nothing_else(healthy: Workspace, tmp_path: Path) -> None:
    places = {"/etc/idpctl": healthy.directory}
    for place in ("/var/lib/idpctl", "/var/lib/node_exporter"):
        places[place] = tmp_path / place.rpartition("/")[2]
        places[place].mkdir()
    command = cron_line()
    for place, directory in places.items():
        assert place in command
        command = command.replace(place, str(directory))
    program = tmp_path / "bin" / "idpctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    env = environment(IDPCTL_DISCOVERY="skip")
    env["PATH"] = f"{program.parent}:{env['PATH']}"

    def mailed() -> str:
        done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.stdout

    assert mailed() == ""
    healthy.edit("One", description="by hand")
    assert "by hand" in mailed()
    (metrics,) = places["/var/lib/node_exporter"].iterdir()
    assert metrics.suffix == ".prom"  # the collector reads no other names
    assert f"/var/lib/node_exporter/{metrics.name}" in ALERTS.read_text(encoding="utf-8")


def test_the_timer_and_the_line_for_cron_are_the_same_command() -> None:
    assert timer_line() in cron_line()
