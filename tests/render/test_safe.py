"""Names, values and sentences from outside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.render.safe import as_json, calm, quoted, sentence, shown, word, words
from idpctl.text import hide_userinfo

anything = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    "name", ["workforce", "a.b_c-d", "acme/prod", "https://x.example:8443/y", "r-1", "a+b@c"]
)
def test_an_unmistakable_name_stands_as_it_is(name: str) -> None:
    assert word(name) == name


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("", '""'),
        ("two words", '"two words"'),
        ("a, b", '"a, b"'),
        ("-flag", '"-flag"'),
        ("::error", '"::error"'),
        ("na\u00efve", '"na\u00efve"'),
        ("esc\x1b[0m", '"esc\\x1b[0m"'),
        ("new\n", '"new\\n"'),
        ("x" * 201, '"' + "x" * 200 + '"...(+1)'),
        ("https://user:secret@host/", '"https://***@host/"'),
    ],
)
def test_every_other_name_stands_in_quotes(name: str, printed: str) -> None:
    assert word(name) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("text", '"text"'),
        (None, "null"),
        (False, "false"),
        (7, "7"),
        (["b", {"z": 1, "a": "é"}], '["b", {"a": "\\u00e9", "z": 1}]'),
        ("x" * 300, '"' + "x" * 200 + '"...(+100)'),
        (["x" * 300], '["' + "x" * 198 + "...(+104)"),
    ],
)
def test_values(value: Any, printed: str) -> None:
    assert shown(value) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("##[add-mask]x", r"\x23#[add-mask]x"),
        ("a ##vso[task]", r"a \x23#vso[task]"),
        ("## a heading", "## a heading"),
        ("Plan: 1 to add", r"Plan\x3a 1 to add"),
        ("Plan: none", "Plan: none"),
        ("No changes. Your", r"No changes\x2e Your"),
        ("Note: Objects have changed", r"Note\x3a Objects have changed"),
        ("No changes", "No changes"),
    ],
)
def test_what_readers_of_logs_act_upon_is_broken(text: str, printed: str) -> None:
    assert calm(text) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("https://u:p@h/x", "https://***@h/x"),
        ("see https://u@h and http://v:w@i", "see https://***@h and http://***@i"),
        ("https://host/a@b", "https://host/a@b"),
        ("https://host?x=a@b", "https://host?x=a@b"),
        ("mail@example.com", "mail@example.com"),
        (r"https://good.example\@evil.example/", r"https://good.example\@evil.example/"),
    ],
)
def test_user_information_is_hidden(text: str, printed: str) -> None:
    assert hide_userinfo(text) == printed


def test_hiding_takes_time_in_proportion() -> None:
    assert hide_userinfo("a" * 2_000_000 + "@").endswith("@")
    assert hide_userinfo("://" * 500_000 + "@").endswith("***@")


def test_json_hides_user_information_of_each_text_apart() -> None:
    assert (
        as_json(["https://a.example", "b@c", "https://u:p@h"])
        == '["https://a.example", "b@c", "https://***@h"]'
    )


def test_long_lists_end_in_a_count() -> None:
    assert words(("a", "b c", "d"), 2) == 'a, "b c" and 1 more'
    assert words(["a"], 2) == "a"


def test_sentences_are_cut_late() -> None:
    assert sentence("x" * 2000) == "x" * 2000
    assert len(sentence("x" * 9000)) < 2100


@given(anything)
def test_nothing_leaves_its_line(text: str) -> None:
    for printed in (word(text), quoted(text), sentence(text), shown([text])):
        assert printed.isprintable()
        assert "##[" not in printed
