"""The single seam to the network; importing it loads no network stack."""

from idpctl.http.fetcher import Fetcher, open_fetcher
from idpctl.http.policy import NetworkPolicy
from idpctl.http.rules import NETWORK_RULES

__all__ = ["NETWORK_RULES", "Fetcher", "NetworkPolicy", "open_fetcher"]
