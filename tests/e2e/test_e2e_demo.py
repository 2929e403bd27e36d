"""The guided first run: what a person sees who has never used the tool."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.support.cli import run

# What has to stand in the output, in this order.
STORY = (
    "Three identity providers now run on this machine",
    "$ idpctl validate",
    "Success! The configuration is valid.",
    "$ idpctl plan",
    "Plan: 3 to add, 0 to change, 0 to destroy.",
    "$ idpctl apply --auto-approve",
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
    "evil.example.com",
    "registry drift",
    "(exit code 2)",
    "--allow-trust-change customers",
    "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.",
    "$ idpctl list",
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
    done = run(
        "demo",
        cwd=home,
        env={"TMPDIR": str(temporary), "HOME": str(home)},
        expect=0,
        preexec_fn=os.setsid,
    )
    assert time.monotonic() - begin < 20
    assert_told_in_order(done.out)
    assert done.err == ""
    assert "\x1b" not in done.out
    assert list(temporary.iterdir()) == []
    assert list(home.iterdir()) == []


def test_what_the_demo_ran_can_be_kept(tmp_path: Path) -> None:
    done = run("demo", "--keep", "kept", cwd=tmp_path, expect=0)
    assert "The configuration and the registry are in kept." in done.out
    assert {"idpctl.yaml", "registry.db"} <= {path.name for path in (tmp_path / "kept").iterdir()}
    assert "OktaStaff" in (tmp_path / "kept" / "idpctl.yaml").read_text(encoding="utf-8")
