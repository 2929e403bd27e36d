"""Every way of breaking a token, and the name that it gets."""

from __future__ import annotations

from typing import Any

import pytest

from idpctl.checkup.keys import Keys, keys_of
from idpctl.checkup.model import Difference
from idpctl.checkup.providers import Choice, Known
from idpctl.documents import Unreachable
from idpctl.value import replace
from tests.checkup.judging import PROVIDER, case, judged, message, served, states, verdict
from tests.support.tokens import AUDIENCE, ISSUER, KINDS, NOW, key, part, public, token, with_secret


def test_a_good_token_passes_every_step() -> None:
    steps = judged(token())
    assert states(steps) == {}
    assert verdict(steps) == "accepted"
    assert steps["signature"].detail == "RS256, verified"


@pytest.mark.parametrize("algorithm", KINDS)
def test_every_algorithm_of_a_key_pair_is_verified(algorithm: str) -> None:
    signer = key(KINDS[algorithm])
    good = token(signer, header={"alg": algorithm})
    steps = judged(good, case(public(signer, key("RSA", "other"))))
    rsa = KINDS[algorithm] == "RSA"
    assert states(steps) == ({} if rsa else {"algorithm": ("warning", "TOK-17")})
    assert verdict(steps) == ("accepted" if rsa else "accepted with warnings")
    bad = judged(good[:-8] + ("AAAAAAAA" if good[-8:] != "AAAAAAAA" else "BBBBBBBB"), case(public(signer)))
    assert bad["signature"].problems[0].rule == "TOK-08"


HEADERS: list[tuple[dict[str, Any], dict[str, tuple[str, ...]]]] = [
    ({"alg": "none"}, {"algorithm": ("failed", "TOK-03")}),
    ({"alg": "nOnE"}, {"algorithm": ("failed", "TOK-03")}),
    ({"alg": None}, {"algorithm": ("failed", "TOK-03")}),
    ({"alg": 7}, {"algorithm": ("failed", "TOK-03")}),
    ({"alg": "canary"}, {"algorithm": ("failed", "TOK-03")}),
    ({"crit": ["b64"], "b64": False}, {"extensions": ("failed", "TOK-05")}),
    ({"crit": None, "typ": "at+jwt"}, {"type": ("warning", "TOK-17")}),
    ({"typ": "application/AT+JWT"}, {"type": ("warning", "TOK-17")}),
    ({"typ": "secevent+jwt"}, {"type": ("warning", "TOK-17")}),
    ({"typ": 1}, {"type": ("warning", "TOK-17")}),
    ({"typ": "jwt"}, {}),
]


@pytest.mark.parametrize(("header", "expected"), HEADERS, ids=lambda value: str(value)[:40])
def test_headers(header: dict[str, Any], expected: dict[str, tuple[str, ...]]) -> None:
    good = token(header={name: value for name, value in header.items() if name != "alg"})
    if "alg" in header:
        whole = {"alg": header["alg"], "kid": "one"} if header["alg"] is not None else {"kid": "one"}
        good = ".".join([part(whole), *good.split(".")[1:]])
    steps = judged(good)
    behind = dict.fromkeys(("key", "signature"), ("not reached",))
    stopped = any("failed" in found for found in expected.values())
    assert states(steps) == {**expected, **(behind if stopped else {})}


def test_an_unknown_algorithm_is_not_repeated() -> None:
    text = ".".join([part({"alg": "canary"}), *token().split(".")[1:]])
    assert "canary" not in message(judged(text)["algorithm"])


def test_a_shared_secret_is_refused_and_told_why() -> None:
    steps = judged(with_secret(b"some secret"))
    assert states(steps)["algorithm"] == ("failed", "TOK-03")
    assert "a provider publishes public keys alone" in message(steps["algorithm"])


