"""Drivers by name: those built in first, then those that other packages offer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from idpctl.errors import IdpctlError, InvalidInputError, Problem, RegistryError, Severity
from idpctl.rules.base import Rule
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from idpctl.errors import Source
    from idpctl.model import Json
    from idpctl.registry.base import Registry

GROUP = "idpctl.registries"
# Driver -> module; its settings are judged by the shipped schema `registry-DRIVER`.
BUILT_IN = {"sqlite": "idpctl.registry.sqlite"}

UNKNOWN_DRIVER = Rule(
    id="REG-01",
    severity=Severity.ERROR,
    title="There is no registry driver of this name",
    hint="Use a driver that is built in, or install the package that offers it.",
    source=f"built-in drivers come first, then the entry points of group {GROUP}",
    suppressible=False,
)
BAD_SETTING = Rule(
    id="REG-02",
    severity=Severity.ERROR,
    title="A setting that the registry's driver does not accept",
    hint="Look up the settings: idpctl schema registry-sqlite",
    source="each driver has a JSON Schema for its registry block",
    suppressible=False,
)
RULES = {rule.id: rule for rule in (UNKNOWN_DRIVER, BAD_SETTING)}


class Block(Protocol):
    """The `registry` block of a configuration."""

    @property
    def driver(self) -> str:
        """Return the driver's name."""

    @property
    def organization(self) -> str:
        """Return the organization whose providers are managed."""

    @property
    def settings(self) -> Mapping[str, Json]:
        """Return what belongs to the driver."""

    @property
    def source(self) -> Source | None:
        """Return where the block is written."""


class Driver(Protocol):
    """What an entry point of the group leads to: a module, or an object.

    `schema` is the JSON Schema (Draft 2020-12) of the settings; a built-in driver's is a shipped file.
    """

    schema: Mapping[str, Json]

    def open_registry(self, organization: str, settings: Mapping[str, Json], root: Path) -> Registry:
        """Return the registry; read and write nothing yet. `settings` satisfy the schema."""


def open_registry(block: Block, root: Path) -> Registry:
    """Return the registry that `block` describes; its paths are relative to `root`.

    Raises InvalidInputError for an unknown driver and for settings that it does not accept,
    RegistryError for an installed driver that does not work.
    """
    name = block.driver
    if name in BUILT_IN:
        _require(block, _built_in_violations(f"registry-{name}", block.settings))
        opened: Registry = import_module(BUILT_IN[name]).open_registry(
            block.organization, block.settings, root
        )
        return opened
    try:
        driver: Driver = _installed(block)
        _require(block, _installed_violations(driver, block.settings))
        return driver.open_registry(block.organization, block.settings, root)
    except IdpctlError:
        raise
    except Exception as error:
        raise RegistryError(
            f"the registry driver {quote(name)} does not work: {type(error).__name__}: {error}",
            hint="ask whoever offers it, or remove its package",
        ) from error


def _require(block: Block, violations: Iterator[str]) -> None:
    problems = [_problem(BAD_SETTING, block, violation) for violation in violations]
    if problems:
        raise InvalidInputError("the registry block has errors", where=block.source, problems=problems)


def _problem(rule: Rule, block: Block, message: str, hint: str | None = None) -> Problem:
    return Problem(
        rule=rule.id,
        severity=rule.severity,
        message=message,
        hint=hint or rule.hint,
        source=block.source,
        path="registry",
    )


def _built_in_violations(schema: str, settings: Mapping[str, Json]) -> Iterator[str]:
    from idpctl.schema.check import accepts, explain

    if accepts(schema, dict(settings)):
        return
    for violation in explain(schema, dict(settings)):
        place = ".".join(map(str, ("registry", *violation.path)))
        hint = f" ({violation.hint})" if violation.hint else ""
        yield f"{place}: {violation.message}{hint}"


def _installed_violations(driver: Driver, settings: Mapping[str, Json]) -> Iterator[str]:
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(dict(driver.schema)).iter_errors(dict(settings)):
        # Never jsonschema's own message: it quotes the value, which may be a credential.
        place = ".".join(map(str, ("registry", *error.absolute_path)))
        yield f"{place}: does not satisfy {error.validator} of the driver's schema"


def _installed(block: Block) -> Any:
    from importlib.metadata import entry_points

    found = entry_points(group=GROUP)
    offers = [point for point in found if point.name == block.driver]
    if len(offers) > 1:
        packages = ", ".join(sorted(point.value for point in offers))
        raise RegistryError(f"several packages offer the registry driver {quote(block.driver)}: {packages}")
    if not offers:
        from idpctl.schema.suggest import suggest

        known = sorted({*BUILT_IN, *(point.name for point in found)})
        problem = _problem(
            UNKNOWN_DRIVER,
            block,
            f"there is no registry driver {quote(block.driver)}; there is: {', '.join(known)}",
            suggest(block.driver, known),
        )
        raise InvalidInputError("the registry block has errors", where=block.source, problems=[problem])
    return offers[0].load()
