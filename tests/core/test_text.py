from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idpctl.text import (
    LIMIT,
    caret,
    escape,
    first_difference,
    has_forbidden,
    listing,
    quote,
    suggestion,
)
from tests.support.strategies import ANY_TEXT


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("zażółć gęślą 🙂", "zażółć gęślą 🙂"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x90DCS\x9c", "\\x90DCS\\x9c"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u200bb\u2028c\u00a0d", "a\\u200bb\\u2028c\\xa0d"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_cannot_be_seen_is_written_as_an_escape(raw: str, shown: str) -> None:
    assert escape(raw) == shown


@given(ANY_TEXT)
@example("\ud83d\ude00")
def test_escaped_text_is_always_printable_and_on_one_line(raw: str) -> None:
    shown = escape(raw, None)
    assert shown.isprintable()
    assert "\n" not in shown
    shown.encode("utf-8")
    assert raw != shown or raw.isprintable()


@given(ANY_TEXT, ANY_TEXT)
def test_escaping_works_character_by_character(one: str, other: str) -> None:
    assert escape(one + other, None) == escape(one, None) + escape(other, None)


@given(ANY_TEXT, st.integers(min_value=0, max_value=30))
def test_long_text_is_cut_with_a_count_of_what_is_left_out(raw: str, limit: int) -> None:
    shown = escape(raw, limit)
    rest = len(raw) - limit
    expected = escape(raw[:limit], None) + (f"... (+{rest} characters)" if rest > 0 else "")
    assert shown == expected
    assert escape("x" * LIMIT) == "x" * LIMIT
    assert escape("x" * (LIMIT + 1)).endswith("... (+1 characters)")


def _unquoted(shown: str) -> str:
    """Undo the quoting, so that a quoted text is known to say what the text was."""
    return shown[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape")


@given(ANY_TEXT)
def test_quoted_text_is_unambiguous(raw: str) -> None:
    shown = quote(raw, None)
    assert shown.isprintable()
    assert shown[0] == shown[-1] == '"'
    assert _unquoted(shown) == raw
    assert '"' not in shown[1:-1].replace("\\\\", "").replace('\\"', "")


@given(ANY_TEXT, st.integers(min_value=0, max_value=30))
@example('aaa"bbb', 4)
@example("aaa\\bbb", 4)
def test_quoting_counts_the_characters_of_the_text_itself(raw: str, limit: int) -> None:
    head, rest = raw[:limit], len(raw) - limit
    expected = quote(head, None) if rest <= 0 else f"{quote(head, None)}... (+{rest} characters)"
    assert quote(raw, limit) == expected


@pytest.mark.parametrize(
    ("raw", "forbidden"),
    [
        ("Okta Workforce", False),
        ("no\u00a0break", False),
        ("a\tb", True),
        ("a\u202eb", True),
        ("a\u200db", True),
        ("\ud800", True),
        ("\ue000", True),
        ("\U000e0fff", True),
        ("\u2028", True),
        ("\u2029", True),
    ],
)
def test_control_bidirectional_and_unassigned_characters_are_found(raw: str, forbidden: bool) -> None:
    assert has_forbidden(raw) is forbidden


@given(ANY_TEXT)
def test_forbidden_characters_are_those_of_the_unicode_categories(raw: str) -> None:
    wrong = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert has_forbidden(raw) is any(unicodedata.category(character) in wrong for character in raw)


@pytest.mark.parametrize(
    ("left", "right", "index"),
    [
        ("https://a/", "https://a", 9),
        ("https://a", "https://a/", 9),
        ("abc", "abd", 2),
        ("", "x", 0),
        ("same", "same", 4),
        ("\x00b", "\x00c", 1),
    ],
)
def test_the_caret_stands_under_the_first_difference(left: str, right: str, index: int) -> None:
    assert first_difference(left, right) == index
    one, other, line = caret(left, right)
    assert (one, other) == (escape(left), escape(right))
    assert line == " " * len(escape(left[:index])) + "^"


@given(st.text(max_size=10), ANY_TEXT, ANY_TEXT)
def test_everything_before_the_caret_is_the_same(common: str, left: str, right: str) -> None:
    one, other, line = caret(common + left, common + right)
    column = line.index("^")
    assert one[:column] == other[:column]
    assert column <= min(len(one), len(other))
    index = first_difference(common + left, common + right)
    assert (common + left)[:index] == (common + right)[:index]
    assert (common + left)[index : index + 1] != (common + right)[index : index + 1] or left == right


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b\n"], "a, b\\n"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
    ],
)
def test_a_long_list_ends_with_a_count(words: list[str], shown: str) -> None:
    assert listing(words) == shown


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("isuer", ["issuer", "name"], "issuer"),
        ("zzz", ["issuer", "name"], None),
        ("isuer", [], None),
        ("x" * 100_000, ["issuer"], None),
    ],
)
def test_a_misspelt_word_brings_a_suggestion(word: str, known: list[str], meant: str | None) -> None:
    assert suggestion(word, known) == meant
