"""Secrets are refused, and never shown."""

from __future__ import annotations

import pytest

from idpctl.config.secrets import is_guarded, is_secret_name, secret_form
from tests.config.house import GOOD, House

CANARY = "hunter2canary"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl"

NAMES = [
    *(
        "client_secret",
        "clientSecret",
        "CLIENT-SECRET",
        "secret",
        "secrets",
        "password",
        "db.password",
        "passwd",
    ),
    *("token", "access_token", "refreshToken", "tokens", "apiKey", "api_key", "x-api-key", "private_key"),
    *(
        "privateKeys",
        "credential",
        "credentials",
        "pwd",
        "passphrase",
        "client_assertion",
        "secret_key",
        "accessKey",
    ),
]
INNOCENT = [
    *(
        "token_endpoint",
        "token_command",
        "token_file",
        "allowed_token_audience",
        "jwks_endpoint",
        "key",
        "keys",
    ),
    *("name", "suppress", "secretary", "password_policy", "tokenized", "passport", ""),
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", INNOCENT)
def test_names_that_only_sound_so(name: str) -> None:
    assert not is_secret_name(name)


FORMS = [
    (JWT, "a signed token"),
    (f"Bearer {JWT}", "a signed token"),
    ("-----BEGIN PRIVATE KEY-----\nMIIE", "a PEM block"),
    ("x -----BEGIN CERTIFICATE-----", "a PEM block"),
    ("https://user:pw@host/", "a URL with a user name"),
    ("postgres://user@host", "a URL with a user name"),
    ("see https://x/a or https://u@x", "a URL with a user name"),
]
HARMLESS = [
    *("eyJ", "eyJhbGciOi", "BEGIN", "-----BEGIN-----", "a@b.example.com", "https://x/@y", "https://x?a@b"),
    *("https://x#a@b", "https://good.com\\@evil.com/", "://", "api://default", "sub-eyJhbGciOiJI.eyJzdWIi"),
]


@pytest.mark.parametrize(("text", "form"), FORMS)
def test_forms_of_secrets(text: str, form: str) -> None:
    assert secret_form(text) == form


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret(text: str) -> None:
    assert secret_form(text) is None


@pytest.mark.parametrize(
    ("value", "guarded"), [("x", True), (5, True), (1.5, True), (["x"], True), ([[1]], True)]
)
def test_values_that_can_be_secrets(value: object, guarded: object) -> None:
    assert is_guarded(value) is guarded


@pytest.mark.parametrize("value", [None, True, False, "", [], {}, {"a": "b"}, [{"a": "b"}], [True, None]])
def test_values_that_cannot(value: object) -> None:
    assert not is_guarded(value)


WRITTEN = [
    (f"    client_secret: {CANARY}\n", "9:20"),
    (f"    properties: {{password: {CANARY}}}\n", "9:28"),
    (f"    properties: {{a: [{{apiKey: [{CANARY}]}}]}}\n", "9:23"),
    ("    properties: {pwd: 4711.5}\n", "9:23"),
    ("    properties: {pwd: 12345}\n", "9:23"),
    (f"    description: {JWT}\n", "9:18"),
    (f'    description: "\\x65{JWT[1:]}"\n', "9:18"),
    ("    description: |\n      -----BEGIN PRIVATE KEY-----\n      canary\n", "9:18"),
    (f"    issuer: https://user:{CANARY}@x.example.com\n", "9:13"),
    (f"registry: {{driver: sqlite, token: {CANARY}}}\n", "9:35"),
    (f"registry: {{dsn: 'postgres://u:{CANARY}@h/d'}}\n", "9:17"),
]


@pytest.mark.parametrize(("text", "place"), WRITTEN)
@pytest.mark.usefixtures("parser")
def test_is_refused_once_and_its_value_is_not_shown(house: House, text: str, place: str) -> None:
    problem = house.only(GOOD + text)
    assert (problem.rule, str(problem.source)) == ("CFG-27", f"idpctl.yaml:{place}")
    shown = repr(problem)
    assert not any(part in shown for part in (CANARY, "canary", "4711", "12345", "eyJ"))


def test_switches_and_nothing_are_no_secrets(house: House) -> None:
    text = GOOD + "    properties: {validate_token: true, token: null, password: '', secret: {name: vault}}\n"
    assert house.load(text).providers[0].properties["validate_token"] is True


def test_a_provider_may_be_called_so(house: House) -> None:
    assert house.load(GOOD.replace("workforce", "token")).providers[0].key == "token"
