"""All findings of a run come at once: those of the file's form and those of the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from idpctl.config.load import UnsoundError, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cli import Done

HEAD = "version: 1\nowner: acme/prod\n"
SOUND = """\
  azure:
    name: Azure
    type: microsoft
    allowed_token_audience: api://a
    well_known_url: https://login.microsoftonline.com/{tenantid}/v2.0/.well-known/openid-configuration
"""
FAULTY = """\
  okta:
    name: Okta
    type: okto
    allowed_token_audience: api://a
    well_known_url: https://acme.okta.com/.well-known/openid-configuration
"""
PINNED = """\
  pinned:
    name: Pinned
    type: custom
    allowed_token_audience: api://p
    well_known_url: https://idp.example.com/.well-known/openid-configuration {comment}
    issuer: https://idp.example.com
    token_endpoint: https://idp.example.com/token
    jwks_endpoint: https://idp.example.com/keys
"""


def write(text: str, path: str = "idpctl.yaml") -> None:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_fault_of_one_provider_hides_no_finding_about_another(idpctl: Callable[..., Done]) -> None:
    write(HEAD + "providers:\n" + SOUND + FAULTY)
    done = idpctl("plan", expect=3)
    assert [line.split()[1:3] for line in done.err.splitlines() if line.startswith("  error")] == [
        ["URL-11", "idpctl.yaml:8:21"],
        ["CFG-23", "idpctl.yaml:11:11"],
    ]
    assert "the configuration has 2 errors" in done.err


def test_one_error_is_counted_as_one(idpctl: Callable[..., Done]) -> None:
    write(HEAD + "providers:\n" + SOUND)
    assert "the configuration has 1 error\n" in idpctl("validate", expect=3).err


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("providers:\n" + SOUND + FAULTY, ["azure"]),
        ("providers:\n" + FAULTY, []),
        ("defaults: {type: okto}\nproviders:\n" + SOUND, []),  # all of them inherit the fault
    ],
)
def test_providers_without_a_fault_of_their_own_are_known(
    tmp_path: Path, text: str, sound: list[str]
) -> None:
    write(HEAD + text)
    with pytest.raises(UnsoundError) as caught:
        load([Path("idpctl.yaml")], root=tmp_path, environ={})
    assert [one.key for one in caught.value.sound] == sound


def test_strict_counts_the_warnings_of_the_file_too(idpctl: Callable[..., Done]) -> None:
    write(HEAD + "providers:\n" + PINNED.format(comment=""))
    idpctl("validate", "--strict", expect=0)
    write(HEAD + "providers:\n" + PINNED.format(comment="#frag"))
    assert "YML-20" in idpctl("validate", expect=0).out
    assert "YML-20" in idpctl("validate", "--strict", expect=3).err


def test_the_registry_stands_beside_the_file_that_names_it(
    idpctl: Callable[..., Done], tmp_path: Path
) -> None:
    write(HEAD + "providers:\n" + PINNED.format(comment=""), "prod/idpctl.yaml")
    idpctl("apply", "-f", "prod/idpctl.yaml", "--discovery", "skip", "--auto-approve", expect=0)
    assert (tmp_path / "prod/.idpctl/registry.db").is_file()
    assert not (tmp_path / ".idpctl").exists()
