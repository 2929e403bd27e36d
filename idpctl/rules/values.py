"""The rules on names, audiences and empty values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.rules.hits import Hit
from idpctl.text import has_forbidden, quote

if TYPE_CHECKING:
    from collections.abc import Iterator


def empty(field: str) -> Hit:
    """Return the finding CFG-01 on `field`."""
    return Hit("CFG-01", f"{field} is empty", field)


def name_hits(name: str) -> Iterator[Hit]:
    """Yield CFG-01 and CFG-09 on one name alone."""
    if not name.strip():
        yield empty("name")
    elif has_forbidden(name):
        yield Hit("CFG-09", f"the name {quote(name)} holds control or invisible characters", "name")
    elif any(character.isspace() for character in name):
        message = f"the name {quote(name)} holds white space"
        yield Hit("CFG-09", message, "name", severity=Severity.WARNING)


def audience_hits(audience: str) -> Iterator[Hit]:
    """Yield CFG-01 and CFG-10 on one audience."""
    field = "allowed_token_audience"
    if not audience.strip():
        yield empty(field)
    elif has_forbidden(audience):
        yield Hit("CFG-10", f"the audience {quote(audience)} holds control or invisible characters", field)
    elif audience != audience.strip():
        yield Hit("CFG-10", f"the audience {quote(audience)} begins or ends with white space", field)
    elif any(character.isspace() for character in audience):
        message = f"the audience {quote(audience)} holds white space"
        yield Hit("CFG-10", message, field, severity=Severity.WARNING)
