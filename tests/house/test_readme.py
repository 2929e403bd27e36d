"""What the README claims is what the commands do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from idpctl.cli.main import COMMANDS
from tests.house import readme
from tests.house.measures import REPOSITORY

TEXT = readme.README.read_text(encoding="utf-8")
SET_UP = [
    "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/idpctl demo",
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest -q",
]


def test_the_blocks_are_what_the_commands_print_now() -> None:
    assert readme.made(TEXT, readme.MAKERS) == TEXT, "make them anew: python -m tests.house.readme"


def test_every_block_has_a_maker_and_every_maker_a_block() -> None:
    assert sorted(readme.BLOCK.findall(TEXT)) == sorted([*readme.MAKERS, "figures"])


def test_there_are_exactly_two_set_up_commands() -> None:
    assert [line for line in TEXT.splitlines() if "python3 -m venv" in line] == SET_UP


def test_every_command_that_is_named_exists() -> None:
    assert set(re.findall(r"\bidpctl ([a-z]+)\b(?! is| keeps| has)", "\n".join(code_in(TEXT)))) <= {*COMMANDS}


def test_every_path_that_is_named_exists() -> None:
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT) + re.findall(r"\b(tests/[\w/.]+)", TEXT)
    assert named
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_figures_are_told_with_and_without_a_peer() -> None:
    alone = readme.figures(measured(terraform=None))
    assert "| plan, no change | 1,000 | 0.100 s | 30 MiB |  |  |" in alone
    beside = readme.figures(measured(terraform="1.11.4"))
    assert "| plan, no change | 1,000 | 0.100 s | 30 MiB | 2.000 s | 0.050 |" in beside
    assert "interpreter" not in beside
    assert "discovers 100 providers" in beside


@pytest.mark.parametrize("text", ["<!-- made: plan -->\nold\n<!-- end -->\n", "nothing"])
def test_only_blocks_are_made_anew(text: str) -> None:
    assert readme.made(text, {"plan": lambda: "new\n"}) == text.replace("old", "new")
    assert readme.made(text, {}) == text


def code_in(text: str) -> list[str]:
    """Return what stands in fences and between backticks."""
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL) + re.findall(r"`(idpctl [^`]+)`", text)


def measured(*, terraform: str | None) -> dict[str, Any]:
    peer = {"wall_seconds": 2.0, "cpu_seconds": 2.0, "peak_mib": 200.0} if terraform else None
    ours = {"wall_seconds": 0.1, "cpu_seconds": 0.1, "peak_mib": 30.0}
    case = {
        "providers": 1000,
        "repetitions": 5,
        "idpctl": ours,
        "terraform": peer,
        "ratio": 0.05,
        "verdict": None,
    }
    discovery = {"command": "plan", "hosts": 100, "idpctl": ours, "ideal_seconds": 0.35}
    return {
        "machine": {"cpus": 2, "python": "3.11.7", "system": "Linux", "terraform": terraform},
        "cases": [{"case": "interpreter alone", **case}, {"case": "plan, no change", **case}],
        "discovery": [discovery],
    }
