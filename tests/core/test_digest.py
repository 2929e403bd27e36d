from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given

from idpctl.digest import canonical, sha256, short
from tests.support.strategies import ANY_JSON


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, "é\n"]}, b'{"a":[true,null,"\\u00e9\\n"],"b":1}'),
        ("\ud800", b'"\\ud800"'),
        ({}, b"{}"),
        (10**40, b"1" + b"0" * 40),
    ],
)
def test_canonical_json_is_ascii_sorted_and_without_spaces(value: object, expected: bytes) -> None:
    assert canonical(value) == expected
    assert sha256(value) == hashlib.sha256(expected).hexdigest()


@given(ANY_JSON)
def test_canonical_json_says_what_the_value_was(value: Any) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_json_has_no_digest(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Marks in registries hold these: another result would make every record look edited.
        ("okta", "edf3c7f5"),
        ("https://okta.example.com", "26148726"),
        (True, "ae62dafd"),
        (False, "1757ebf4"),
        (1, "f8ae0d98"),
        ({"a": [1]}, "d6d05112"),
        ("", "00000000"),
        (None, "00000000"),
    ],
)
def test_the_memory_of_a_mark_never_changes_its_form(value: object, expected: str) -> None:
    assert short(value) == expected


def test_what_json_tells_apart_is_remembered_apart() -> None:
    texts = ["", "0", "true", "True", "null", "\ud800", "é", "e\u0301"]
    values = [*texts, 0, 1, True, False, [], {}, [0], [False]]
    assert len({short(value) for value in values}) == len(values)
    assert short(None) == short("")


@given(ANY_JSON)
def test_a_memory_is_eight_hex_digits(value: Any) -> None:
    assert len(short(value)) == 8
    assert set(short(value)) <= set("0123456789abcdef")
    assert short(value) == short(json.loads(json.dumps(value))) or not _survives(value)


def _survives(value: Any) -> bool:
    """JSON joins two halves of a surrogate pair into one character."""
    return bool(json.loads(json.dumps(value)) == value)
