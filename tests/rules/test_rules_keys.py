from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.documents import Unreachable
from idpctl.http import NETWORK_RULES
from idpctl.rules import check, jwk
from idpctl.rules.catalog import RULES
from idpctl.rules.urls import UrlPolicy
from tests.rules.running import HOST, answer, number, pinned, provider, rsa, weights

if TYPE_CHECKING:
    from idpctl.rules.base import Rule

POLICY = UrlPolicy()
SECRET = "aHVudGVyMg"
X32 = base64.urlsafe_b64encode(b"x" * 32).decode().rstrip("=")
X56 = base64.urlsafe_b64encode(b"x" * 56).decode().rstrip("=")
EC = {"kty": "EC", "crv": "P-256", "x": X32, "y": X32}
ED = {"kty": "OKP", "crv": "Ed25519", "x": X32}


def check_keys(*keys: Any) -> list[tuple[str, str]]:
    return weights(check.check_key_set(provider(), answer(f"{HOST}/keys", {"keys": list(keys)}), POLICY))


def found(*keys: Any) -> str:
    return " ".join(rule for rule, _ in check_keys(*keys))


def standard(text: str) -> str:
    """Return base64url text in the standard alphabet with padding."""
    return text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)


@pytest.mark.parametrize(
    "key",
    [
        rsa(),
        rsa(2049),
        rsa(4096, use="sig", alg="RS256", kid="a"),
        rsa(key_ops=["verify"]),
        rsa(key_ops=["signing"], alg="SHA256"),
        rsa(key_ops=[]),
        rsa(alg="PS512"),
        rsa(d="", k=None),
    ],
)
def test_a_good_rsa_key_is_all_that_a_set_needs(key: dict[str, Any]) -> None:
    assert check_keys(key) == []


@pytest.mark.parametrize("key", [EC, ED, {**EC, "crv": "secp256k1"}, {**EC, "use": "sig", "alg": "ES256"}])
def test_other_good_keys_are_a_warning_alone(key: dict[str, Any]) -> None:
    assert check_keys(key) == [("JWK-05", "warning")]
    assert check_keys({**key, "kid": "a"}, rsa(kid="b")) == []


IGNORED = [
    {"kty": "oct", "n": "x"},
    {"kty": "AKP", "pub": "x"},
    {"kty": 7},
    {},
    {"kty": ["RSA"]},
    rsa(use="enc"),
    rsa(use=["sig"]),
    rsa(alg="RSA-OAEP-256"),
    rsa(alg="RSA1_5"),
    rsa(key_ops=["encrypt", "wrapKey"]),
    {**EC, "alg": "ECDH-ES+A256KW"},
    {"kty": "OKP", "crv": "X25519", "x": X32},
    {"kty": "OKP", "crv": "X448", "x": X56},
    {"kty": "OKP", "crv": ["Ed25519"], "x": X32},
]
MALFORMED = [
    7,
    None,
    {"kty": "RSA"},
    {"kty": "RSA", "n": number(2048)},
    rsa(n=7),
    rsa(n=""),
    rsa(n="a"),
    rsa(n="!!!!"),
    rsa(n="\u00e4"),
    rsa(n=number(2048)[:-1] + "A"),
    rsa(e=""),
    rsa(e="AA"),
    rsa(e="AQ"),
    rsa(e="AgAA"),
    {"kty": "EC"},
    {**EC, "y": None},
    {**EC, "x": X56},
    {**EC, "crv": "P-384"},
    {**EC, "crv": "P-0"},
    {**ED, "x": X56},
]


@pytest.mark.parametrize("key", IGNORED)
def test_keys_for_other_things_are_passed_over(key: Any) -> None:
    assert found(key) == "JWK-03"
    assert found(key, rsa()) == ""


@pytest.mark.parametrize("key", MALFORMED)
def test_one_bad_key_does_not_spoil_the_set(key: Any) -> None:
    assert found(key) == "JWK-03 JWK-06"
    assert check_keys(key, rsa()) == [("JWK-06", "warning")]


