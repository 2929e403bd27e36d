"""The verdict on each real document, derived from what its index says about it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import corpus
from tests.rules.running import document_of, rsa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OK, WARN, NO = "accepted", "accepted with warnings", "refused"

# name -> verdict, ids of errors and warnings; notes are left out.
EXPECTED: dict[str, tuple[str, str]] = {
    "okta_custom_as": (OK, ""),
    "okta_org_32": (WARN, "CFG-12"),  # an org server
    "argo_auth0": (OK, ""),  # the issuer ends with a slash; HS256 stands beside RS256
    "auth0_guabu": (OK, ""),
    "entra_v1_tenant": (NO, "DSC-05 SCH-01 URL-01 DSC-07"),  # v1 issuer; the key set is a relative path
    "entra_v2_common": (NO, "URL-11 DSC-07"),  # {tenantid}
    "entra_v1_common": (NO, "URL-11 DSC-07"),  # {tenantid}
    "entra_v2_tenant": (OK, ""),
    "w_google": (OK, ""),  # three hosts of one family
    "github_actions": (NO, "DSC-08"),  # no token endpoint
    "w_gitlab": (OK, ""),
    "keycloak_local": (NO, "NET-02 URL-01 URL-12"),  # plain http on localhost, which was not allowed
    "wso2is_5": (WARN, "URL-12"),  # issuer = token endpoint, on localhost
    "asgardeo": (OK, ""),  # issuer = token endpoint
    "cognito_no_domain": (NO, "DSC-08"),  # no token endpoint
    "cognito_with_domain": (OK, ""),
    "cognito.jwks": (OK, ""),  # `kid` in standard base64 is nobody's business
    "w_apple": (OK, ""),
    "w_paypal": (WARN, "JWK-06"),  # leading zeros
    "w_yahoo": (WARN, "JWK-04 JWK-05 JWK-06"),  # RSA keys of 1024 bits with leading zeros, and an EC key
    "w_twitch": (OK, ""),
    "forgerock_idcloud": (NO, "DSC-05 DSC-07 URL-10"),  # :443 and a short realm in the issuer
    "authentik": (OK, ""),  # issuer with a path and a final slash
    "argo_onelogin_v1": (NO, "DSC-05 DSC-07"),  # one issuer for all accounts
    "b2c_query": (NO, "DSC-05 DSC-07"),  # endpoints with a query; issuer on sts.windows.net
    "adfs_onprem": (OK, ""),
    "firebase_securetoken": (NO, "DSC-08 URL-11"),  # $PROJECT_ID, and no token endpoint
    "k8s_private_jwks": (NO, "DSC-05 DSC-08 DSC-10 DSC-07 URL-12"),  # key set on a private address
    "nov_invalid_issuer": (NO, "DSC-05 DSC-09"),  # an attacker's
    "msal_unknown_kty.jwks": (WARN, "JWK-06"),  # an unknown kind is passed over
    "msal_bad_b64.jwks": (WARN, "JWK-06 JWK-08"),  # standard base64, and a broken certificate
    "w_entra-organizations.jwks": (OK, ""),
}
# Refused for their issuer alone: writing it is what it takes.
ACCEPTED_WITH_OVERRIDE = ("forgerock_idcloud", "argo_onelogin_v1", "b2c_query")

is_there = pytest.mark.skipif(
    not (corpus.DEFAULT / "INDEX.tsv").is_file(), reason=f"there is no corpus at {corpus.DEFAULT}"
)


@pytest.fixture(autouse=True)
def _no_proxies() -> Iterator[None]:
    kept, before = corpus.without_proxies(os.environ), dict(os.environ)
    os.environ.clear()
    os.environ.update(kept)
    yield
    os.environ.update(before)


@is_there
def test_every_real_document_has_the_verdict_that_its_notes_imply() -> None:
    rows = {row.name: row for row in corpus.table(corpus.DEFAULT)}
    found = {
        name: (row.verdict, " ".join(rule for weight in ("error", "warning") for rule in row.rules[weight]))
        for name, row in rows.items()
        if name in EXPECTED
    }
    assert found == EXPECTED
    assert rows["adfs_onprem"].rules[corpus.Severity.INFO] == ["DSC-13"]
    assert rows["b2c_query"].rules[corpus.Severity.INFO] == ["DSC-09", "URL-04"]


@is_there
def test_an_override_is_all_that_some_need() -> None:
    chosen = [
        replace(entry, declared=replace(entry.declared, issuer=json.loads(entry.document)["issuer"]))
        for entry in corpus.entries(corpus.DEFAULT)
        if entry.name in ACCEPTED_WITH_OVERRIDE
    ]
    for row in corpus.check(chosen):
        assert row.verdict == WARN
        assert "DSC-07" in row.rules[corpus.Severity.WARNING]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A corpus of one's own, so that the tool is tried where the real one is absent."""
    rows = [
        ("good", "https://good.example.com/.well-known/openid-configuration", "https://good.example.com"),
        ("good.jwks", "https://good.example.com/keys", ""),
        ("lone.jwks", "", ""),
        (
            "org",
            "https://is.example.com/t/<org>/x/.well-known/openid-configuration (and others)",
            "https://is.example.com/t/a/x",
        ),
        ("plain", "http://plain.example.com/.well-known/openid-configuration", "http://plain.example.com"),
    ]
    lines = [
        "name\tsource\twell_known_url\tissuer\tnotes",
        *(f"{n}\ts\t{u}\t{i}\t" for n, u, i in rows),
    ]
    (tmp_path / "INDEX.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, url, issuer in rows:
        keys = {"keys": [rsa(1024, kid="a"), rsa(kid="b")]}
        members = {
            **document_of(url),
            "issuer": issuer,
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }
        content = keys if name.endswith(".jwks") else members
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def test_the_table_of_a_small_corpus(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([str(small)]) == 0
    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()] == [
        "document",
        "good",
        "lone.jwks",
        "org",
        "plain",
        "",
        "4 entries: 2 accepted with warnings, 1 accepted, 1 refused",
    ]


def test_a_missing_corpus_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([str(tmp_path)]) == 1
    assert "has no INDEX.tsv" in capsys.readouterr().out
