"""The output formats by name: a format is one module with one pure function, imported when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from idpctl.render.view import View

RENDERERS = {
    "text": "idpctl.render.text:render",
    "json": "idpctl.render.json:render",
}


def renderer(kind: str) -> Callable[[View], str]:
    """Return the function that renders a view as `kind`; raise InvalidInputError for an unknown kind."""
    place = RENDERERS.get(kind)
    if place is None:
        from idpctl.text import quote, suggestion

        near = suggestion(kind, RENDERERS)
        raise InvalidInputError(
            f"there is no output format {quote(kind)}",
            hint=f"did you mean {near}?" if near else f"formats are: {', '.join(RENDERERS)}",
        )
    module, _, function = place.partition(":")
    found: Callable[[View], str] = getattr(import_module(module), function)
    return found
