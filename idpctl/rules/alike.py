"""What is left of names and URLs once the differences are taken away that people overlook."""

from __future__ import annotations

import unicodedata


def coarse(url: str) -> str:
    """Return a text that is equal for all URLs that `url_parts.loosened` makes equal."""
    if url.isascii() and "xn--" not in url:
        return url.lower().replace("/", "").replace(":443", "").replace(":80", "").replace(":", "")
    from idpctl.rules.url_parts import loosened

    return loosened(url).lower()


def folded_name(name: str) -> str:
    """Return a name without case, Unicode composition and outer space."""
    if name.isascii():
        return name.strip().lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).strip().casefold())