@pytest.mark.parametrize("name", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("kind", ["RSA", "P-256", "Ed25519"])
@pytest.mark.parametrize("form", ["PEM", "stripped", "DER"])
def test_the_public_key_as_a_secret_is_named_an_algorithm_confusion(name: str, kind: str, form: str) -> None:
    secret = key(kind).as_bytes(encoding="DER" if form == "DER" else "PEM", private=False)
    steps = judged(
        with_secret(secret.strip() if form == "stripped" else secret, name), case(public(key(kind)))
    )
    assert states(steps)["algorithm"] == ("failed", "TOK-04")
    assert "algorithm confusion" in message(steps["algorithm"])


def test_a_secret_is_refused_without_keys_too() -> None:
    assert states(judged(with_secret(b"s"), case(keys=Keys(why="down"))))["algorithm"] == ("failed", "TOK-03")


KEYS = [
    ("another kid", public(key("RSA", "two")), {}, "none of 1 usable keys has the kid"),
    ("no kid among several", public(key(), key("RSA", "two")), {"kid": None}, "the set has 2 usable keys"),
    ("an empty kid", public(key(), key("RSA", "two")), {"kid": ""}, "the set has 2 usable keys"),
    ("a kid that is a number", public(key(), key("RSA", "two")), {"kid": 1}, "the set has 2 usable keys"),
    ("a key of another kind", public(key("P-256")), {}, "is not one for RS256"),
    ("another algorithm", public(key(), alg="PS256"), {}, "is not one for RS256"),
]


@pytest.mark.parametrize(
    ("document", "header", "words"), [row[1:] for row in KEYS], ids=[row[0] for row in KEYS]
)
def test_a_key_that_is_not_there(document: Any, header: dict[str, Any], words: str) -> None:
    steps = judged(token(header=header), case(document))
    assert steps["key"].problems[0].rule == "TOK-06"
    assert words in message(steps["key"])
    assert steps["key"].state == "failed"


def test_a_rotated_key_is_asked_about() -> None:
    assert "rotated?" in message(judged(token(), case(public(key("RSA", "two"))))["key"])


def test_without_a_kid_the_only_key_is_tried_and_it_is_said() -> None:
    steps = judged(token(header={"kid": None}), case(public(key("RSA", None))))
    assert states(steps)["key"] == ("warning", "TOK-06")
    assert states(steps)["signature"] == ("failed", "TOK-08")
    assert states(judged(token(header={"kid": None}))) == {"key": ("warning", "TOK-06")}


def test_of_several_keys_with_one_kid_any_may_have_signed() -> None:
    other = {**key("RSA", "two").as_dict(private=False), "kid": "one"}
    document = {"keys": [other, *public(key())["keys"]]}
    assert states(judged(token(), case(document))) == {}
    assert states(judged(token(), case({"keys": [other]}))) == {"signature": ("failed", "TOK-08")}


def test_without_a_kid_and_with_a_fitting_key_of_none_the_signature_is_not_reached() -> None:
    steps = judged(token(header={"kid": None}), case(public(key("P-256"))))
    assert states(steps) == {"key": ("warning", "TOK-06"), "signature": ("not reached",)}
    assert verdict(steps) == "accepted with warnings"


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (None, "was not asked"),
        (Unreachable(url="x", rule="NET-01", reason="the connection failed"), "the connection failed"),
        (served({}, status=500), "status 500"),
        (served(b"<html>"), "no key that can verify"),
        (served([]), "no key that can verify"),
        (served({"keys": 7}), "no key that can verify"),
        (
            served({"keys": [7, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "n": "AQ", "e": "AQAB"}]}),
            "no key",
        ),
    ],
)
def test_keys_that_cannot_be_read_leave_it_open(response: Any, why: str) -> None:
    steps = judged(token(), case(keys=keys_of(response)))
    assert states(steps) == {"key": ("cannot tell", "TOK-07"), "signature": ("not reached",)}
    assert why in message(steps["key"])
    assert verdict(steps) == "cannot tell"


def test_what_fails_besides_is_a_refusal_all_the_same() -> None:
    steps = judged(token(aud="other"), case(keys=Keys(why="down")))
    assert verdict(steps) == "refused"


def test_a_key_that_is_written_in_standard_base64_is_understood() -> None:
    raw = key().as_dict(private=False)
    odd = {**raw, "n": str(raw["n"]).replace("-", "+").replace("_", "/") + "=="}
    assert states(judged(token(), case({"keys": [odd]}))) == {}


HOUR = 3600
TIMES: list[tuple[dict[str, Any], dict[str, tuple[str, ...]]]] = [
    ({"exp": NOW}, {"expiry": ("failed", "TOK-09")}),
    ({"exp": NOW - 3 * HOUR}, {"expiry": ("failed", "TOK-09")}),
    ({"exp": None}, {"expiry": ("failed", "TOK-09")}),
    ({"exp": "soon"}, {"expiry": ("failed", "TOK-09")}),
    ({"exp": NOW + 60}, {"expiry": ("warning", "TOK-12")}),
    ({"exp": NOW + 61}, {}),
    ({"exp": NOW + 600.5}, {}),
    ({"nbf": NOW}, {}),
    ({"nbf": NOW + 60}, {"not before": ("warning", "TOK-12")}),
    ({"nbf": NOW + 61}, {"not before": ("failed", "TOK-10")}),
    ({"nbf": True}, {"not before": ("failed", "TOK-10")}),
    ({"iat": None}, {}),
    ({"iat": NOW - HOUR}, {"issue": ("warning", "TOK-12")}),
    ({"iat": NOW - HOUR, "exp": NOW + 61, "nbf": None}, {"issue": ("warning", "TOK-12")}),
    ({"iat": NOW - HOUR - 1}, {"issue": ("failed", "TOK-11")}),
    ({"iat": NOW + 60}, {}),
    ({"iat": NOW + 61}, {"issue": ("warning", "TOK-12")}),
    ({"iat": NOW, "exp": NOW + HOUR}, {}),
    ({"iat": NOW, "exp": NOW + 2 * HOUR}, {"issue": ("warning", "TOK-12")}),
    ({"iat": NOW, "exp": None}, {"expiry": ("failed", "TOK-09")}),
    ({"iat": "x"}, {"issue": ("failed", "TOK-11")}),
]


@pytest.mark.parametrize(("given", "expected"), TIMES, ids=lambda value: str(value)[:50])
def test_times(given: dict[str, Any], expected: dict[str, tuple[str, ...]]) -> None:
    assert states(judged(token(**given))) == expected


