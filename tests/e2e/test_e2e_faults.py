"""A registry that is locked, read-only, full or damaged: a clear error, no traceback, nothing lost."""

from __future__ import annotations

import ctypes
import os
import resource
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import COMMAND, Done, environment, run
from tests.support.workspace import Here, Workspace, pinned

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = [f"p{number:04d}" for number in range(300)]


def assert_clear(done: Done, code: int) -> None:
    assert done.code == code, done.all[-4000:]
    assert "\nError: " in f"\n{done.all}"
    assert "this is a bug" not in done.err


@pytest.fixture
def filled(here: Here, workspace: Workspace) -> Workspace:
    here.declare("okta", "azure")
    here.apply()
    here.write({"okta": pinned("okta", description="new"), "azure": pinned("azure")})
    return workspace


def test_two_applies_at_once_are_one_after_the_other_or_one_of_them_waits_its_turn(
    workspace: Workspace,
) -> None:
    workspace.declare(*MANY)
    arguments = ("apply", "--auto-approve", "--discovery", "skip", "-q", "-o", "json")
    with workspace.started(*arguments) as one, workspace.started(*arguments) as two:
        outputs = [process.communicate() for process in (one, two)]
        codes = {one.returncode, two.returncode}
    # The second found the lock taken, or a plan that was done meanwhile, or nothing left to do.
    assert 0 in codes
    assert codes <= {0, 6, 7}
    assert all("Traceback" not in text for output in outputs for text in output)
    assert len(workspace.names()) == len(MANY)
    workspace.offline("plan", "--detailed-exitcode", expect=0)


def test_an_apply_that_waits_for_another_one_goes_on_when_that_ends(filled: Workspace) -> None:
    with closing(sqlite3.connect(filled.registry, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        arguments = ("apply", "--auto-approve", "--discovery", "skip", "--lock-timeout", "20")
        with filled.started(*arguments) as process:
            assert process.stdout is not None
            while "Fingerprint" not in process.stdout.readline():
                pass
            other.execute("ROLLBACK")
            process.communicate()
        assert process.returncode == 0
    filled.offline("plan", "--detailed-exitcode", expect=0)


def test_an_apply_that_may_not_wait_ends_with_7(filled: Workspace) -> None:
    with closing(sqlite3.connect(filled.registry, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert_clear(filled.apply(expect=None), 7)
        other.execute("ROLLBACK")
    filled.apply()


def test_a_dead_apply_leaves_no_lock(filled: Workspace) -> None:
    filled.declare("okta", "azure", *MANY)
    with filled.started("apply", "--auto-approve", "--discovery", "skip", "-o", "json") as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.kill()
        process.wait()
    with filled.untouched():
        filled.plan()
    filled.apply()
    filled.offline("plan", "--detailed-exitcode", expect=0)


def without_power_over_files() -> None:
    """Let the permissions of files hold for root too (capabilities(7): CAP_DAC_OVERRIDE is 1)."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_registry_in_a_read_only_directory_can_be_planned_and_not_applied(filled: Workspace) -> None:
    before = filled.content()
    filled.registry.chmod(0o444)
    filled.directory.chmod(0o555)
    try:
        arguments = {"cwd": filled.directory, "preexec_fn": without_power_over_files}
        planned = run("plan", "--discovery", "skip", "--detailed-exitcode", **arguments)
        applied = run("apply", "--discovery", "skip", "--auto-approve", **arguments)
    finally:
        filled.directory.chmod(0o755)
        filled.registry.chmod(0o644)
    assert planned.code == 2, planned.all
    assert_clear(applied, 1)
    assert filled.content() == before


def test_a_registry_that_cannot_be_made_is_named(workspace: Workspace) -> None:
    workspace.declare("okta", registry={"driver": "sqlite", "path": "/proc/nowhere/registry.db"})
    done = workspace.apply(expect=None)
    assert_clear(done, 1)
    assert "/proc/nowhere/registry.db" in done.err


def test_a_plan_that_cannot_be_saved_is_an_error(filled: Workspace) -> None:
    assert_clear(filled.offline("plan", "--out", "nowhere/plan.json", expect=None), 1)


def at_most(size: int) -> Callable[[], None]:
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("spare", [0, 4096, 20000])
def test_a_full_disk_loses_nothing(filled: Workspace, spare: int) -> None:
    filled.declare("okta", *MANY)
    size = filled.registry.stat().st_size
    with filled.untouched():
        done = run(
            *("apply", "--discovery", "skip", "--auto-approve", "-q"),
            cwd=filled.directory,
            # Not measured: the disk would be full for the figures too.
            env={name: "" for name in os.environ if name.startswith("COV")},
            preexec_fn=at_most(size + spare),
        )
        assert_clear(done, 1)
        assert "space" in done.all
    filled.apply()
    assert len(filled.names()) == len(MANY) + 1


def damage_header(path: Path) -> None:
    path.write_bytes(b"not a database at all " * 300)


def damage_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def make_foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE identity_provider (name TEXT)")


def make_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def drop_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE identity_provider")


def break_value(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE identity_provider SET properties = '{' WHERE name = 'Okta'")


DAMAGE = [
    damage_header,
    damage_page,
    truncate,
    make_newer,
    make_foreign,
    make_directory,
    drop_table,
    break_value,
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda one: one.__name__)
@pytest.mark.parametrize("command", ["plan", "apply", "list", "destroy"])
def test_a_registry_that_cannot_be_read_is_an_error_and_never_empty(
    filled: Workspace, here: Here, damage: Callable[[Path], None], command: str
) -> None:
    damage(filled.registry)
    before = filled.registry.read_bytes() if filled.registry.is_file() else None
    more = {"plan": ["--discovery", "skip"], "apply": ["--discovery", "skip", "--auto-approve"]}
    # One driver reads for all of them: one command as installed is enough.
    done = (filled if command == "apply" else here).run(
        command, *more.get(command, []), *(["--auto-approve"] if command == "destroy" else []), expect=None
    )
    assert_clear(done, 1)
    assert "registry.db" in done.err
    assert (filled.registry.read_bytes() if filled.registry.is_file() else None) == before


def test_a_registry_that_is_not_there_yet_is_empty_and_a_plan_does_not_make_it(workspace: Workspace) -> None:
    workspace.declare("okta")
    workspace.offline("plan")
    workspace.run("list")
    assert not workspace.registry.exists()
    assert sorted(path.name for path in workspace.directory.iterdir()) == ["idpctl.yaml"]


def test_an_apply_leaves_the_registry_and_nothing_else_unexpected(workspace: Workspace) -> None:
    workspace.declare("okta")
    workspace.apply()
    left = {path.name for path in workspace.directory.iterdir()} - {"idpctl.yaml", "registry.db"}
    assert not {name for name in left if name.endswith(("-journal", "-wal", ".partial"))}


def test_a_report_that_cannot_be_written_does_not_hide_that_the_apply_was_done(filled: Workspace) -> None:
    (filled.directory / "full").symlink_to("/dev/full")
    done = filled.apply("-o", "json=full", expect=1)
    assert "cannot write full" in done.err
    assert "Apply complete!" in done.out
    filled.offline("plan", "--detailed-exitcode", expect=0)


def test_stdout_that_is_full_does_not_hide_that_the_apply_was_done(filled: Workspace) -> None:
    saved = filled.save()
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "apply", str(saved)],
            cwd=filled.directory,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert "cannot write to stdout: No space left on device" in ended.stderr
    assert "the apply itself was carried out" in ended.stderr
    filled.offline("plan", "--detailed-exitcode", expect=0)
