"""What is a token, and what is one strictly."""

from __future__ import annotations

import pytest

from idpctl.checkup.token import MOST_BYTES, Token, parse, read, seconds, shown_claims
from idpctl.errors import InvalidInputError, Problem
from tests.checkup.judging import judged, states, verdict
from tests.support.tokens import claims, key, part, signed, token

HEADER, PAYLOAD = part({"alg": "RS256"}), part(claims())
TWICE, NOT_A_NUMBER, NOT_UTF8 = b'{"alg":"none","alg":"RS256"}', b'{"exp":NaN}', b'{"a":"\xff"}'


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "nothing was handed in"),
        (b" \n\t", "nothing was handed in"),
        (b"Bearer a.b.c", "white space"),
        (b"a.b.c\nd.e.f", "white space"),
        (b'{"access_token": "a.b.c"}', "characters that no token has"),
        (b'"a.b.c"', "characters that no token has"),
        ("a.b.ç".encode(), "characters that no token has"),
        (b"\xff\xfe\x00", "characters that no token has"),
        (b"a" * (MOST_BYTES + 1), "larger than 16 KiB"),
        (b"a.b.c" + b" " * (MOST_BYTES + 1024), "larger than 16 KiB"),
    ],
)
def test_what_cannot_be_a_token_at_all_is_bad_input(raw: bytes, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as caught:
        read(raw)
    assert "a.b" not in caught.value.message


def test_white_space_around_a_token_is_left_out() -> None:
    assert read(b"\n  a.b.c\r\n") == "a.b.c"
    assert len(read(b"a" * MOST_BYTES)) == MOST_BYTES


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("opaque-token", "TOK-01", "one part: an opaque token"),
        ("a.b", "TOK-01", "2 parts"),
        ("a.b.c.d", "TOK-01", "4 parts"),
        (f"{HEADER}.a.b.c.d", "TOK-01", "an encrypted token (JWE)"),
        (f"{HEADER}.{PAYLOAD}.a=", "TOK-02", "the signature is not base64url without padding"),
        (f"{HEADER}.{PAYLOAD}.a+b/", "TOK-02", "the signature is not base64url without padding"),
        (f"{HEADER}.{PAYLOAD}.abcde", "TOK-02", "the signature is not base64url without padding"),
        (f"{HEADER}.{PAYLOAD}.ab", "TOK-02", "the signature does not end as base64url has to"),
        (f"{HEADER}..{PAYLOAD}", "TOK-02", "the payload is empty"),
        (f".{PAYLOAD}.", "TOK-02", "the header is empty"),
        (f"{HEADER}=.{PAYLOAD}.", "TOK-02", "the header is not base64url"),
        (f"{part(b'[]')}.{PAYLOAD}.", "TOK-02", "the header is not a JSON object"),
        (f"{HEADER}.{part(b'7')}.", "TOK-02", "the payload is not a JSON object"),
        (f"{HEADER}.{part(b'{')}.", "TOK-02", "not JSON that every reader understands alike"),
        (f"{part(TWICE)}.{PAYLOAD}.", "TOK-02", "understands alike"),
        (f"{HEADER}.{part(NOT_A_NUMBER)}.", "TOK-02", "understands alike"),
        (f"{HEADER}.{part(NOT_UTF8)}.", "TOK-02", "understands alike"),
        (f"{HEADER}.{part(b'[' * 5000)}.", "TOK-02", "understands alike"),
    ],
)
def test_every_broken_form_is_named_and_nothing_else_is_looked_at(text: str, rule: str, words: str) -> None:
    found = parse(text)
    assert isinstance(found, Problem)
    assert (found.rule, words in found.message) == (rule, True)
    steps = judged(text)
    assert states(steps, without="not reached") == {"form": ("failed", rule)}
    assert verdict(steps) == "refused"


@pytest.mark.parametrize(
    ("claim", "found"),
    [(0, 0), (1.5, 1.5), (-1, None), (True, None), ("1", None), (None, None), (10**99, None), ([], None)],
)
def test_a_time_is_a_number_of_seconds(claim: object, found: float | None) -> None:
    assert seconds(claim) == found


def test_of_a_token_four_things_may_be_shown_and_they_are_cut() -> None:
    read_one = parse(token(aud=["a", "b", 7], jti="hidden", iss="https://x/" + "x" * 300))
    assert isinstance(read_one, Token)
    shown = shown_claims(read_one)
    assert shown.keys() == {"iss", "aud", "exp", "kid"}
    assert (shown["aud"], shown["kid"], shown["exp"]) == ("a, b", "one", "2026-09-21T14:23:20Z")
    assert shown["iss"].endswith("...(+130)")
    bare = parse(signed({"alg": "RS256", "kid": 7}, part({"iss": 1, "aud": {}, "exp": "x"}), key()))
    assert isinstance(bare, Token)
    assert shown_claims(bare) == {}


def test_a_token_has_no_readable_form() -> None:
    found = parse(token(jti="canary"))
    assert "canary" not in repr(found) + str(found)
