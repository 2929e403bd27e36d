"""What counts as a file: nothing that blocks, nothing that is not there, nothing outside."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from idpctl.config.load import load
from idpctl.errors import ExitCode, InvalidInputError
from tests.config.house import GOOD, HEAD, House


def first_problem(house: House, name: str) -> tuple[str, str, str]:
    with pytest.raises(InvalidInputError) as caught:
        load([Path(name)], root=house.root, environ={})
    (problem,) = caught.value.problems
    return problem.rule, str(problem.source), problem.message


def test_a_missing_file(house: House) -> None:
    rule, source, message = first_problem(house, "idpctl.yaml")
    assert (rule, source) == ("YML-02", "idpctl.yaml:1:1")
    assert message == "the file cannot be read: No such file or directory"


def test_a_folder(house: House) -> None:
    (house.root / "folder").mkdir()
    assert first_problem(house, "folder") == ("YML-02", "folder:1:1", "this is not a regular file")


def test_a_pipe_is_not_waited_for(house: House) -> None:
    os.mkfifo(house.root / "pipe")
    assert first_problem(house, "pipe") == ("YML-02", "pipe:1:1", "this is not a regular file")


def test_a_device_is_not_opened(house: House) -> None:
    assert first_problem(house, "/dev/zero") == ("YML-02", "/dev/zero:1:1", "this is not a regular file")


def test_a_file_exchanged_for_a_pipe_meanwhile(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(house.root / "pipe")
    regular = SimpleNamespace(st_mode=stat.S_IFREG)
    monkeypatch.setattr(Path, "stat", lambda _: regular)
    assert first_problem(house, "pipe") == ("YML-02", "pipe:1:1", "this is not a regular file")


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fstat", lambda _: SimpleNamespace(st_mode=stat.S_IFREG, st_size=5))
    assert house.load(GOOD).owner == "acme/prod"


def test_links_in_a_circle(house: House) -> None:
    (house.root / "a").symlink_to("b")
    (house.root / "b").symlink_to("a")
    assert first_problem(house, "a")[0] == "YML-02"


def test_a_path_that_cannot_be(house: House) -> None:
    rule, _, message = first_problem(house, "a\0b")
    assert (rule, message) == ("YML-02", "the file cannot be read: the path is not valid")


def test_a_link_to_a_file_is_read(house: House) -> None:
    house.write("real/file.yaml", GOOD)
    (house.root / "idpctl.yaml").symlink_to("real/file.yaml")
    assert load([Path("idpctl.yaml")], root=house.root, environ={}).owner == "acme/prod"


def test_no_file_at_all(house: House) -> None:
    with pytest.raises(InvalidInputError, match="no configuration file"):
        load([], root=house.root, environ={})


def test_every_file_is_read_before_problems_are_told(house: House) -> None:
    problems = house.problems("a: [", "missing.yaml", "prod.yaml", files={"prod.yaml": "version: 2\n"})
    assert [(str(one.source), one.rule) for one in problems] == [
        ("idpctl.yaml:1:5", "YML-01"),
        ("missing.yaml:1:1", "YML-02"),
        ("prod.yaml:1:10", "CFG-23"),
    ]


def test_the_error_says_how_many(house: House) -> None:
    for text, message in ((HEAD, "has 1 error"), ("a: 1\nb: 2\n", "has 5 errors")):
        with pytest.raises(InvalidInputError, match=message) as caught:
            house.load(text)
        assert caught.value.exit_code is ExitCode.INVALID


def test_files_are_shown_as_they_were_given(house: House) -> None:
    path = house.write("deep/idpctl.yaml", "a: [")
    for given, shown in (
        (path, "deep/idpctl.yaml"),
        (Path("deep/../deep/idpctl.yaml"), "deep/../deep/idpctl.yaml"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            load([given], root=house.root, environ={})
        assert str(caught.value.problems[0].source) == f"{shown}:1:5"


def test_a_file_outside_the_root_keeps_its_path(house: House) -> None:
    path = house.write("outside.yaml", "a: [")
    with pytest.raises(InvalidInputError) as caught:
        load([path], root=house.root / "elsewhere", environ={})
    assert str(caught.value.problems[0].source) == f"{path}:1:5"
