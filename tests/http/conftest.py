from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.http import Fetcher, NetworkPolicy, open_fetcher
from tests.support import certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def ca_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.trust_file(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def other_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("system") / "system.pem"
    certificates.authority("the system's").cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(autouse=True)
def _small_system(other_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system trust one authority: reading all the world's takes 20 ms, and tells nothing."""
    monkeypatch.setenv("SSL_CERT_FILE", str(other_bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(other_bundle.parent / "none"))


@pytest.fixture
def fetcher_with(ca_bundle: Path) -> Iterator[Callable[..., Fetcher]]:
    """Make fetchers that may contact loopback, know no proxy and resolve the names that are given."""
    with ExitStack() as stack:

        def make(
            names: dict[str, list[str]] | None = None, environ: dict[str, str] | None = None, **policy: Any
        ) -> Fetcher:
            known = {"idp.example": ["127.0.0.1"]} if names is None else names

            def resolve(host: str, _port: int) -> list[str]:
                return known.get(host, [])

            settings = {"allow_networks": ("127.0.0.0/8", "::1/128"), "ca_bundle": ca_bundle} | policy
            fetcher = open_fetcher(NetworkPolicy(**settings), resolver=resolve, environ=environ or {})
            return stack.enter_context(fetcher)

        yield make


@pytest.fixture
def fetcher(fetcher_with: Callable[..., Fetcher]) -> Fetcher:
    return fetcher_with()
