"""Three identity providers on loopback: documents and keys, in the shapes that real ones serve."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The public half of a key whose private half was thrown away.
_MODULUS = (
    "v7w5wtxnyIYNd7WQsCNvjJb_ZONhmUKociYfkJF7R55D-DDL33EEoz8JS_pRCOLOPkAs8oqE7Q9HXZ31kdyeS6"
    "bLSKXC0cYFYs_sWi23EwbloSKPWpbx2MIufKEX4fsBQvtiuRcTjQy-Pu3v1Ay9pDdzgHCx2-z0zUWA_0BrxXYq"
    "sZSNnyxfgxR2EEyQarnGkPrQBwFCneuUsJyMJJvwTrUV3TV4kdLhe9BhSdURgF2ZoFcDq3QnDDjeojV4x78hOT"
    "8pB0OmpelRoHgNGQeDFbj7stYLFaVxW9pfa2p2LiP6KDCkJ-OS340_hYrhJle-QabxKM1GhRtdSrCXns4YWQ"
)
_KEYS = {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "demo-1", "e": "AQAB", "n": _MODULUS}]}
_ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_TENANT = "0a1b2c3d-0000-4000-8000-0123456789ab"

# Path of the issuer, of the token endpoint and of the key set, below the provider's address.
_SHAPES = {
    "OKTA": ("/oauth2/default", "/oauth2/default/v1/token", "/oauth2/default/v1/keys"),
    "MICROSOFT": (f"/{_TENANT}/v2.0", f"/{_TENANT}/oauth2/v2.0/token", f"/{_TENANT}/discovery/v2.0/keys"),
    "AUTH0": ("/", "/oauth/token", "/.well-known/jwks.json"),
}


def documents(base: str, shape: str) -> dict[str, object]:
    """Return path -> JSON of everything that the provider at `base` serves."""
    issuer, token, keys = _SHAPES[shape]
    return {
        issuer.rstrip("/") + "/.well-known/openid-configuration": {
            "issuer": base + issuer,
            "authorization_endpoint": base + issuer.rstrip("/") + "/authorize",
            "token_endpoint": base + token,
            "jwks_uri": base + keys,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        },
        keys: _KEYS,
    }


class _Handler(BaseHTTPRequestHandler):
    served: Mapping[str, object] = {}

    def do_GET(self) -> None:
        found = self.served.get(self.path)
        body = json.dumps({"error": "not found"} if found is None else found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent: the demo's output is the commands'."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: a command that was ended hangs up in the middle of an answer."""


@contextmanager
def _serving(shape: str) -> Iterator[str]:
    class Handler(_Handler):
        """Serves one provider; its documents name the port, which is known after the bind."""

    # A signal in the middle of a thread's start would break the thread, and not only end the demo.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    with _Server(("127.0.0.1", 0), Handler) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        Handler.served = documents(base, shape)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            yield base
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def running() -> Iterator[dict[str, str]]:
    """Serve the three providers; yield the variables that examples/quickstart wants."""
    with ExitStack() as stack:
        yield {f"IDPCTL_VAR_{shape}": stack.enter_context(_serving(shape)) for shape in _SHAPES}
