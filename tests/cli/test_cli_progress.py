"""The bar of long runs: as long as the part that is done, and drawn no more often than anyone can see."""

from __future__ import annotations

import pytest

from idpctl.cli import progress


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (0, 1000, "Discovery: [..............................]    0 of 1000"),
        (1, 2, "Discovery: [###############...............] 1 of 2"),
        (999, 1000, "Discovery: [#############################.]  999 of 1000"),
    ],
)
def test_a_bar_is_as_long_as_what_is_done(done: int, total: int, shown: str) -> None:
    assert progress.bar(done, total) == shown


def test_it_is_not_drawn_for_each_document(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([10.0, 10.05, 10.11])
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    show = progress._Bar()
    for done in range(3):
        show(done, 3)
    show(3, 3)
    drawn = capsys.readouterr().err.split("\r")  # click keeps escape sequences to terminals
    assert [part.rpartition("] ")[2] for part in drawn] == ["", "0 of 3", "2 of 3", ""]