@pytest.mark.parametrize("bits", [512, 1024, 2047])
def test_short_rsa_keys_do_not_count(bits: int) -> None:
    assert check_keys(rsa(bits)) == [("JWK-03", "error")]
    assert check_keys(rsa(bits), rsa()) == [("JWK-04", "warning")]
    assert found(rsa(bits), EC) == "JWK-04 JWK-05"


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"])
@pytest.mark.parametrize("key", [rsa(), EC, {"kty": "oct"}, {"kty": "unheard-of"}])
def test_a_published_secret_is_an_error_and_never_shown(member: str, key: dict[str, Any]) -> None:
    content = {"keys": [{**key, "kid": "a", member: SECRET}, rsa(kid="b")]}
    problems = check.check_key_set(provider(), answer(f"{HOST}/keys", content), POLICY)
    assert [problem.rule for problem in problems] == ["JWK-02"]
    assert f"`{member}`" in problems[0].message
    assert SECRET not in problems[0].message


@pytest.mark.parametrize(
    "key",
    [
        rsa(n=number(2048, zero=True)),
        rsa(n=standard(number(2048))),
        rsa(e="AAEAAQ"),
        rsa(e="AQAB===="),
    ],
)
def test_odd_writing_is_a_warning(key: dict[str, Any]) -> None:
    assert check_keys(key) == [("JWK-06", "warning")]


def test_the_standard_alphabet_is_read_too() -> None:
    octets = b"\xfb\xff" + b"\xfe" * 253 + b"\xff"
    key = rsa(n=base64.b64encode(octets).decode())
    assert "+" in key["n"]
    assert "/" in key["n"]
    assert check_keys(key) == [("JWK-06", "warning")]


@pytest.mark.parametrize(
    ("kids", "expected"),
    [
        ([None], ""),
        (["a"], ""),
        (["a", "b"], ""),
        (["a", None], "JWK-07"),
        ([None, None], "JWK-07"),
        (["a", ""], "JWK-07"),
        (["a", 7], "JWK-07"),
        (["a", "a"], "JWK-07"),
        (["a", "a", None], "JWK-07 JWK-07"),
    ],
)
def test_keys_are_told_apart_by_kid(kids: list[Any], expected: str) -> None:
    assert found(*(rsa() if kid is None else rsa(kid=kid) for kid in kids)) == expected


def test_kids_of_keys_that_do_not_count_do_not_matter() -> None:
    assert found(rsa(kid="a"), rsa(use="enc"), rsa(use="enc", kid="a")) == ""


def certificate(*numbers: bytes) -> str:
    return base64.b64encode(b"0\x82\x01\x22" + b"".join(numbers) + b"\x02\x03\x01\x00\x01").decode()


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    ("key", "chain", "expected"),
    [
        (rsa(), [certificate(b"\0", octets(number(2048)))], ""),
        (rsa(n=number(2048, zero=True)), [certificate(b"\0", octets(number(2048)))], "JWK-06"),
        (rsa(), [certificate(octets(number(3072))), certificate(octets(number(2048)))], "JWK-08"),
        (rsa(), [certificate(b"x" * 256)], "JWK-08"),
        (rsa(), ["a"], "JWK-08"),
        (rsa(), ["\u00e4"], "JWK-08"),
        (rsa(), [7], "JWK-08"),
        (rsa(), "MIIB", "JWK-08"),
        (rsa(), [], ""),
        (rsa(), None, ""),
        ({**EC, "kid": "a"}, [certificate(b"\x04", b"x" * 64)], "JWK-05"),
        ({**EC, "kid": "a"}, [certificate(b"\x04", b"y" * 64)], "JWK-05 JWK-08"),
    ],
)
def test_a_certificate_holds_its_key(key: dict[str, Any], chain: Any, expected: str) -> None:
    assert found({**key, "x5c": chain}) == expected


def test_a_malformed_key_has_no_certificate_to_compare() -> None:
    assert found({"kty": "RSA", "x5c": ["MIIB"]}, rsa()) == "JWK-06"
    malformed = jwk.read({"kty": "RSA"})
    assert malformed is not None
    assert not jwk.certificate_holds({"x5c": ["MIIB"]}, malformed)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "JWK-01"),
        (b"<html>", "JWK-01"),
        (b"[]", "JWK-01"),
        (b"{}", "JWK-01"),
        (b'{"keys": null}', "JWK-01"),
        (b'{"keys": {}}', "JWK-01"),
        (b'{"keys": []}', "JWK-01"),
        (b'{"keys": [], "keys": []}', "JWK-01"),
        (b"[" * 100_000, "JWK-01"),
        (b" " * (256 * 1024 + 1), "JWK-10"),
        (b'{"keys": [' + b"{}," * 100 + b"{}]}", "JWK-10"),
        (b'{"keys": [' + b"{}," * 99 + b"{}]}", "JWK-03"),
    ],
)
def test_what_is_no_key_set_is_an_error(body: bytes, expected: str) -> None:
    problems = check.check_key_set(provider(), answer(f"{HOST}/keys", body), POLICY)
    assert weights(problems) == [(expected, "error")]
    assert problems[0].path == "jwks_endpoint"


