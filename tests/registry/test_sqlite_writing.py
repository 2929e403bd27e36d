"""An apply is in the file whole or not at all, and the error says which."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import stat
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest

from idpctl import __version__
from idpctl.errors import InterruptedRunError, LockedError, RegistryError, StaleError
from idpctl.registry import sqlite_files, sqlite_writing
from idpctl.registry.base import InDoubtError
from idpctl.registry.sqlite import SqliteRegistry
from idpctl.registry.sqlite_writer import SqliteWriter
from tests.support import build, processes
from tests.support.registries import operation
from tests.support.sql import SqlHands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture
def registry(path: Path) -> SqliteRegistry:
    return SqliteRegistry(path, "acme", "registry.db")


def fill(registry: SqliteRegistry, *keys: str, op: str = "fill", **fields: Any) -> None:
    with registry.writer(operation(op)) as writer:
        for key in keys:
            wanted = build.desired(key, **fields)
            writer.create(wanted.idp, build.mark(wanted))


def names(registry: SqliteRegistry) -> list[str]:
    return [record.idp.name for record in registry.read().records]


def test_the_first_apply_makes_a_private_directory(tmp_path: Path) -> None:
    registry = SqliteRegistry(tmp_path / "new" / ".idpctl" / "registry.db", "acme", "registry.db")
    fill(registry, "okta")
    directory = registry.path.parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert (directory / ".gitignore").read_text() == "*\n"
    assert sorted(file.name for file in directory.iterdir()) == [
        ".gitignore",
        "registry.db",
        "registry.db.lock",
    ]


def test_another_new_directory_is_not_hidden_from_git(tmp_path: Path) -> None:
    registry = SqliteRegistry(tmp_path / "state" / "registry.db", "acme", "registry.db")
    fill(registry, "okta")
    assert not (registry.path.parent / ".gitignore").exists()


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    registry = SqliteRegistry(tmp_path / "file" / "registry.db", "acme", "registry.db")
    with pytest.raises(RegistryError, match="cannot be used: File exists"):
        fill(registry, "okta")


def test_what_an_interrupted_first_apply_left_is_swept_away(registry: SqliteRegistry, path: Path) -> None:
    path.with_name("registry.db.new").write_text("half a file")
    fill(registry, "okta")
    assert sorted(file.name for file in path.parent.iterdir()) == ["registry.db", "registry.db.lock"]


def test_a_first_apply_that_fails_leaves_no_registry(registry: SqliteRegistry, path: Path) -> None:
    def fail() -> None:
        with registry.writer(operation()) as writer:
            wanted = build.desired("okta")
            writer.create(wanted.idp, build.mark(wanted))
            assert len(writer.read().records) == 1
            raise StaleError("something else would be done now")

    with pytest.raises(StaleError):
        fail()
    assert [file.name for file in path.parent.iterdir()] == ["registry.db.lock"]


@pytest.mark.parametrize("syscall", ["rename", "fsync"])
def test_a_first_apply_that_cannot_be_published_did_not_happen(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch, syscall: str
) -> None:
    monkeypatch.setattr(os, syscall, _fail)
    with pytest.raises(RegistryError, match="Input/output error"):
        fill(registry, "okta")
    monkeypatch.undo()
    assert [file.name for file in path.parent.iterdir()] == ["registry.db.lock"]


def test_a_first_apply_that_fails_after_it_was_published_happened(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def rename_and_break(*names: Any) -> None:
        rename(*names)
        monkeypatch.setattr(os, "fsync", _fail)

    monkeypatch.setattr(os, "rename", rename_and_break)
    fill(registry, "okta")
    monkeypatch.undo()
    assert names(registry) == ["Okta"]
    assert sorted(file.name for file in path.parent.iterdir()) == ["registry.db", "registry.db.lock"]


def _fail(*_: Any) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_an_apply_that_writes_nothing_is_not_logged(registry: SqliteRegistry) -> None:
    fill(registry)
    assert registry.history() == ()


def test_the_log_tells_who_did_what(registry: SqliteRegistry) -> None:
    fill(registry, "okta", "auth", op="first")
    okta, auth = registry.read().records
    with registry.writer(operation("second", owner="acme/dev")) as writer:
        writer.update(okta, okta.idp, build.mark(build.desired("okta"), key="renamed"))
        writer.delete(auth)
    first, second = registry.history()
    assert (first.op, first.owner, first.fingerprint, first.summary) == (
        "first",
        "acme/prod",
        "sha256:0",
        "a test",
    )
    assert first.tool_version == __version__
    assert first.started_at <= first.finished_at <= second.finished_at
    assert [(write.verb, write.key, write.name) for write in second.writes] == [
        ("update", "renamed", "Okta"),
        ("delete", "auth", "Auth"),
    ]
    assert [write.ref for write in second.writes] == [okta.ref, auth.ref]


def test_the_log_names_no_key_for_a_record_that_nobody_owned(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    SqlHands(path).strip_mark("Okta")
    with registry.writer(operation("delete")) as writer:
        writer.delete(registry.read().records[0])
    assert registry.history()[-1].writes[0].key == ""


def test_a_commit_is_synced_whole_and_not_before(registry: SqliteRegistry) -> None:
    fill(registry, "okta")
    with registry.writer(operation("look")) as writer:
        assert isinstance(writer, SqliteWriter)
        settings = ("synchronous", "cache_spill", "journal_mode", "trusted_schema")
        found = [writer._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings]
    assert found == [3, 0, "delete", 0]


def test_an_operation_is_applied_once(registry: SqliteRegistry) -> None:
    fill(registry, "okta", op="same")
    with pytest.raises(StaleError, match="applied already"):
        fill(registry, "auth", op="same")
    assert names(registry) == ["Okta"]


def test_a_hand_edit_raises_the_revision(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    hands = SqlHands(path)
    hands.edit("Okta", description="by hand")
    assert registry.read().records[0].revision == "2"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("UPDATE identity_provider SET description = 'again'")
    assert registry.read().records[0].revision == "3"


@pytest.mark.parametrize("column", ["name", "ref", "organization"])
def test_what_a_record_is_cannot_be_edited_by_hand(registry: SqliteRegistry, path: Path, column: str) -> None:
    fill(registry, "okta")
    with pytest.raises(sqlite3.IntegrityError, match="cannot be modified once created"):
        SqlHands(path).force("Okta", **{column: "other"})


def test_a_record_renamed_behind_the_trigger_keeps_its_mark(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "okta")
    SqlHands(path).run("DROP TRIGGER identity_provider_is_itself")
    SqlHands(path).force("Okta", name="Renamed")
    (record,) = registry.read().records
    assert record.idp.name == "Renamed"
    assert record.mark is not None
    assert record.mark.name == "Okta"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"issuer": "https://\ud800"}, "not valid Unicode"),
        ({"name": ""}, "refused by the registry"),
        ({"properties": {"a": float("nan")}}, "cannot be stored as JSON"),
        ({"properties": {"a": {1, 2}}}, "cannot be stored as JSON"),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused(
    registry: SqliteRegistry, fields: dict[str, Any], message: str
) -> None:
    fill(registry, "auth")
    wanted = build.desired("okta", **fields)
    with registry.writer(operation("bad")) as writer, pytest.raises(RegistryError, match=message):
        writer.create(wanted.idp, build.mark(build.desired("okta")))
    assert names(registry) == ["Auth"]


class Connection:
    """A connection whose COMMIT does what a test wants."""

    def __init__(self, inner: sqlite3.Connection, commit: Callable[[sqlite3.Connection], None]) -> None:
        self._inner = inner
        self._commit = commit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def execute(self, statement: str, *values: Any) -> Any:
        return self._commit(self._inner) if statement == "COMMIT" else self._inner.execute(statement, *values)


def failure() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def commit_with(monkeypatch: pytest.MonkeyPatch, *commits: Callable[[sqlite3.Connection], None]) -> None:
    """Let the nth connection that writes commit by the nth function; later ones cannot be opened."""
    waiting = list(commits)

    def connect(path: Path, mode: str) -> Any:
        if not waiting:
            raise failure()
        return Connection(sqlite_files.connect(path, mode), waiting.pop(0))

    monkeypatch.setattr(sqlite_writing, "connect", connect)


def regular(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")  # pragma: no cover - a look-up never commits


def lost(_: sqlite3.Connection) -> None:
    raise failure()


def durable(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")
    raise failure()


def interrupted(_: sqlite3.Connection) -> None:
    raise InterruptedRunError("enough")


def interrupted_too_late(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")
    raise InterruptedRunError("enough")


@pytest.mark.parametrize("commit", [durable, interrupted_too_late])
def test_a_commit_that_failed_but_happened_is_a_success(
    registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch, commit: Callable[[sqlite3.Connection], None]
) -> None:
    fill(registry, "auth")
    commit_with(monkeypatch, commit, regular)
    fill(registry, "okta", op="second")
    assert names(registry) == ["Auth", "Okta"]


@pytest.mark.parametrize(("commit", "error"), [(lost, RegistryError), (interrupted, InterruptedRunError)])
def test_a_commit_that_did_not_happen_is_undone(
    registry: SqliteRegistry,
    monkeypatch: pytest.MonkeyPatch,
    commit: Callable[[sqlite3.Connection], None],
    error: type[Exception],
) -> None:
    fill(registry, "auth")
    commit_with(monkeypatch, commit, regular)
    with pytest.raises(error):
        fill(registry, "okta", op="second")
    assert names(registry) == ["Auth"]


def test_a_commit_that_nobody_can_look_up_is_in_doubt(
    registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "auth")
    commit_with(monkeypatch, lost)
    with pytest.raises(InDoubtError, match="operation second") as caught:
        fill(registry, "okta", op="second")
    assert caught.value.exit_code == 8


def test_a_commit_waits_for_readers(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "auth")
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM identity_provider").fetchone()
    busy = []

    def commit(connection: sqlite3.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite3.OperationalError:
            busy.append(connection)
            reader.close()
            raise

    with pytest.MonkeyPatch.context() as patch:
        commit_with(patch, commit)
        fill(registry, "okta", op="second")
    assert len(busy) == 1
    assert names(registry) == ["Auth", "Okta"]


def test_a_reader_that_never_ends_makes_the_apply_fail_whole(
    registry: SqliteRegistry, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "auth")
    monkeypatch.setattr(sqlite_writing, "PATIENCE", 0.02)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM identity_provider").fetchone()
        with pytest.raises(LockedError, match="in use by another program"):
            fill(registry, "okta", op="second")
    assert names(registry) == ["Auth"]


def test_a_database_that_another_program_writes_is_locked(registry: SqliteRegistry, path: Path) -> None:
    fill(registry, "auth")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="in use by another program") as caught:
            fill(registry, "okta", op="second")
    assert caught.value.hint is not None
    assert "--lock-timeout" in caught.value.hint


def test_a_full_disk_changes_nothing(registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(registry, "auth")
    before = registry.path.read_bytes()
    pages = len(before) // 4096 + 2
    monkeypatch.setattr(sqlite_files, "_PRAGMAS", (f"PRAGMA max_page_count = {pages}",))
    wanted = build.desired("okta", description="x" * 20_000)
    with registry.writer(operation("full")) as writer:
        with pytest.raises(RegistryError, match="disk is full"):
            writer.create(wanted.idp, build.mark(wanted))
        # SQLite has ended the transaction: nothing may be written outside of it.
        for attempt in (writer.read, lambda: writer.create(wanted.idp, build.mark(wanted))):
            with pytest.raises(RegistryError, match="rolled back"):
                attempt()
        with pytest.raises(RegistryError, match="rolled back"):
            writer.finish()
        writer.finish = lambda: False  # type: ignore[method-assign]  # end the block without its own check
    assert registry.path.read_bytes() == before


def test_a_caller_that_overlooks_a_full_disk_is_told_at_the_end(
    registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(registry, "auth")
    monkeypatch.setattr(sqlite_files, "_PRAGMAS", ("PRAGMA max_page_count = 10",))
    wanted = build.desired("okta", description="x" * 50_000)

    def overlook() -> None:
        with registry.writer(operation("full")) as writer, suppress(RegistryError):
            writer.create(wanted.idp, build.mark(wanted))

    with pytest.raises(RegistryError, match="rolled back"):
        overlook()
    assert names(registry) == ["Auth"]


@pytest.mark.parametrize("first", [True, False], ids=["new-file", "existing-file"])
def test_a_limit_on_file_size_changes_nothing(registry: SqliteRegistry, path: Path, *, first: bool) -> None:
    if not first:
        fill(registry, "auth")
    before = path.read_bytes() if path.exists() else None

    def write() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        with pytest.raises(RegistryError, match="refused to store more"):
            fill(registry, *(f"key{number}" for number in range(200)), op="big")

    assert processes.run(write) == 0
    assert (path.read_bytes() if path.exists() else None) == before
    assert len(names(registry)) == (0 if first else 1)
    fill(registry, "okta", op="next")
    assert names(registry)[-1] == "Okta"


@pytest.mark.parametrize(
    ("mode_of_file", "mode_of_directory", "message"),
    [
        (0o444, 0o777, "cannot be written"),
        (0o666, 0o555, "lock file cannot be opened|cannot be written|cannot be opened"),
        (0o666, 0o000, "cannot be"),
    ],
)
def test_a_registry_that_may_only_be_read_is_left_as_it_is(
    mode_of_file: int, mode_of_directory: int, message: str
) -> None:
    with processes.public_directory() as directory:
        registry = SqliteRegistry(directory / "registry.db", "acme", "registry.db")
        fill(registry, "auth")
        before = registry.path.read_bytes()
        registry.path.with_name("registry.db.lock").unlink()
        registry.path.chmod(mode_of_file)
        directory.chmod(mode_of_directory)

        def write() -> None:
            with pytest.raises(RegistryError, match=message):
                fill(registry, "okta", op="second")

        assert processes.unprivileged(write) == 0
        directory.chmod(0o777)
        assert registry.path.read_bytes() == before


def test_a_thousand_creates_are_one_commit(registry: SqliteRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(registry, "okta")
    commits = []

    def commit(connection: sqlite3.Connection) -> None:
        commits.append(connection.total_changes)
        connection.execute("COMMIT")

    commit_with(monkeypatch, commit)
    fill(registry, *(f"key{number}" for number in range(1000)), op="many")
    assert commits == [1000 + 1 + 1000]  # the records, the log's entry, and a line of it for each write


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"issuer": "https://x", "enabled": 0}, "issuer, enabled$"),
        ({"properties": '{"a": 1}'}, "properties$"),
        ({"mark_key": "x"}, "its mark$"),
        ({"revision": 9}, "revision 1 is now 9$"),
    ],
)
def test_what_was_modified_meanwhile_is_said(
    registry: SqliteRegistry, path: Path, edit: dict[str, Any], message: str
) -> None:
    fill(registry, "okta")
    (seen,) = registry.read().records
    SqlHands(path).force("Okta", **edit)
    with registry.writer(operation("late")) as writer, pytest.raises(LockedError, match=message):
        writer.delete(seen)
