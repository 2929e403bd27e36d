"""Where results go: `-o KIND[=FILE]`, and when there is colour."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idpctl.cli.terminal import is_terminal
from idpctl.errors import InvalidInputError, RegistryError
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idpctl.errors import ExitCode
    from idpctl.render.view import Subject, View


_SQLITE = b"SQLite format 3\0"  # the first bytes of every database (sqlite.org/fileformat)


def destinations(outputs: Sequence[str]) -> list[tuple[str, Path | None]]:
    """Read `KIND[=FILE]`; without any for stdout, stdout gets text."""
    from idpctl.render.table import format_of

    wanted = []
    for output in outputs:
        kind, to_file, file = output.partition("=")
        if to_file and not file:
            raise InvalidInputError(f"-o {output}: no file is named", hint=f"for example: -o {kind}=FILE")
        wanted.append((kind, Path(file) if file else None))
    to_stdout = [kind for kind, file in wanted if file is None and not format_of(kind).beside]
    if len(to_stdout) > 1:
        raise InvalidInputError(
            f"only one format can go to stdout, not {' and '.join(to_stdout)}",
            hint=f"give the others a file: -o {to_stdout[-1]}=FILE",
        )
    return wanted if to_stdout else [("text", None), *wanted]


def require_possible(outputs: Sequence[str], command: str, given: Mapping[str, Any]) -> None:
    """Raise InvalidInputError for a format or a place that cannot be: before work is done, not after it."""
    from idpctl.render.table import require_shown

    files: set[str] = set()
    if given.get("out") is not None:
        require_replaceable(given["out"], "--out", given)
        files.add(os.path.realpath(given["out"]))
    for kind, path in destinations(outputs):
        require_shown(kind, command)
        if path is None:
            continue
        if not path.parent.is_dir():
            raise InvalidInputError(f"-o {kind}={path}: there is no directory {path.parent}")
        if path.is_dir():
            raise InvalidInputError(f"-o {kind}={path}: {path} is a directory")
        require_replaceable(path, f"-o {kind}", given)
        if os.path.realpath(path) in files:
            raise InvalidInputError(f"-o {kind}={path}: {path} is to be written twice")
        files.add(os.path.realpath(path))


def require_replaceable(path: Path, option: str, given: Mapping[str, Any]) -> None:
    """Raise InvalidInputError for the configuration, its lock and a registry: a slip must not cost them."""
    from idpctl.documents import LOCK_FILE

    root = Path(given.get("directory", "."))
    files = given.get("files") or (Path("idpctl.yaml"),)
    lock = given.get("lock_file") or files[0].parent / LOCK_FILE
    if os.path.realpath(path) == os.path.realpath(root / lock):
        raise InvalidInputError(f"{option} {path}: this is the discovery lock")
    if os.path.realpath(path) in {os.path.realpath(root / file) for file in files}:
        raise InvalidInputError(f"{option} {path}: this is the configuration that is read")
    if path.is_file():
        with suppress(OSError), path.open("rb") as file:
            if file.read(len(_SQLITE)) == _SQLITE:
                raise InvalidInputError(f"{option} {path}: this is a database, not an output")


def wants_color(given: Mapping[str, Any]) -> bool:
    """Colour only for a terminal, unless the environment says otherwise (no-color.org)."""
    if given.get("no_color") or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(sys.stdout) and os.environ.get("TERM") != "dumb"


def write_file(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old file or the whole new one, never a part."""
    try:
        if path.exists() and not path.is_file():
            # A pipe or a device is written to; put a file in its place, and nobody finds it again.
            _write_to(path, text)
        else:
            _replace(Path(os.path.realpath(path)), text)
    except OSError as error:
        raise RegistryError(f"cannot write {path}: {error.strerror}") from error


def _write_to(path: Path, text: str, more: int = 0) -> None:
    """Write to what is there; to open a pipe that nobody reads would wait for ever."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | more, 0o666)
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.{os.urandom(4).hex()}.partial")
    try:
        with partial.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            partial.chmod(stat.S_IMODE(path.stat().st_mode))
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def emit(subject: Subject, code: ExitCode, given: Mapping[str, Any]) -> ExitCode:
    """Render `subject` to every destination that was asked for; return `code`, which formats hold too."""
    from idpctl.render.view import View

    view = View(
        subject=subject,
        exit_code=code,
        color=wants_color(given),
        verbose=given.get("verbose", False),
        base=base(given),
    )
    for kind, path in destinations(given.get("outputs", ())):
        deliver(view, kind, path)
    return code


def base(given: Mapping[str, Any]) -> str:
    """Return the directory that the run works in, as it was given."""
    return Path(given.get("directory", ".")).as_posix()


def deliver(view: View, kind: str, path: Path | None) -> None:
    """Render `view` as `kind`, to stdout or into the file `path`, and into the format's further files."""
    from idpctl.render.table import companions, format_of, renderer

    plain = replace(view, color=False)
    text = renderer(kind)(view if path is None else plain)
    if path is not None:
        write_file(path, text)
    elif text:
        # One write: a line at a time costs ten times as much.
        click.echo(text, nl=not text.endswith("\n"), color=True, err=format_of(kind).beside)
    for variable, render in companions(kind):
        if os.environ.get(variable):
            _append(Path(os.environ[variable]), render(plain))


def _append(path: Path, text: str) -> None:
    """Add `text` to a file that other steps of a pipeline write to as well."""
    try:
        _write_to(path, text, os.O_APPEND | os.O_CREAT)
    except OSError as error:
        raise RegistryError(f"cannot write {path}: {error.strerror}") from error