@pytest.mark.parametrize("status", [301, 401, 404, 500])
def test_a_set_that_cannot_be_read_is_a_warning(status: int) -> None:
    problems = check.check_key_set(provider(), answer(f"{HOST}/keys", b"", status=status), POLICY)
    assert weights(problems) == [("JWK-09", "warning")]


def test_a_slow_set_is_a_warning_beside_the_rest() -> None:
    slow = answer(f"{HOST}/keys", {"keys": [rsa()]}, seconds=1.2)
    assert weights(check.check_key_set(provider(), slow, POLICY)) == [("JWK-11", "warning")]
    failed = answer(f"{HOST}/keys", b"", seconds=3.0, status=503)
    assert [rule for rule, _ in weights(check.check_key_set(provider(), failed, POLICY))] == [
        "JWK-11",
        "JWK-09",
    ]


@pytest.mark.parametrize(
    ("rule", "declared", "expected"),
    [
        ("NET-01", provider(), [("JWK-09", "warning")]),
        ("NET-03", pinned(), [("JWK-09", "warning")]),
        ("NET-02", pinned(), [("JWK-09", "warning")]),
        ("NET-02", provider(), [("DSC-10", "error")]),
    ],
)
def test_no_answer_is_a_warning_unless_a_document_led_to_a_forbidden_address(
    rule: str, declared: Any, expected: list[tuple[str, str]]
) -> None:
    nothing = Unreachable(url=f"{HOST}/keys", rule=rule, reason="no answer in time")
    problems = check.check_key_set(declared, nothing, POLICY)
    assert weights(problems) == expected
    assert rule in problems[0].message


def test_a_key_set_too_large_to_be_read_is_as_bad_as_one_that_was_read() -> None:
    nothing = Unreachable(url=f"{HOST}/keys", rule="JWK-10", reason="the answer is larger than 262144 bytes")
    (problem,) = check.check_key_set(provider(), nothing, POLICY)
    assert weights([problem]) == [("JWK-10", "error")]
    assert problem.message == f'"{HOST}/keys": the answer is larger than 262144 bytes'
    assert problem.hint == RULES["JWK-10"].hint


@pytest.mark.parametrize("rule", NETWORK_RULES, ids=lambda rule: rule.id)
def test_no_answer_advises_what_the_network_does(rule: Rule) -> None:
    nothing = Unreachable(url=f"{HOST}/keys", rule=rule.id, reason="no answer in time")
    (problem,) = check.check_key_set(pinned(), nothing, POLICY)
    assert problem.hint == rule.hint


def test_an_address_that_a_document_led_to_is_allowed_on_the_command_line() -> None:
    nothing = Unreachable(url=f"{HOST}/keys", rule="NET-02", reason="the host name leads elsewhere")
    (problem,) = check.check_key_set(provider(), nothing, POLICY)
    assert "--allow-network" in (problem.hint or "")


def test_many_odd_keys_are_one_finding() -> None:
    keys = [rsa(n=number(2048, zero=True), kid=f"k{index}") for index in range(9)]
    problems = check.check_key_set(provider(), answer(f"{HOST}/keys", {"keys": keys}), POLICY)
    assert len(problems) == 1
    assert "and 4 more" in problems[0].message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = st.sampled_from(["kty", "crv", "use", "alg", "key_ops", "n", "e", "x", "y", "kid", "x5c", "d", "k"])
WORDS = st.sampled_from(
    ["RSA", "EC", "OKP", "oct", "P-256", "Ed25519", "sig", "enc", "AQAB", X32, number(2048)]
)


@given(st.lists(st.dictionaries(MEMBERS, WORDS | JSON, max_size=8) | JSON, min_size=1, max_size=5))
def test_no_key_set_breaks_the_check(keys: list[Any]) -> None:
    if keys:
        for _, severity in check_keys(*keys):
            assert severity in {"error", "warning"}
