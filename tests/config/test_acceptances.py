"""The file of acceptances: under review, and so read as strictly as a configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idpctl.drift.acceptances import read_acceptances
from idpctl.drift.model import Acceptance
from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = "0f" * 32
GOOD = f"""\
version: 1
accept:
  - key: workforce
    path: description
    value_sha256: "{DIGEST}"
    until: "2026-12-31"
    reason: the help desk tries another text
  - {{key: Legacy, path: null, value_sha256: "{DIGEST}", until: "2026-12-31", reason: known}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "accepted.yaml"


def refusal(file: Path, text: str) -> InvalidInputError:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as caught:
        read_acceptances(file)
    return caught.value


def test_entries_are_read_with_their_places(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    first, second = read_acceptances(file)
    assert isinstance(first, Acceptance)
    assert (first.key, first.path, first.value_sha256) == ("workforce", "description", DIGEST)
    assert (first.until, first.reason) == ("2026-12-31", "the help desk tries another text")
    assert (str(first.source), str(second.source)) == (f"{file}:3:5", f"{file}:8:5")
    assert second.path is None


def test_an_empty_list_accepts_nothing(file: Path) -> None:
    file.write_text("version: 1\naccept: []\n", encoding="utf-8")
    assert read_acceptances(file) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("version: 1\n", "", "CFG-21", (1, 1)),
        ("version: 1", "version: 2", "CFG-23", (1, 10)),
        ("    reason: the", "    because: the", "CFG-20", (7, 5)),
        ('"2026-12-31"\n    reason', "2026-12-31\n    until: x\n    reason", "CFG-03", (7, 5)),
        (f'"{DIGEST}"\n', "abc\n", "CFG-25", (5, 19)),
        ("path: description", "path: 12", "CFG-22", (4, 11)),
        ("version", "<<<<<<< ours\nversion", "YML-01", (1, 1)),
        ("key: workforce", "key: &a workforce\n    <<: *a", "YML-11", (4, 5)),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    file: Path, old: str, new: str, rule: str, place: tuple[int, int]
) -> None:
    error = refusal(file, GOOD.replace(old, new, 1))
    assert error.message == "the file of acceptances cannot be used"
    found = {(one.rule, (one.source.line, one.source.column)) for one in error.problems if one.source}
    assert (rule, place) in found, found


def test_a_day_that_does_not_exist_accepts_nothing(file: Path) -> None:
    error = refusal(file, GOOD.replace("2026-12-31", "2026-02-30", 1))
    assert error.message == "2026-02-30 is no day of the calendar"
    assert error.where == f"{file}:3:5"


def test_a_file_that_is_not_there_is_an_error(file: Path) -> None:
    with pytest.raises(InvalidInputError, match="the file of acceptances cannot be used"):
        read_acceptances(file)
