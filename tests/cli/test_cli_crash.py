"""A bug shows one line and writes a report: no traceback on the terminal, no value in either."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from idpctl.cli import crash, version
from tests.support.cli import Done

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., Done]

CANARY = "canary-secret-5f1c"


@pytest.fixture
def broken(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a bug into `version`, whose message holds a secret; reports go into the directory."""
    monkeypatch.setattr(tempfile, "tempdir", str(bare))

    def fail(**given: object) -> None:
        password = CANARY
        raise RuntimeError(f"{password} {given}")

    monkeypatch.setattr(version.command, "callback", fail)
    return bare


def test_a_bug_is_one_line_and_a_report_without_values(idpctl: Run, broken: Path) -> None:
    done = idpctl("version", expect=1)
    assert done.out == ""
    assert done.err.startswith("Error: idpctl failed unexpectedly (RuntimeError); this is a bug.\n")
    (path,) = broken.iterdir()
    assert str(path) in done.err
    report = path.read_text(encoding="utf-8")
    assert re.match(r"idpctl \S+, Python 3\.\d+\.\d+, \w+\nRuntimeError\n", report)
    assert "test_cli_crash.py" in report
    assert "in fail" in report
    assert CANARY not in done.all + report


def test_where_no_report_can_be_written_the_place_is_told(
    idpctl: Run, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(broken / "nowhere"))
    done = idpctl("version", expect=1)
    assert re.search(r"no report could be written\): \S+test_cli_crash\.py:\d+", done.err)
    assert CANARY not in done.err


def test_an_error_without_frames_has_no_place(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(broken / "nowhere"))
    assert crash.report(ValueError(CANARY)) == 1
    assert "unknown" in capsys.readouterr().err


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, EOFError])
def test_ctrl_c_before_any_write_ends_with_130(
    idpctl: Run, interruption: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(**_: object) -> None:
        raise interruption

    monkeypatch.setattr(version.command, "callback", interrupt)
    assert "Interrupted" in idpctl("version", expect=130).err
