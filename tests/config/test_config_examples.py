"""Every example is a configuration that can be read, and shows what it says it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idpctl.config.load import load
from idpctl.model import ENDPOINTS, ReplaceOrder

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = sorted(path.parent.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/idpctl.yaml"))


@pytest.mark.parametrize("name", FOLDERS)
def test_an_example_is_read_without_a_warning(name: str) -> None:
    text = (EXAMPLES / name / "idpctl.yaml").read_text()
    environ = dict.fromkeys(re.findall(r"\$\{(\w+)\}", text), "https://issuer.example.com")
    configuration = load([Path("idpctl.yaml")], root=EXAMPLES / name, environ=environ)
    assert configuration.providers
    assert configuration.warnings == ()


def organization(*layers: str, **environ: str):  # noqa: ANN201 - a Configuration
    names = [Path("idpctl.yaml"), *map(Path, layers)]
    return load(names, root=EXAMPLES / "organization", environ=environ)


def test_the_organization_has_ten_providers_of_every_type_in_several_files() -> None:
    configuration = organization()
    assert len(configuration.providers) == 10
    assert [policy.rule.id for policy in configuration.policies] == [
        "POL-audience",
        "POL-hosts",
        "POL-ticket",
    ]
    assert {one.type for one in configuration.providers} == {
        *("okta", "microsoft", "auth0", "asgardeo", "keycloak", "pingfederate", "forgerock", "custom")
    }
    assert len(configuration.inputs.files) == 7


def test_the_organization_shows_each_feature() -> None:
    configuration = organization()
    providers = {one.key: one for one in configuration.providers}
    for field in ENDPOINTS:
        assert any(getattr(one, field) for one in providers.values()), field
    assert any(one.lifecycle.protect for one in providers.values())
    assert any(one.lifecycle.ignore_changes for one in providers.values())
    assert any(one.lifecycle.replace is ReplaceOrder.DELETE_FIRST for one in providers.values())
    assert any(one.properties for one in providers.values())
    assert all(len(reason) > 20 for one in providers.values() for reason in one.suppress.values())
    assert {one.to_key for one in configuration.moved} <= providers.keys()
    inherited = providers["bank"].at("allowed_token_audience")
    assert inherited is not None
    assert inherited.file == "idpctl.yaml"


def test_the_staging_layer_changes_what_it_writes_alone() -> None:
    production, staging = organization(), organization("environments/staging.yaml", IDPCTL_VAR_STAGE="eu")
    assert (production.owner, staging.owner) == ("acme/prod", "acme/staging")
    changed = [
        one.key
        for one, other in zip(production.providers, staging.providers, strict=True)
        if (one.description, one.well_known_url, one.lifecycle)
        != (other.description, other.well_known_url, other.lifecycle)
    ]
    assert changed == ["workforce"]
