"""Files made to hurt: each ends early, in little memory, with one clear reason."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from idpctl.config import events
from idpctl.config.load import load
from idpctl.errors import InvalidInputError
from tests.config.house import GOOD, HEAD, House

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 200_000
PROPERTY = GOOD + "    properties: {x: '"


def repeated(unit: str, before: str = "", after: str = "") -> str:
    return before + unit * (SIZE // len(unit)) + after


# Each would take quadratic or exponential time, or much memory, in a careless reader.
BOMBS = [
    ("nested lists", repeated("["), "YML-07"),
    ("nested mappings", repeated("{"), "YML-12 YML-07"),  # by the older, and by the newer libyaml
    ("nested entries", repeated("- "), "YML-07"),
    ("nested keys", repeated("? "), "YML-12"),
    ("mappings as keys", repeated("{[a]: b},", "["), "YML-12"),
    ("tags", repeated("!a x,", "["), "YML-10"),
    ("tag handles", "".join(f"%TAG !a{number}! b\n" for number in range(15_000)), "YML-09"),
    ("aliases", repeated("*a ,", "[&a x,"), "YML-13"),
    ("aliases of a large list", repeated("*a ,", "[&a [" + "1," * 5000 + "],"), "YML-13"),
    ("the same key", repeated("a:\n"), "CFG-03"),
    ("quotes", repeated('"'), "YML-01"),
    ("colons", repeated(": "), "YML-01"),
    ("block headers", repeated("|\n"), "YML-01"),
    ("beginnings of tokens", repeated("eyJ", PROPERTY, "'}\n"), None),
    ("tokens", repeated("eyJaaaaaaaa.", PROPERTY, "'}\n"), "CFG-27"),
    ("beginnings of PEM blocks", repeated("-----BEGIN ", PROPERTY, "'}\n"), None),
    ("beginnings of URLs", repeated("://", PROPERTY, "'}\n"), None),
    ("URLs without a name", repeated("://@x", PROPERTY, "'}\n"), "CFG-27"),
    ("open variables", repeated("${", PROPERTY, "'}\n"), "CFG-28"),
    ("unknown variables", repeated("${x}", PROPERTY, "'}\n"), "CFG-28"),
    ("digits", repeated("9", GOOD + "    properties: {x: ", "}\n"), "YML-14"),
    ("digits of a fraction", repeated("9", GOOD + "    properties: {x: 1.", "}\n"), "CFG-02"),
    ("a long key", repeated("k", GOOD + "    ? ", "\n    : v\n"), "CFG-20"),
    ("comments", repeated(" #a", GOOD), None),
    ("unknown keys", HEAD + "providers:\n" + "".join(f" p{n}: {{nam: x}}\n" for n in range(3000)), "CFG-20"),
    ("patterns that lead out", repeated("../x,", GOOD + "include: [", "]\n"), "CFG-29"),
    ("moved entries", repeated("{from: a, to: b},", GOOD + "moved: [", "]\n"), "CFG-31"),
    ("ignored fields", repeated("issuer,", GOOD + "    lifecycle: {ignore_changes: [", "]}\n"), "CFG-24"),
    ("escaped controls", repeated("\\x07", GOOD + '    properties: {x: "', '"}\n'), "YML-05"),
]


@pytest.mark.unmeasured
@pytest.mark.parametrize(("text", "rule"), [case[1:] for case in BOMBS], ids=[case[0] for case in BOMBS])
def test_bomb(house: House, text: str, rule: str | None) -> None:
    house.write("idpctl.yaml", text)
    problems = ()
    tracemalloc.start()
    try:
        load([Path("idpctl.yaml")], root=house.root, environ={})
    except InvalidInputError as error:
        problems = error.problems
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 200 * len(text) + 5_000_000
    assert len(problems) <= 1000
    found = {problem.rule for problem in problems}
    assert found & {*rule.split()} if rule else not found
    assert all(len(problem.message) < 500 for problem in problems)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a text is read as YAML."""
    reads: list[int] = []
    opener: Callable[[str], events.NextEvent] = events.open_events

    def count(text: str) -> events.NextEvent:
        reads.append(len(text))
        return opener(text)

    monkeypatch.setattr(events, "open_events", count)
    return reads


def test_a_good_file_is_read_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = counting(monkeypatch)
    house.load(GOOD + "include: [a.yaml]\n", files={"a.yaml": "providers: {}\n"})
    assert len(reads) == 2


def test_places_are_looked_up_for_all_problems_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "providers:\n" + "".join(f"  p{n}: {{nam: x, token: y}}\n" for n in range(100))
    text += "include: [" + "../a," * 100 + "]\nmoved: [" + "{from: a, to: b}," * 100 + "]\n"
    reads = counting(monkeypatch)
    assert len(house.problems(text)) >= 300
    assert len(reads) <= 4
