"""A real OpenID provider that nobody here wrote: npm's oidc-provider, at `/` and at `/realms/demo`."""

from __future__ import annotations

import json
import ssl
import time
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import oidc, tokens
from tests.support.certificates import TRUSTED, authority, trust_file
from tests.support.cli import LOOPBACK
from tests.support.issuer import WELL_KNOWN
from tests.support.workspace import Workspace, discovered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHY_NOT = oidc.why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=f"no real OpenID provider: {WHY_NOT}")

MOUNTS = ("", "/realms/demo")
AUDIENCE = "https://gateway.example.com/token"


@pytest.fixture(scope="module", params=["http", "https"])
def provider(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Run the provider; return a workspace whose variables let the command contact it."""
    directory: Path = tmp_path_factory.mktemp(request.param)
    if request.param == "http":
        with oidc.serving() as address:
            yield Workspace(directory, env={"ADDRESS": address, **LOOPBACK})
        return
    pem = directory / "server.pem"
    authority(TRUSTED).issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    env = {"IDPCTL_CA_BUNDLE": str(trust_file(directory)), "IDPCTL_ALLOW_NETWORK": "127.0.0.0/8"}
    with oidc.serving(pem) as address:
        yield Workspace(directory, env={"ADDRESS": address, **env})


@pytest.mark.parametrize("mount", MOUNTS)
def test_it_is_discovered(provider: Workspace, mount: str) -> None:
    issuer = provider.env["ADDRESS"] + mount
    done = provider.run("discover", issuer + WELL_KNOWN, "-o", "json", expect=0)
    ((resolved),) = done.json()["resolved"]
    assert {path: one["value"] for path, one in resolved["endpoints"].items()} == {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/token",
        "jwks_endpoint": f"{issuer}/jwks",
    }
    assert not [check for check in done.json()["checks"] if check["severity"] == "error"]


def test_it_is_planned_applied_and_then_as_wanted(provider: Workspace) -> None:
    address = provider.env["ADDRESS"]
    provider.write(
        {
            "root": discovered("root", address + WELL_KNOWN),
            "realm": discovered("realm", f"{address}/realms/demo{WELL_KNOWN}", type="keycloak"),
        }
    )
    planned = provider.run("plan", "--out", "plan.json", "--detailed-exitcode", expect=2)
    assert "Plan: 2 to add, 0 to change, 0 to destroy." in planned.out
    assert f'"{address}/realms/demo"   (discovery)' in planned.out
    provider.run("apply", "plan.json", expect=0)
    assert provider.query("SELECT name, issuer, jwks_endpoint FROM identity_provider ORDER BY name") == [
        ("Realm", f"{address}/realms/demo", f"{address}/realms/demo/jwks"),
        ("Root", address, f"{address}/jwks"),
    ]
    again = provider.run("plan", "--detailed-exitcode", expect=0)
    assert "No changes." in again.out


def test_without_the_operators_word_it_is_not_contacted(provider: Workspace) -> None:
    stranger = Workspace(provider.directory)
    done = stranger.run("discover", provider.env["ADDRESS"] + WELL_KNOWN, expect=None)
    assert done.code in {3, 4}
    assert "--allow-" in done.all


# Tokens that it issues


@pytest.fixture(scope="module")
def exchanging(provider: Workspace) -> Workspace:
    """Register both mounts of the provider, for one audience."""
    address = provider.env["ADDRESS"]
    here = Workspace(provider.directory / "exchanging", env=provider.env)
    here.directory.mkdir()
    here.write(
        {
            "root": discovered("root", address + WELL_KNOWN, allowed_token_audience=AUDIENCE),
            "realm": discovered(
                "realm", f"{address}/realms/demo{WELL_KNOWN}", allowed_token_audience=AUDIENCE
            ),
        }
    )
    here.run("apply", "--auto-approve")
    return here


def issued(here: Workspace, mount: str = "", resource: str = AUDIENCE) -> str:
    bundle = here.env.get("IDPCTL_CA_BUNDLE")
    context = None if bundle is None else ssl.create_default_context(cafile=bundle)
    return oidc.token(here.env["ADDRESS"] + mount, resource, context)


def judged(here: Workspace, text: str, *arguments: str, expect: int | None = None) -> dict[str, Any]:
    (here.directory / "token").write_text(text, encoding="utf-8")
    done = here.run("check", "--token-file", "token", *arguments, "-o", "json", expect=expect)
    (found,) = done.json()["examined"]
    return dict(found)


def failed(found: dict[str, Any]) -> list[str]:
    return [step["name"] for step in found["steps"] if step["state"] == "failed"]


def claims_of(text: str) -> dict[str, Any]:
    payload = text.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def test_it_is_usable_now(exchanging: Workspace) -> None:
    done = exchanging.run("check", expect=0)
    assert done.out.count(": usable") == 2
    assert ("days left" in done.out) == exchanging.env["ADDRESS"].startswith("https:")


@pytest.mark.parametrize("mount", MOUNTS)
def test_its_tokens_are_accepted_by_the_provider_of_their_issuer(exchanging: Workspace, mount: str) -> None:
    found = judged(exchanging, issued(exchanging, mount), expect=0)
    assert found["key"] == ("realm" if mount else "root")
    # RFC 9068: its access tokens have the type at+jwt, which not every gateway takes.
    assert found["verdict"] == "accepted with warnings"
    assert {step["name"] for step in found["steps"] if step["state"] != "passed"} == {"type"}


@pytest.mark.parametrize("algorithm", ["PS256", "ES256"])
def test_other_algorithms_are_verified_too(exchanging: Workspace, algorithm: str) -> None:
    found = judged(exchanging, issued(exchanging, resource=f"urn:signed:{algorithm}"), expect=4)
    assert failed(found) == ["audience"]


def test_a_token_for_another_audience_is_told_so(exchanging: Workspace) -> None:
    found = judged(exchanging, issued(exchanging, resource=f"{AUDIENCE}/"), expect=4)
    assert failed(found) == ["audience"]
    (audience,) = [step for step in found["steps"] if step["name"] == "audience"]
    assert audience["difference"] == {"token": f"{AUDIENCE}/", "registered": AUDIENCE, "at": len(AUDIENCE)}


def test_a_token_of_the_other_mount_is_told_whose_it_is(exchanging: Workspace) -> None:
    found = judged(exchanging, issued(exchanging, "/realms/demo"), "root", expect=4)
    assert failed(found) == ["issuer"]
    assert "It would match realm." in exchanging.run("check", "root", "--token-file", "token", expect=4).out


def forged(good: str, secret: bytes | None = None, **given: Any) -> str:
    """Return a token like a good one, signed by a stranger, or with a shared secret."""
    claims = {**claims_of(good), **given}
    if secret is not None:
        return tokens.with_secret(secret, **claims)
    return tokens.signed({"alg": "RS256", "kid": "test"}, tokens.part(claims), tokens.key())


def public_key(here: Workspace) -> bytes:
    """Return the RSA key that the provider publishes, as a file holds one."""
    from urllib.request import urlopen

    from joserfc.jwk import RSAKey

    bundle = here.env.get("IDPCTL_CA_BUNDLE")
    context = None if bundle is None else ssl.create_default_context(cafile=bundle)
    with urlopen(f"{here.env['ADDRESS']}/jwks", timeout=30, context=context) as answer:  # noqa: S310 - ours
        (key,) = [one for one in json.load(answer)["keys"] if one["kty"] == "RSA"]
    return RSAKey.import_key(key).as_pem(private=False)


def test_each_way_of_breaking_a_token_is_named(exchanging: Workspace) -> None:
    good = issued(exchanging)
    header, payload, signature = good.split(".")
    expired = {"exp": int(time.time()) - 5}
    cases = {
        "wrong key": (forged(good), ["signature"], "TOK-08"),
        "changed": (
            f"{header}.{tokens.part({**claims_of(good), 'sub': 'admin'})}.{signature}",
            ["signature"],
            "TOK-08",
        ),
        "expired": (forged(good, **expired), ["signature", "expiry"], "TOK-09"),
        "issuer slash": (forged(good, iss=claims_of(good)["iss"] + "/"), ["issuer"], "TOK-13"),
        "none": (f"{tokens.part({'alg': 'none'})}.{payload}.", ["algorithm"], "TOK-03"),
        "a secret": (forged(good, b"a secret"), ["algorithm"], "TOK-03"),
        "confusion": (forged(good, public_key(exchanging)), ["algorithm"], "TOK-04"),
        "cut": (good[:-5], ["form"], "TOK-02"),  # 337 characters, which no base64url has
        "opaque": ("opaque", ["form"], "TOK-01"),
    }
    for name, (text, steps, rule) in cases.items():
        found = judged(exchanging, text, expect=4)
        assert found["verdict"] == "refused", name
        assert failed(found) == steps, name
        assert rule in {one for step in found["steps"] for one in step["rules"]}, name
