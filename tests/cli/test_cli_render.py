"""`idpctl render`: the text plans as the files do, and shows what discovery fills in without writing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import ExitCode
from tests.support.cli import LOOPBACK
from tests.support.issuer import Issuers
from tests.support.workspace import Here, Workspace, discovered, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def here(bare: Path) -> Here:
    return Here(bare)


def fingerprint(here: Workspace, *files: str, **env: str) -> str:
    options = [part for file in files for part in ("-f", file)]
    text = here.run("plan", "-o", "json", "--discovery", "skip", *options, **env).json()["fingerprint"]
    return str(text)


LAYER = """\
version: 1
owner: acme/prod
include: [more/*.yaml]
defaults: {description: "In ${IDPCTL_VAR_STAGE}", lifecycle: {protect: true}}
providers:
  okta: {enabled: false}
"""
MORE = """\
providers:
  azure:
    name: Azure
    type: microsoft
    allowed_token_audience: api://default
    well_known_url: https://azure.example.com/.well-known/openid-configuration
    issuer: https://azure.example.com
    token_endpoint: https://azure.example.com/token
    jwks_endpoint: https://azure.example.com/keys
"""


def test_what_is_rendered_has_the_plan_of_the_files(bare: Path) -> None:
    here = Workspace(bare)
    here.declare("okta")
    (bare / "layer.yaml").write_text(LAYER, encoding="utf-8")
    (bare / "more").mkdir()
    (bare / "more" / "azure.yaml").write_text(MORE, encoding="utf-8")
    layers = ("idpctl.yaml", "layer.yaml")
    options = [part for file in layers for part in ("-f", file)]
    done = here.run("render", *options, IDPCTL_VAR_STAGE="test")
    assert done.err == ""
    (bare / "flat.yaml").write_text(done.out, encoding="utf-8")
    expected = fingerprint(here, *layers, IDPCTL_VAR_STAGE="test")
    assert fingerprint(here, "flat.yaml") == expected
    assert fingerprint(here, "flat.yaml") != fingerprint(here, *layers, IDPCTL_VAR_STAGE="other")


def test_what_is_rendered_in_another_directory_says_where_paths_begin(bare: Path) -> None:
    (bare / "deep").mkdir()
    here = Here(bare / "deep")
    here.declare("okta")
    done = Here(bare).run("render", "-f", "deep/idpctl.yaml")
    assert "# Paths in it are relative to the folder of deep/idpctl.yaml.\n" in done.out


def test_a_configuration_whose_rules_fail_is_rendered_and_one_that_cannot_be_read_is_not(here: Here) -> None:
    here.write({"okta": pinned("okta", well_known_url="ftp://x")})
    assert "well_known_url: ftp://x # idpctl.yaml:" in here.run("render").out
    here.write({"okta": pinned("okta", enabled="yes")})
    done = here.run("render", expect=ExitCode.INVALID)
    assert done.out == ""
    assert "CFG-22" in done.err


def test_an_unknown_key_is_refused_with_a_suggestion(here: Here) -> None:
    here.declare("okta", "azure")
    done = here.run("render", "okat", expect=ExitCode.INVALID)
    assert 'no provider "okat" is declared' in done.err
    assert "did you mean okta?" in done.err


def test_a_user_name_in_a_url_stops_the_reading_and_is_not_shown(here: Here) -> None:
    here.write({"okta": pinned("okta", issuer="https://me:hunter2@okta.example.com")})
    assert "hunter2" not in here.run("render", "-o", "json=out.json", expect=ExitCode.INVALID).all
    assert "hunter2" not in (here.directory / "out.json").read_text(encoding="utf-8")


@pytest.fixture
def issuers() -> Iterator[Issuers]:
    with Issuers() as running:
        yield running


@pytest.fixture
def online(here: Here, issuers: Issuers) -> Here:
    here.env.update(LOOPBACK)
    issuers.add("one")
    here.write({"one": discovered("one", issuers.well_known("one")), "two": pinned("two", type="okta")})
    return here


def test_what_discovery_fills_in_is_shown_and_stays_a_comment(online: Here, issuers: Issuers) -> None:
    done = online.run("render", "one", "--resolve", "-o", "json=out.json")
    issuer = issuers.well_known("one").removesuffix("/.well-known/openid-configuration")
    assert f"    # issuer: {issuer} # discovery\n" in done.out
    assert "\n    issuer:" not in done.out
    body = json.loads((online.directory / "out.json").read_text(encoding="utf-8"))
    assert body["providers"]["one"]["issuer"] == issuer
    assert body["origins"]["/providers/one/issuer"]["kind"] == "discovery"
    assert "    # issuer: from discovery\n" in online.run("render", "one").out


def test_what_discovery_finds_wrong_is_told_as_validate_tells_it(online: Here, issuers: Issuers) -> None:
    issuers.add("one", issuer="https://other.example.com")
    done = online.run("render", "one", "--resolve", expect=ExitCode.CHECKS)
    assert "#  error    DSC-05  idpctl.yaml:" in done.out
    assert "other.example.com" in done.out
    (online.directory / "flat.yaml").write_text(done.out, encoding="utf-8")
    validated = online.run("validate", "--online", expect=ExitCode.CHECKS)
    assert [line for line in validated.out.splitlines() if "DSC-05" in line] == [
        line.removeprefix("#") for line in done.out.splitlines() if "DSC-05" in line
    ]


def test_two_files_of_one_layer_that_declare_the_same_provider_are_both_named(bare: Path) -> None:
    workspace = Workspace(bare)
    workspace.write(None, include=["a.yaml", "b.yaml"])
    (bare / "a.yaml").write_text(MORE, encoding="utf-8")
    (bare / "b.yaml").write_text(f"# a second one\n{MORE}", encoding="utf-8")
    done = workspace.run("render", expect=ExitCode.INVALID)
    assert done.out == ""
    assert 'error    CFG-30  b.yaml:3:3  azure: "azure" is declared here and at a.yaml:2:3' in done.err
    assert "hint: Keep one of the two, or give the later file with -f" in done.err
