from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from idpctl.cli.output import destinations, require_possible, wants_color, write_file
from idpctl.cli.terminal import is_terminal, is_watched
from idpctl.errors import InvalidInputError, RegistryError
from tests.support.cli import Done
from tests.support.workspace import Here

Run = Callable[..., Done]


def listed(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], [("text", None)]),
        (["text"], [("text", None)]),
        (["json"], [("json", None)]),
        (["json=a"], [("text", None), ("json", Path("a"))]),
        (["json=a=b"], [("text", None), ("json", Path("a=b"))]),
        (["json", "text=b"], [("json", None), ("text", Path("b"))]),
        (["text=a", "json=b"], [("text", None), ("text", Path("a")), ("json", Path("b"))]),
    ],
)
def test_destinations_are_read_and_stdout_gets_text_unless_told_otherwise(
    given: list[str], wanted: list[tuple[str, Path | None]]
) -> None:
    assert destinations(given) == wanted


@pytest.mark.parametrize(
    ("given", "why", "hint"),
    [
        (["text", "json"], "only one format can go to stdout, not text and json", "-o json=FILE"),
        (["json", "json"], "only one format can go to stdout", "-o json=FILE"),
        (["json="], "no file is named", "-o json=FILE"),
        (["jsn=a"], 'there is no output format "jsn"', "did you mean json?"),
        (["text=a", "json=./a"], "a is to be written twice", None),
        (["yaml"], "there is no output format", "formats are: text, json"),
        (["json=nowhere/a"], "there is no directory nowhere", None),
        (["json=file/a"], "there is no directory file", None),
        (["json=."], ". is a directory", None),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_work(
    bare: Path, given: list[str], why: str, hint: str | None
) -> None:
    (bare / "file").touch()
    with pytest.raises(InvalidInputError) as refused:
        require_possible(given, "plan", {})
    assert why in refused.value.message
    assert (hint or "") in (refused.value.hint or "")


def test_a_refused_destination_stops_the_command_before_it_reads_anything(idpctl: Run) -> None:
    done = idpctl("plan", "-o", "jsn=x", expect=3)
    assert "there is no output format" in done.err
    assert "idpctl.yaml" not in done.all


def test_a_file_is_written_whole_and_replaces_the_old_one(bare: Path) -> None:
    path = bare / "out.txt"
    path.write_text("old", encoding="utf-8")
    inode = path.stat().st_ino
    write_file(path, "neü\n")
    assert path.read_text(encoding="utf-8") == "neü\n"
    assert path.stat().st_ino != inode
    assert listed(bare) == ["out.txt"]


def test_a_link_keeps_leading_to_its_file(bare: Path) -> None:
    (bare / "real").write_text("old", encoding="utf-8")
    (bare / "link").symlink_to("real")
    write_file(bare / "link", "new")
    assert (bare / "link").is_symlink()
    assert (bare / "real").read_text(encoding="utf-8") == "new"


def test_a_pipe_or_device_is_written_to_and_stays_what_it_is(bare: Path) -> None:
    pipe = bare / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(pipe, "hello")
        assert os.read(reader, 10) == b"hello"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_pipe_that_nobody_reads_is_an_error_and_not_a_wait_for_ever(bare: Path) -> None:
    os.mkfifo(bare / "pipe")
    with pytest.raises(RegistryError, match="cannot write pipe: No such device or address"):
        write_file(Path("pipe"), "hello")


@pytest.mark.parametrize("place", ["nowhere/out", "directory", "."])
def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(bare: Path, place: str) -> None:
    (bare / "directory").mkdir()
    before = listed(bare)
    with pytest.raises(RegistryError, match=f"cannot write {place}"):
        write_file(Path(place), "text")
    assert listed(bare) == before


def test_a_write_that_fails_halfway_leaves_the_old_file_and_nothing_else(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bare / "out.txt"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RegistryError, match=r"out\.txt: No space left on device"):
        write_file(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert listed(bare) == ["out.txt"]


@pytest.mark.parametrize(
    ("environ", "terminal", "flag", "wanted"),
    [
        ({}, True, False, True),
        ({}, False, False, False),
        ({"TERM": "dumb"}, True, False, False),
        ({"NO_COLOR": "1"}, True, False, False),
        ({"NO_COLOR": ""}, True, False, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False, False),
        ({"FORCE_COLOR": "1"}, False, False, True),
        ({"FORCE_COLOR": "1"}, False, True, False),
        ({"CI": "true"}, True, False, True),
        ({}, True, True, False),
    ],
)
def test_colour_is_for_terminals_and_for_those_who_ask(
    environ: dict[str, str], terminal: bool, flag: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal() if terminal else StringIO())
    assert wants_color({"no_color": flag}) is wanted


@pytest.mark.parametrize(
    ("ci", "watched"), [(None, True), ("", True), ("false", True), ("0", True), ("true", False), ("1", False)]
)
def test_nobody_sits_at_the_terminal_of_a_pipeline(
    ci: str | None, watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    assert is_watched(Terminal()) is watched
    assert not is_watched(StringIO())


def test_a_stream_that_was_closed_beforehand_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_terminal(None)
    monkeypatch.setattr(sys, "stdout", None)
    assert not wants_color({})


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("plan", "-o", "json=idpctl.yaml"), "-o json idpctl.yaml: this is the configuration that is read"),
        (("plan", "--out", "idpctl.yaml"), "--out idpctl.yaml: this is the configuration that is read"),
        (("plan", "--out", "link.yaml"), "--out link.yaml: this is the configuration that is read"),
        (("plan", "-o", "markdown=registry.db"), "-o markdown registry.db: this is a database"),
        (("plan", "--out", "registry.db"), "--out registry.db: this is a database"),
        (("plan", "--out", "a.json", "-o", "json=./a.json"), "a.json is to be written twice"),
        (("plan", "-o", "json=a.json", "-o", "text=link.json"), "link.json is to be written twice"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_no_slip_of_the_pen_costs_the_configuration_or_a_registry(
    bare: Path, arguments: tuple[str, ...], why: str
) -> None:
    here = Here(bare)
    here.declare("okta")
    here.apply()
    (bare / "link.yaml").symlink_to("idpctl.yaml")
    (bare / "link.json").symlink_to("a.json")
    before = here.config.read_bytes()
    with here.untouched():
        assert why in here.run(*arguments, expect=3).err
    assert here.config.read_bytes() == before


def test_a_pipe_for_the_outputs_of_a_step_is_not_waited_for(bare: Path) -> None:
    os.mkfifo(bare / "pipe")
    here = Here(bare, env={"GITHUB_OUTPUT": str(bare / "pipe")})
    here.declare("okta")
    assert "No such device or address" in here.offline("plan", "-o", "github", expect=1).err
