"""`idpctl fmt`: which files it takes and what it writes: nothing, where one of them cannot be."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import ExitCode
from tests.support.cli import Done
from tests.support.hostile import HOSTILE, assert_harmless
from tests.support.workspace import Here, Workspace

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., Done]
UNTIDY = "owner:  acme/prod # who\nversion: 1\n"
TIDY = "version: 1\nowner: acme/prod # who\n"


def write(directory: Path, **files: str) -> None:
    for name, text in files.items():
        path = directory / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read(directory: Path, name: str) -> str:
    return (directory / name).read_text(encoding="utf-8")


@pytest.fixture
def several(bare: Path) -> Path:
    """Return a directory with two layers, of which the first includes a file, and with one more file."""
    write(
        bare,
        idpctl=f"{UNTIDY}include: [more/*.yaml]\n",
        more__a="providers:\n    a: {type: okta,   name: A}\n",
        prod="version: 1\n",
        other=UNTIDY,
    )
    return bare


def test_the_configuration_and_what_it_includes_are_rewritten_and_named(idpctl: Run, several: Path) -> None:
    done = idpctl("fmt", "-f", "idpctl.yaml", "-f", "prod.yaml", expect=0)
    assert done.out == "idpctl.yaml\nmore/a.yaml\n"
    assert done.err == ""
    assert read(several, "idpctl.yaml") == f"{TIDY}include: [more/*.yaml]\n"
    assert read(several, "more/a.yaml") == "providers:\n  a: {name: A, type: okta}\n"
    assert read(several, "other.yaml") == UNTIDY
    assert idpctl("fmt", "-f", "idpctl.yaml", "-f", "prod.yaml", "--check", expect=0).all == ""


def test_named_files_alone_are_rewritten(idpctl: Run, several: Path) -> None:
    assert (
        idpctl("fmt", "other.yaml", "more/a.yaml", "./other.yaml", expect=0).out
        == "other.yaml\nmore/a.yaml\n"
    )
    assert read(several, "other.yaml") == TIDY
    assert read(several, "idpctl.yaml").startswith(UNTIDY)


def test_a_directory_is_worked_in(idpctl: Run, several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert idpctl("fmt", "-C", str(several), "other.yaml", expect=0).out == "other.yaml\n"
    assert read(several, "other.yaml") == TIDY


def test_a_check_names_what_would_change_and_writes_nothing(idpctl: Run, several: Path) -> None:
    done = idpctl("fmt", "--check", expect=ExitCode.CHANGES)
    assert done.out == "idpctl.yaml\nmore/a.yaml\n"
    assert read(several, "idpctl.yaml").startswith(UNTIDY)


def test_a_file_that_is_canonical_is_not_written_again(idpctl: Run, bare: Path) -> None:
    write(bare, idpctl=TIDY)
    before = (bare / "idpctl.yaml").stat()
    assert idpctl("fmt", expect=0).all == ""
    after = (bare / "idpctl.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_difference_is_shown_and_the_file_written_unless_it_is_a_check(idpctl: Run, bare: Path) -> None:
    write(bare, idpctl=UNTIDY)
    expected = (
        "idpctl.yaml\n--- a/idpctl.yaml\n+++ b/idpctl.yaml\n@@ -1,2 +1,2 @@\n"
        "-owner:  acme/prod # who\n version: 1\n+owner: acme/prod # who\n"
    )
    assert idpctl("fmt", "--check", "--diff", expect=ExitCode.CHANGES).out == expected
    assert read(bare, "idpctl.yaml") == UNTIDY
    assert idpctl("fmt", "--diff", expect=0).out == expected
    assert read(bare, "idpctl.yaml") == TIDY


def test_line_ends_are_a_difference_too(idpctl: Run, bare: Path) -> None:
    (bare / "idpctl.yaml").write_bytes(b"a: 1\r\n")
    done = idpctl("fmt", "--diff", expect=0)
    assert "-a: 1\\r\n+a: 1\n" in done.out
    assert (bare / "idpctl.yaml").read_bytes() == b"a: 1\n"


@pytest.mark.parametrize(
    "text", [*(one for one in HOSTILE if one.isprintable()), "::error::x", "Plan: 1 to add"]
)
def test_a_difference_acts_on_nothing_that_shows_it(idpctl: Run, bare: Path, text: str) -> None:
    write(bare, idpctl=f"a: |\n {text.replace(chr(10), ' ')}\n\n  ::error::forged\nb:   'x'\n")
    done = idpctl("fmt", "--diff", "--check", expect=ExitCode.CHANGES)
    assert_harmless(done.out)


def test_a_line_that_stays_begins_no_command_of_a_log_reader(idpctl: Run, bare: Path) -> None:
    write(bare, idpctl="a: |\n  ::error::forged\nb:   x\n")
    done = idpctl("fmt", "--diff", expect=0)
    assert_harmless(done.out)
    assert "\n   \\x3a:error::forged\n" in done.out


def test_user_information_in_a_comment_is_not_shown(idpctl: Run, bare: Path) -> None:
    write(bare, idpctl="a:   1 # https://me:hunter2@x.example/\n")
    done = idpctl("fmt", "--diff", expect=0)
    assert "hunter2" not in done.all
    assert read(bare, "idpctl.yaml") == "a: 1 # https://me:hunter2@x.example/\n"


@pytest.mark.parametrize(
    ("broken", "code", "words"),
    [
        ("a: [", ExitCode.INVALID, "YML-01  b.yaml:1"),
        ("a: 1\na: 2\n", ExitCode.INVALID, "CFG-03  b.yaml:2:1"),
        ("providers: {x: {type: &t okta, name: *t}}\n", ExitCode.RUNTIME, "b.yaml cannot be formatted"),
        ("password: canary\n", ExitCode.INVALID, "CFG-27  b.yaml:1"),
    ],
)
def test_nothing_is_written_where_one_file_cannot_be(
    idpctl: Run, bare: Path, broken: str, code: ExitCode, words: str
) -> None:
    write(bare, a=UNTIDY, b=broken, c=UNTIDY)
    for flags in ((), ("--check", "--diff")):
        done = idpctl("fmt", "a.yaml", "b.yaml", "c.yaml", *flags, expect=code)
        assert done.out == ""
        assert words in done.err
        assert "canary" not in done.err
    assert read(bare, "a.yaml") == read(bare, "c.yaml") == UNTIDY
    assert read(bare, "b.yaml") == broken


@pytest.mark.parametrize(
    ("text", "words"),
    [(f"{UNTIDY}include: [nothing/*.yaml]\n", "CFG-29"), (f"{UNTIDY}include: [../x.yaml]\n", "CFG-29")],
)
def test_an_include_that_cannot_be_followed_stops_it(idpctl: Run, bare: Path, text: str, words: str) -> None:
    write(bare, idpctl=text)
    assert words in idpctl("fmt", expect=ExitCode.INVALID).err
    assert read(bare, "idpctl.yaml") == text


def test_a_missing_file_is_named(idpctl: Run) -> None:
    assert "YML-02  gone.yaml:1" in idpctl("fmt", "gone.yaml", expect=ExitCode.INVALID).err
    assert "YML-02  idpctl.yaml:1" in idpctl("fmt", expect=ExitCode.INVALID).err


def test_variables_need_not_be_set(idpctl: Run, bare: Path) -> None:
    write(bare, idpctl="a:   ${IDPCTL_VAR_NOT_SET}/x\n")
    idpctl("fmt", expect=0)
    assert read(bare, "idpctl.yaml") == "a: ${IDPCTL_VAR_NOT_SET}/x\n"


def test_the_mode_of_a_file_and_a_link_to_it_stay(idpctl: Run, bare: Path) -> None:
    write(bare, real=UNTIDY)
    (bare / "real.yaml").chmod(0o640)
    (bare / "idpctl.yaml").symlink_to("real.yaml")
    idpctl("fmt", expect=0)
    assert (bare / "idpctl.yaml").is_symlink()
    assert read(bare, "real.yaml") == TIDY
    assert (bare / "real.yaml").stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_is_a_runtime_error(
    idpctl: Run, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bare, idpctl=UNTIDY)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "cannot write idpctl.yaml: No space left" in idpctl("fmt", expect=ExitCode.RUNTIME).err
    assert read(bare, "idpctl.yaml") == UNTIDY


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def feed(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    return feed


@pytest.mark.parametrize(
    ("text", "flags", "code", "out"),
    [
        (UNTIDY, (), 0, TIDY),
        (TIDY, (), 0, TIDY),
        (UNTIDY, ("--check",), 2, "stdin\n"),
        (TIDY, ("--check",), 0, ""),
        ("a:  1\n", ("--diff",), 0, "stdin\n--- a/stdin\n+++ b/stdin\n@@ -1 +1 @@\n-a:  1\n+a: 1\n"),
        ("a: [", (), 3, ""),
    ],
)
def test_stdin_goes_to_stdout(
    idpctl: Run, stdin: Callable[[str], None], text: str, flags: tuple[str, ...], code: int, out: str
) -> None:
    stdin(text)
    assert idpctl("fmt", "-", *flags, expect=code).out == out


def test_stdin_stands_alone(idpctl: Run, stdin: Callable[[str], None]) -> None:
    stdin(TIDY)
    assert "no other file" in idpctl("fmt", "-", "a.yaml", expect=ExitCode.INVALID).err


def test_without_the_extra_it_says_what_to_install(
    idpctl: Run, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.startswith(("ruamel", "idpctl.formatting"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    write(bare, idpctl=UNTIDY)
    done = idpctl("fmt", expect=ExitCode.INVALID)
    assert "idpctl fmt needs the package ruamel.yaml" in done.err
    assert "hint: pip install 'idpctl[fmt]'" in done.err
    assert read(bare, "idpctl.yaml") == UNTIDY


def test_what_render_prints_is_canonical(bare: Path) -> None:
    here = Here(bare)
    here.declare(
        "okta", "azure", defaults={"description": "a: b", "properties": {"no": [1, "x, y", {"z": None}]}}
    )
    (bare / "flat.yaml").write_text(here.run("render").out, encoding="utf-8")
    assert here.run("fmt", "--check", "--diff", "flat.yaml").all == ""


def test_the_installed_command_formats_and_plans_the_same(bare: Path) -> None:
    here = Workspace(bare)
    here.declare("okta")
    before = here.plan()["fingerprint"]
    here.config.write_text(here.config.read_text(encoding="utf-8").replace(": ", ":   "), encoding="utf-8")
    assert here.run("fmt", "--check", expect=2).out == "idpctl.yaml\n"
    assert here.run("fmt").out == "idpctl.yaml\n"
    assert here.run("fmt", "--check").out == ""
    assert here.plan()["fingerprint"] == before
