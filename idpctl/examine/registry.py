"""The registry, read for those who only look: where that fails, the rest is looked at all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.registered import sorted_out, unreadable
from idpctl.engine import open_registry_of
from idpctl.errors import IdpctlError, InterruptedRunError, InvalidInputError
from idpctl.registry.reader import read_only

if TYPE_CHECKING:
    from idpctl.checkup.registered import Registered
    from idpctl.config.model import Configuration
    from idpctl.errors import Problem
    from idpctl.request import Request


def read_registry(configuration: Configuration, request: Request) -> Registered | Problem:
    """Return what the registry holds, or the finding that it cannot be read.

    Raises InvalidInputError for a registry block that cannot be used as written.
    """
    try:
        ready = open_registry_of(configuration, request, request.options)
        registry = read_only(ready.registry, configuration.owner)
        snapshot = registry.read()
    except (InvalidInputError, InterruptedRunError):
        raise
    except IdpctlError as error:
        return unreadable(error.message, error.hint)
    return sorted_out(
        snapshot,
        registry.capabilities,
        configuration.providers,
        owner=configuration.owner,
        moved=configuration.moved,
    )