@pytest.mark.parametrize(
    ("left", "words"), [(90, "in 90 s"), (600, "in 10 min"), (3 * HOUR, "in 3 h"), (72 * HOUR, "in 3 d")]
)
def test_what_is_left_is_told_in_a_fitting_unit(left: int, words: str) -> None:
    assert judged(token(exp=NOW + left, iat=None))["expiry"].detail.endswith(words)


AUDIENCES: list[tuple[Any, str, Difference | None]] = [
    (None, "`aud` is missing", None),
    ([], "`aud` is missing", None),
    (7, "`aud` is missing", None),
    (["zzz"], '`aud` is "zzz", allowed is "api://default"', None),
    (["x", "api://Default"], "allowed is", Difference(token="api://Default", registered=AUDIENCE)),
    ("api://default/", "allowed is", Difference(token="api://default/", registered=AUDIENCE)),
    ([f"a{number}" for number in range(9)], '"a4" and 4 more, allowed', None),
]


@pytest.mark.parametrize(("audience", "words", "difference"), AUDIENCES, ids=lambda value: str(value)[:40])
def test_audiences_that_are_not_allowed(audience: Any, words: str, difference: Difference | None) -> None:
    steps = judged(token(aud=audience))
    assert states(steps) == {"audience": ("failed", "TOK-14")}
    assert words in message(steps["audience"])
    assert steps["audience"].difference == difference


def test_one_of_several_audiences_is_enough_and_the_gateways_own_issuer_is_one() -> None:
    assert states(judged(token(aud=["x", 7, AUDIENCE]))) == {}
    own = case(gateway_issuer="https://gateway.example/oauth2/token")
    steps = judged(token(aud="https://gateway.example/oauth2/token"), own)
    assert states(steps) == {}
    assert "the gateway's own issuer" in steps["audience"].detail


@pytest.mark.parametrize("subject", [None, "", 7])
def test_a_token_without_a_subject(subject: Any) -> None:
    assert states(judged(token(sub=subject))) == {"subject": ("failed", "TOK-15")}


@pytest.mark.parametrize("issuer", [f"{ISSUER}/", ISSUER.upper(), "https://other.example.org", f"{ISSUER}\0"])
def test_another_issuer_is_shown_beside_the_registered_one(issuer: str) -> None:
    steps = judged(token(iss=issuer), case(choice=Choice(instead="partners")))
    assert states(steps) == {"issuer": ("failed", "TOK-13")}
    assert steps["issuer"].difference == Difference(token=issuer, registered=ISSUER)
    assert "It would match partners." in message(steps["issuer"])
    assert "\0" not in message(steps["issuer"])


@pytest.mark.parametrize("issuer", [None, "", ["x"]])
def test_a_token_without_an_issuer(issuer: Any) -> None:
    assert "missing" in message(judged(token(iss=issuer))["issuer"])


def test_a_provider_that_is_found_by_its_name() -> None:
    named = replace(PROVIDER, name="https://by.name", issuer="https://else.example")
    steps = judged(token(iss="https://by.name"), case(idp=named, choice=Choice(by_name=True)))
    assert states(steps) == {"issuer": ("warning", "TOK-16")}


def test_doubts_about_the_choice_are_told() -> None:
    steps = judged(token(), case(choice=Choice(doubts=("partners has the same issuer",))))
    assert states(steps) == {"issuer": ("warning", "TOK-16")}


@pytest.mark.parametrize("near", [None, Known(ref="r", label="workforce", issuer=f"{ISSUER}/", name="W")])
def test_a_token_of_nobody_names_the_nearest(near: Known | None) -> None:
    nobody = Choice(nearest=near, instead="" if near else "partners")
    steps = judged(token(), replace(case(choice=nobody), idp=None, keys=None))
    assert states(steps) == {
        "key": ("not reached",),
        "signature": ("not reached",),
        "issuer": ("failed", "TOK-13"),
        "audience": ("not reached",),
    }
    told = message(steps["issuer"])
    assert ("It would match partners." in told) == (near is None)
    assert ("the nearest is" in told) == (near is not None)
    assert (steps["issuer"].difference is None) == (near is None)


def test_a_token_of_nobody_is_not_tried_as_a_secret_either() -> None:
    assert states(judged(with_secret(b"x"), replace(case(), idp=None, keys=None)))["algorithm"][0] == "failed"


def test_user_information_of_a_url_is_not_shown() -> None:
    steps = judged(token(iss="https://user:canary@idp.example.com"))
    assert "canary" not in message(steps["issuer"])


def test_a_point_that_is_on_no_curve_verifies_nothing_and_is_no_secret() -> None:
    odd = {**key("P-256").as_dict(private=False), "x": part(b"\x01" * 32), "y": part(b"\x02" * 32)}
    steps = judged(token(key("P-256"), header={"alg": "ES256"}), case({"keys": [odd]}))
    assert states(steps)["signature"] == ("failed", "TOK-08")
    assert states(judged(with_secret(b"x"), case({"keys": [odd]})))["algorithm"] == ("failed", "TOK-03")
