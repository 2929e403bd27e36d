"""What looks like a secret, by the name of its key or by its form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idpctl.model import Json

_ENDINGS = (
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "token",
    "apikey",
    "privatekey",
    "secretkey",
    "accesskey",
    "credential",
    "clientassertion",
)
_SEPARATORS = str.maketrans("", "", "_-. ")
# Each begins where the one before ended, so that no text takes more than linear time.
_FORMS = (
    (r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}\.?", "a signed token"),
    (r"-----BEGIN [A-Z0-9 ]{2,}-----", "a PEM block"),
    # A backslash ends the authority for browsers: what stands behind it is no user information.
    (r"://[^/?#\\\s]*@", "a URL with a user name"),
)
FORMS_BEGIN = ("eyJ", "-----BEGIN", "@")


def is_secret_name(name: str) -> bool:
    """Say whether a value under the key `name` is probably a secret: `client_secret`, `apiKey`."""
    return name.lower().translate(_SEPARATORS).removesuffix("s").endswith(_ENDINGS)


def secret_form(text: str) -> str | None:
    """Return what kind of secret `text` holds by its form, None where it holds none."""
    return next((kind for pattern, kind in _FORMS if re.search(pattern, text)), None)


def is_guarded(value: Json) -> bool:
    """Say whether a value can be a secret at all: `validate_token: true` is none."""
    if isinstance(value, list):
        return any(map(is_guarded, value))
    return bool(value) and not isinstance(value, (bool, dict))
