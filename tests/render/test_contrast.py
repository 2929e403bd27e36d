"""Two values side by side: what differs is always in sight."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idpctl.render.contrast import HIDDEN, contrast, look_alike
from idpctl.text import LIMIT

URL = "https://acme.okta.com/oauth2/default"

ALIKE = [
    (URL, URL + "/", 'the end became "/"'),
    (URL + "/", URL, '"/" became the end'),
    (URL, URL.replace("acme", "acmé"), '"e" became U+00E9'),
    (URL, URL.replace("a", "\u0430", 1), '"a" became U+0430'),
    (URL, URL.replace("okta", "OKTA"), '"o" became "O"'),
    (URL, "HTTPS" + URL[5:], '"h" became "H"'),
    (URL, URL.replace("oauth2", "oauth1"), '"2" became "1"'),
    (URL, URL.replace("acme", "ac\u200bme"), '"m" became U+200B'),
    (URL, URL.replace("a", "\uff41", 1), '"a" became U+FF41'),
]


@pytest.mark.parametrize(("before", "after", "note"), ALIKE)
def test_a_caret_stands_under_what_is_easily_overlooked(before: str, after: str, note: str) -> None:
    left, right, pointer = contrast(before, after, point=True)
    assert pointer.lstrip() == f"^ {note}"
    column = pointer.index("^")
    assert left[:column] == right[:column]
    assert left[column : column + 8] != right[column : column + 8]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("okta-main", "okta-new"),
        (URL, "https://evil.example/jwks"),
        ("", URL),
        ("short", "shore"),
        (URL, URL + "/v1"),
        (URL, URL.replace("oauth2", "custom")),
    ],
)
def test_what_differs_plainly_gets_none(before: str, after: str) -> None:
    assert contrast(before, after, point=True) == (f'"{before}"', f'"{after}"', "")


def test_a_caret_is_only_drawn_where_it_is_wanted() -> None:
    assert contrast(URL, URL + "/", point=False) == (f'"{URL}"', f'"{URL}/"', "")


def test_escapes_before_the_difference_move_the_caret() -> None:
    left, right, pointer = contrast('a"\n' + URL, 'a"\n' + URL + "/", point=True)
    assert left == r'"a\"\n' + URL + '"'
    assert right[pointer.index("^")] == "/"


def test_long_values_are_cut_around_the_difference() -> None:
    head, tail = "a" * 5000, "z" * 5000
    left, right, _ = contrast(f"{head}ONE{tail}", f"{head}TWO{tail}", point=False)
    assert left == '"' + "a" * 60 + '"...(+4900)..."' + "a" * 40 + "ONE" + "z" * 97 + '"...(+4903)'
    assert "TWO" in right


def test_long_values_that_differ_early_keep_their_beginning() -> None:
    left, right, _ = contrast("x" + "a" * 500, "y" + "a" * 500, point=False)
    assert left == '"x' + "a" * 199 + '"...(+301)'
    assert right.startswith('"y')


def test_long_lookalikes_have_their_caret_in_the_part_that_is_shown() -> None:
    before = "https://acme.okta.com/" + "p" * 900
    left, right, pointer = contrast(before + "a", before + "b", point=True)
    column = pointer.index("^")
    assert (left[column], right[column]) == ("a", "b")


def test_a_short_value_beside_a_long_one_stays_whole() -> None:
    left, right, _ = contrast("short", "s" * 1000, point=True)
    assert left == '"short"'
    assert right == '"' + "s" * 200 + '"...(+800)'


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (True, False, ("true", "false")),
        ("true", True, ('"true"', "true")),
        (1, "1", ("1", '"1"')),
        ({"b": 1, "a": [1, None]}, [], ('{"a": [1, null], "b": 1}', "[]")),
        ("x\x1b", 0, ('"x\\x1b"', "0")),
        (["\x1b"], 0, ('["\\u001b"]', "0")),
    ],
)
def test_other_values_are_shown_as_json(before: Any, after: Any, shown: tuple[str, str]) -> None:
    assert contrast(before, after, point=True) == (*shown, "")


def test_long_json_is_cut_around_the_difference_too() -> None:
    left, right, _ = contrast(list(range(900)), [*range(899), "x"], point=True)
    assert left.endswith("899]")
    assert right.endswith('"x"]')
    assert "...(+" in left


def test_user_information_is_never_shown_and_its_change_is_named() -> None:
    one, other = "https://user:hunter1@host/", "https://user:hunter2@host/"
    assert contrast(one, other, point=True) == ('"https://***@host/"', '"https://***@host/"', HIDDEN)
    assert contrast([one], "", point=True)[0] == '["https://***@host/"]'


@given(st.text(min_size=1), st.text(max_size=400), st.text(max_size=400), st.booleans())
@example("x", "", "##[command]", True)
def test_values_that_differ_look_different(common: str, left: str, right: str, point: bool) -> None:
    before, after = common * 40 + left, common * 40 + right
    one, other, pointer = contrast(before, after, point=point)
    assert (one == other) == (before == after or pointer == HIDDEN)
    assert one.isprintable()
    assert other.isprintable()
    assert len(one) < 12 * LIMIT


@given(st.text(), st.text())
def test_likeness_is_mutual(left: str, right: str) -> None:
    assert look_alike(left, right) == look_alike(right, left)
