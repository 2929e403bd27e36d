"""Identity providers on loopback whose documents a test can change while the command runs or between runs.

    with Issuers() as issuers:
        url = issuers.add("okta")               # its well-known URL
        issuers.change("okta", token_endpoint=issuers.base("okta") + "/v2/token")

All of them are paths of one server, http or under TLS; `server.requests` counts what was asked.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from tests.support.servers import Behaviour, Server, answer

if TYPE_CHECKING:
    import ssl

WELL_KNOWN = "/.well-known/openid-configuration"


@cache
def key_set() -> dict[str, Any]:
    """Return a key set with one RSA key that nobody can sign with."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    numbers = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key().public_numbers()
    modulus = base64.urlsafe_b64encode(numbers.n.to_bytes(256)).rstrip(b"=").decode()
    return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": modulus, "e": "AQAB"}]}


def document(base: str, **members: Any) -> dict[str, Any]:
    """Return the discovery document of the issuer `base`; a member of None is left out."""
    served: dict[str, Any] = {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        **members,
    }
    return {name: value for name, value in served.items() if value is not None}


class Issuers:
    """Several issuers on one loopback server; a context manager."""

    def __init__(self, *names: str, tls: ssl.SSLContext | None = None) -> None:
        self._names = names
        self._paths: dict[str | None, Behaviour] = {}
        self._members: dict[str, dict[str, Any]] = {}
        self.server = Server(self._paths, tls=tls)

    def __enter__(self) -> Self:
        self.server.__enter__()
        for name in self._names:
            self.add(name)
        return self

    def __exit__(self, *parts: object) -> None:
        self.server.__exit__(*parts)

    def base(self, name: str) -> str:
        """Return the issuer of `name`."""
        return self.server.url(f"/{name}")

    def well_known(self, name: str) -> str:
        return self.base(name) + WELL_KNOWN

    def add(self, name: str, **members: Any) -> str:
        """Serve the document and the keys of a new issuer; return its well-known URL."""
        self._members[name] = {}
        self.change(name, **members)
        self.behave(f"/{name}/keys", answer(json.dumps(key_set()).encode()))
        return self.well_known(name)

    def change(self, name: str, **members: Any) -> None:
        """Serve other members in the document of `name` from now on; None leaves a member out."""
        self._members[name].update(members)
        served = document(self.base(name), **self._members[name])
        self.behave(f"/{name}{WELL_KNOWN}", answer(json.dumps(served).encode()))

    def behave(self, path: str, behaviour: Behaviour) -> None:
        """Answer requests for `path` in a way of one's own."""
        self._paths[path] = behaviour

    def behaviour(self, path: str) -> Behaviour:
        """Return how requests for `path` are answered."""
        return self._paths[path]

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for so far."""
        return self.server.paths_asked
