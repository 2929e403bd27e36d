"""Whatever is handed in as a token: an outcome that is documented, and nothing of it is told."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from idpctl.checkup import signature
from idpctl.checkup.judge import judge
from idpctl.checkup.model import Examined, State
from idpctl.checkup.token import Token, parse, read, shown_claims
from idpctl.errors import ExitCode, InvalidInputError
from idpctl.render.outcome import Checked
from idpctl.render.table import FORMATS, renderer
from idpctl.render.view import View
from tests.checkup.judging import ORDER, case
from tests.support.hostile import assert_harmless
from tests.support.tokens import NOW, claims, key, part, signed

CANARY = "canary-5f1c9e"
SHOWN = {"iss", "aud", "exp", "kid"}
BEFORE = case()
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = some.sampled_from(
    ["iss", "aud", "sub", "exp", "nbf", "iat", "alg", "kid", "typ", "crit", "b64", "jwk"]
)
MEMBERS = some.dictionaries(NAMES | some.text(max_size=8), VALUES, max_size=8)


def outcome(raw: bytes) -> Checked | None:
    """Return what comes of a token, None for what is none at all."""
    try:
        text = read(raw)
    except InvalidInputError:
        return None
    token = parse(text)
    steps = judge(text, BEFORE, NOW, signature)
    assert tuple(step.name for step in steps) == ORDER
    assert all(step.state in State for step in steps)
    shown = shown_claims(token) if isinstance(token, Token) else {}
    return Checked(examined=(Examined(key="one", name="One", steps=steps, claims=shown),))


def texts(checked: Checked) -> list[str]:
    """Return the outcome in every format that shows one."""
    view = View(subject=checked, exit_code=ExitCode.CHECKS, verbose=True)
    able = [kind for kind, one in FORMATS.items() if one.commands is None or "check" in one.commands]
    return [renderer(kind)(view) for kind in able]


@given(some.binary(max_size=400))
def test_any_bytes_have_an_outcome(raw: bytes) -> None:
    checked = outcome(raw)
    assert checked is None or str(checked.examined[0].verdict) == "refused"


@given(some.lists(some.text(alphabet="ABCabc019-_=", max_size=40), min_size=1, max_size=6))
def test_any_parts_have_an_outcome(parts: list[str]) -> None:
    outcome(".".join(parts).encode())


@given(MEMBERS, MEMBERS, some.binary(max_size=64))
def test_any_header_and_claims_have_an_outcome_that_is_harmless_to_print(
    header: dict[str, Any], payload: dict[str, Any], mac: bytes
) -> None:
    whole = {"alg": "RS256", "kid": "one", **header}
    checked = outcome(f"{part(whole)}.{part({**claims(), **payload})}.{part(mac)}".encode())
    assert checked is not None
    assert str(checked.examined[0].verdict) == "refused"
    for text in texts(checked):
        if not text.startswith("::"):  # commands for GitHub are meant to act
            assert_harmless(text.replace("<!--", ""))


@given(some.sampled_from(["RS256", "ES256", "HS256", "none", CANARY]), MEMBERS)
def test_nothing_of_a_token_is_told_but_four_claims(algorithm: str, more: dict[str, Any]) -> None:
    hidden = {name: f"{CANARY}-{name}" for name in ("sub", "nbf", "iat", "jti", "azp", CANARY)}
    hidden |= {name: CANARY for name in more if name not in SHOWN}
    header = {"alg": algorithm, "kid": "one", "typ": CANARY, "crit": [CANARY], "jku": CANARY, CANARY: 1}
    good = signed({**header, "alg": "RS256"}, part(claims(**hidden)), key())
    payload, mac = good.split(".")[1:]
    for text in (
        good,
        f"{part(header)}.{payload}.{mac}",
        f"{part(header)}.{payload}.{part(CANARY.encode())}",
    ):
        checked = outcome(text.encode())
        assert checked is not None
        for shown in texts(checked):
            assert CANARY not in shown
            assert payload not in shown
            assert mac not in shown


def test_a_broken_part_is_not_told_either() -> None:
    inner = json.dumps({CANARY: 1})[:-1] + f',"{CANARY}":2}}'
    for broken in (inner, inner[:-3], f'["{CANARY}"]'):
        checked = outcome(
            f"{part({'alg': 'RS256'})}.{part(broken.encode())}.{part(CANARY.encode())}".encode()
        )
        assert checked is not None
        assert all(CANARY not in shown for shown in texts(checked))
