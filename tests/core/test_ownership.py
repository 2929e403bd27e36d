from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.model import Moved, Record
from idpctl.ownership import choose, connected, follow, sort_out
from tests.support.build import OWNER, desired, record, unmanaged

if TYPE_CHECKING:
    from random import Random


def held(name: str, *, replaces: str | None = None, ref: str | None = None) -> Record:
    """Return a record of the key okta under `name`; its ref is the name in lower case."""
    made = record(desired("okta", name=name), ref=ref or name.lower())
    assert made.mark is not None
    return replace(made, mark=replace(made.mark, replaces=replaces))


def move(old: str, new: str) -> Moved:
    return Moved(from_key=old, to_key=new)


def test_records_are_sorted_out_by_their_marks_alone() -> None:
    ours = record(desired("okta"))
    renamed = record(desired("former"))
    theirs = record(desired("theirs"), owner="other/team")
    nobodys = unmanaged()

    found = sort_out([ours, renamed, theirs, nobodys], OWNER, {"former": "present"})

    assert found.by_key == {"okta": [ours], "present": [renamed]}
    assert found.unmanaged == [nobodys]
    assert [(seen, mark.owner) for seen, mark in found.foreign] == [(theirs, "other/team")]
    assert found.by_name == {seen.idp.name: seen for seen in (ours, renamed, theirs, nobodys)}
    assert found.shared == set()


def test_of_several_records_with_one_name_the_strangers_stand_in_the_way_first() -> None:
    ours = record(desired("okta", name="X"), ref="1")
    theirs = record(desired("theirs", name="X"), ref="2", owner="other/team")
    nobodys = unmanaged(name="X", ref="3")
    another = unmanaged(name="X", ref="4")

    for order in permutations([ours, theirs, nobodys, another]):
        found = sort_out(order, OWNER, {})
        assert found.by_name == {"X": theirs}
        assert found.shared == {"X"}
    for order in permutations([ours, nobodys, another]):
        assert sort_out(order, OWNER, {}).by_name == {"X": nobodys}


A, B, C = held("A"), held("B", replaces="a"), held("C", replaces="b")
GHOST = held("G", replaces="gone")
LOOSE = held("L")


@pytest.mark.parametrize(
    ("wanted", "records", "expected"),
    [
        ("A", [A], "A"),
        (None, [A], "A"),
        ("A", [A, B], "AB"),
        ("B", [A, B], "BA"),
        ("other", [A, B], "BA"),
        (None, [A, B], "BA"),
        ("A", [A, B, C], "ACB"),
        ("B", [A, B, C], "BCA"),
        ("C", [A, B, C], "CAB"),
        ("other", [A, B, C], "CAB"),
        ("A", [A, LOOSE], "AL"),
        ("other", [A, LOOSE], "AL"),
        ("C", [A, B, C, LOOSE], "CLAB"),
        ("G", [A, GHOST], "GA"),
        ("C", [A, C], "CA"),
    ],
)
def test_the_current_record_comes_first_and_the_farthest_replaced_one_next(
    wanted: str | None, records: list[Record], expected: str
) -> None:
    for order in permutations(records):
        assert "".join(seen.idp.name for seen in choose(order, wanted)) == expected


def test_of_records_with_the_same_name_the_newer_one_is_current_in_any_order() -> None:
    old, new, copy = held("X", ref="1"), held("X", ref="2", replaces="1"), held("X", ref="0")
    for order in permutations([old, new, copy]):
        assert [seen.ref for seen in choose(order, "X")] == ["0", "2", "1"]
    for order in permutations([old, new]):
        assert [seen.ref for seen in choose(order, "X")] == ["2", "1"]
    for order in permutations([old, copy]):
        assert [seen.ref for seen in choose(order, "X")] == ["0", "1"]


@pytest.mark.parametrize(
    ("current", "records", "expected"),
    [
        (A, [A, B], "ab"),
        (B, [A, B], "ab"),
        (C, [A, B, C], "abc"),
        (A, [A, B, C], "abc"),
        (C, [A, C], "c"),
        (A, [A, LOOSE], "a"),
        (A, [A, GHOST], "a"),
    ],
)
def test_records_are_connected_by_any_chain_of_replacements(
    current: Record, records: list[Record], expected: str
) -> None:
    assert sorted(connected(current, records)) == sorted(expected)


def test_marks_that_replace_each_other_in_a_circle_do_not_confuse() -> None:
    one, other = held("A", replaces="b"), held("B", replaces="a")
    selfish = held("S", replaces="s")
    assert [seen.ref for seen in choose([other, one], None)] == ["a", "b"]
    assert sorted(connected(one, [one, other, selfish])) == ["a", "b"]


@pytest.mark.parametrize(
    ("moved", "declared", "ends", "wrong"),
    [
        ([], {"a"}, {}, []),
        ([("old", "a")], {"a"}, {"old": "a"}, []),
        ([("x", "y"), ("y", "a")], {"a"}, {"x": "a", "y": "a"}, []),
        ([("x", "a"), ("y", "a")], {"a"}, {"x": "a", "y": "a"}, []),
        ([("a", "b")], {"a", "b"}, {}, ["a is still declared"]),
        ([("x", "y")], {"a"}, {}, ["y is not declared"]),
        ([("x", "a"), ("x", "b")], {"a", "b"}, {"x": "a"}, ["x moves twice"]),
        ([("x", "a"), ("x", "a")], {"a"}, {"x": "a"}, ["x moves twice"]),
        ([("x", "y"), ("y", "x")], {"a"}, {}, ["it leads in a circle", "it leads in a circle"]),
        ([("x", "x")], {"a"}, {}, ["it leads in a circle"]),
        ([("a", "a")], {"a"}, {}, ["a is still declared"]),
        ([("w", "x"), ("x", "y"), ("y", "x")], {"a"}, {}, ["it leads in a circle"] * 3),
        ([("x", "b"), ("b", "c")], {"b", "c"}, {"x": "b"}, ["b is still declared"]),
    ],
)
def test_moves_are_followed_to_their_end(
    moved: list[tuple[str, str]], declared: set[str], ends: dict[str, str], wrong: list[str]
) -> None:
    found, problems = follow([move(*pair) for pair in moved], declared)
    assert found == ends
    assert [problem.message.partition(": ")[2] for problem in problems] == wrong
    assert {problem.rule for problem in problems} <= {"PLN-05"}


@given(
    pairs=st.lists(st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("abuvwxyz")), max_size=8),
    random=st.randoms(use_true_random=False),
)
def test_the_order_of_moves_never_matters(pairs: list[tuple[str, str]], random: Random) -> None:
    other = random.sample(pairs, len(pairs))
    assert follow([move(*pair) for pair in pairs], {"a", "b"}) == follow(
        [move(*pair) for pair in other], {"a", "b"}
    )
