"""The guided first run: what a person sees who has never used the tool."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support.cli import started

pytestmark = pytest.mark.processes

# What has to stand in the output, in this order.
STORY = (
    "Three identity providers now run on this machine",
    "$ idpctl validate",
    "Success! The configuration is valid.",
    "$ idpctl plan",
    "Plan: 3 to add, 0 to change, 0 to destroy.",
    "$ idpctl apply",
    "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.",
    "$ idpctl plan --detailed-exitcode",
    "No changes. Your infrastructure matches the configuration.",
    "-OktaWorkforce\n+OktaStaff",
    "# identity_provider.workforce must be replaced",
    "# forces replacement: cannot be modified once created",
    "(exit code 5)",
    "--allow-replace workforce",
    "Apply complete! Resources: 1 added, 0 changed, 1 destroyed.",
    "Somebody points the key set of a provider to a host of his own",
    "$ idpctl drift",
    "registry  jwks_endpoint: edited by hand since the last apply",
    "https://evil.example.com/keys",
    "Drift: 1 finding.",
    "(exit code 2)",
    "$ idpctl plan --out heal.json",
    "Trust changes (need --allow-trust-change KEY):",
    "--allow-trust-change customers",
    "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.",
    "$ idpctl list",
    "3 in sync",
)


def session_members(session: int) -> list[int]:
    """Return the processes of a session that still run (proc(5): field 6 of stat)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def assert_told_in_order(text: str) -> None:
    rest = text
    for part in STORY:
        _, found, rest = rest.partition(part)
        assert found, f"{part!r} is missing, or comes too early, in:\n{text}"


def test_the_demo_tells_its_story_in_time_and_leaves_nothing_behind(tmp_path: Path) -> None:
    temporary, home = tmp_path / "tmp", tmp_path / "home"
    temporary.mkdir()
    home.mkdir()
    begin = time.monotonic()
    with started("demo", cwd=home, env={"TMPDIR": str(temporary), "HOME": str(home)}) as process:
        out, err = process.communicate(timeout=60)
        assert session_members(process.pid) == []
    assert time.monotonic() - begin < 20
    assert process.returncode == 0, out + err
    assert_told_in_order(out)
    assert err == ""
    assert "\x1b" not in out
    assert list(temporary.iterdir()) == []
    assert list(home.iterdir()) == []
