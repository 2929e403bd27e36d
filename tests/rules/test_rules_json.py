from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.rules.strict_json import MAX_DEPTH, StrictJsonError, parse

LIMIT = 64 * 1024

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**98), 10**98) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read(body: bytes) -> object:
    """Return the value, or the reason why there is none."""
    try:
        return parse(body, limit=LIMIT)
    except StrictJsonError as error:
        return error


@given(VALUES)
def test_ordinary_json_is_read_as_json_reads_it(value: object) -> None:
    found = read(json.dumps(value).encode())
    if isinstance(found, StrictJsonError):
        with pytest.raises(UnicodeEncodeError):
            json.dumps(value, ensure_ascii=False).encode()
    else:
        assert found == value


@given(st.binary(max_size=80) | st.text(alphabet='[]{}"\\,:0aNu8d', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert str(read(body)) is not None


@pytest.mark.parametrize(
    "body", [b'"[[[["', b'"\\"[[["', b'"\\\\"', b'["a\\u00e9", 1.5, -0, 1e3]', b" {} \r\n\t"]
)
def test_what_only_looks_odd_is_read(body: bytes) -> None:
    assert parse(body, limit=LIMIT) == json.loads(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Expecting value in line 1, column 1"),
        (b"{} {}", "Extra data"),
        (b"{'a': 1}", "double quotes"),
        (b'{"a": 1,}', "line 1"),
        (b'"a\nb"', "control character"),
        (b'"open', "Unterminated"),
        (b'{"a": {"b": 1, "b": 2}}', '"b" is there twice'),
        (b'[{"a": 1, "\\u0061": 2}]', '"a" is there twice'),
        (b"NaN", "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"[-Infinity]", "-Infinity"),
        (b"1e999", "too large"),
        (b"-1e999", "too large"),
        (b"0." + b"1" * 200, "too large"),
        (b"7" * 101, "101 digits"),
        (b"\xff\xfe", "not UTF-8: bad byte at offset 0"),
        (b'"\xc0\xaf"', "not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ("{}".encode("utf-16-le"), "line 1"),
        (b'"\\ud800"', "lone surrogate"),
        (b'{"\\uDC00": 1}', "lone surrogate"),
        (b"[" * (MAX_DEPTH + 1), f"deeper than {MAX_DEPTH}"),
        (b'{"a":' * (MAX_DEPTH + 1), f"deeper than {MAX_DEPTH}"),
        (b" " * (LIMIT + 1), "larger than 64 KiB"),
    ],
)
def test_what_two_readers_could_take_differently_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(StrictJsonError, match=words.replace("(", "\\(")):
        parse(body, limit=LIMIT)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"', limit=LIMIT) == "\U0001f600"


def test_the_deepest_nesting_is_read() -> None:
    body = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert parse(body, limit=LIMIT) == json.loads(body)


def test_hostile_texts_cost_little() -> None:
    twice = ",".join(f'"{index}": 0' for index in [*range(15_000), 14_999])
    begin = time.process_time()
    for body in (b"[" * 250_000, b'"' + b"\\" * 250_000, b'"[' * 120_000, f"{{{twice}}}".encode()):
        with pytest.raises(StrictJsonError):
            parse(body, limit=1 << 20)
    assert time.process_time() - begin < 5.0
