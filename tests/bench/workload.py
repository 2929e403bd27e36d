"""The same N providers for idpctl and for Terraform, written line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CHANGED_EACH = 50  # every 50th provider: 2 %
_HEAD = """\
version: 1
owner: bench/prod
registry:
  driver: sqlite
  path: registry.db
"""


def fields(index: int, *, changed: bool) -> dict[str, Any]:
    """Return the nine fields of provider `index`; a changed one has another description."""
    host = f"https://p{index:05}.example.com"
    return {
        "name": f"Provider{index:05}",
        "type": "custom",
        "description": f"Provider number {index}{', edited' if changed else ''}",
        "allowed_token_audience": f"api://service-{index:05}",
        "well_known_url": f"{host}/.well-known/openid-configuration",
        "issuer": host,
        "token_endpoint": f"{host}/oauth2/token",
        "jwks_endpoint": f"{host}/oauth2/keys",
        "enabled": True,
    }


def _fields_of(count: int, edited: bool) -> Any:
    for index in range(count):
        changed = edited and (index % CHANGED_EACH == 0)
        yield f"p{index:05}", fields(index, changed=changed)


def write_configuration(directory: Path, count: int, *, edited: bool = False) -> None:
    """Write idpctl.yaml with `count` providers whose endpoints are all pinned."""
    with (directory / "idpctl.yaml").open("w", encoding="utf-8") as file:
        file.write(_HEAD + ("providers:\n" if count else "providers: {}\n"))
        for key, values in _fields_of(count, edited):
            file.write(f"  {key}:\n")
            file.writelines(f"    {name}: {_scalar(value)}\n" for name, value in values.items())


def write_discovered(directory: Path, urls: Sequence[str]) -> None:
    """Write idpctl.yaml with a provider per well-known URL, every endpoint left to discovery."""
    with (directory / "idpctl.yaml").open("w", encoding="utf-8") as file:
        file.write(_HEAD + "providers:\n")
        for index, url in enumerate(urls):
            file.write(
                f"  p{index:05}:\n    name: Provider{index:05}\n    type: custom\n"
                f"    allowed_token_audience: api://service-{index:05}\n    well_known_url: {url}\n"
            )


def write_terraform(directory: Path, count: int, *, edited: bool = False) -> None:
    """Write main.tf with one terraform_data block per provider, its input the nine fields."""
    with (directory / "main.tf").open("w", encoding="utf-8") as file:
        for key, values in _fields_of(count, edited):
            file.write(f'resource "terraform_data" "{key}" {{\n  input = {{\n')
            file.writelines(f"    {name} = {json.dumps(value)}\n" for name, value in values.items())
            file.write("  }\n}\n")


def write_state(directory: Path, count: int) -> None:
    """Write the terraform.tfstate that an apply of `count` unedited resources leaves.

    Terraform takes half a minute to apply a thousand and grows faster than N, so the state of the larger
    sizes is written directly; a plan over it is empty, which the benchmark holds it to.
    """
    kinds = {name: "bool" if value is True else "string" for name, value in fields(0, changed=False).items()}
    with (directory / "terraform.tfstate").open("w", encoding="utf-8") as file:
        file.write(
            '{"version":4,"terraform_version":"1.11.0","serial":1,"lineage":"idpctl-bench","outputs":{},'
        )
        file.write('"resources":[')
        for index, (key, values) in enumerate(_fields_of(count, edited=False)):
            value = {"value": values, "type": ["object", kinds]}
            attributes = {
                "id": str(UUID(int=index)),
                "input": value,
                "output": value,
                "triggers_replace": None,
            }
            resource = {
                "mode": "managed",
                "type": "terraform_data",
                "name": key,
                "provider": 'provider["terraform.io/builtin/terraform"]',
                "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
            }
            file.write(("," if index else "") + json.dumps(resource))
        file.write('],"check_results":null}')


def _scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
