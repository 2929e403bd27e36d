"""Reconcile external identity providers with a reviewed YAML file."""

__version__ = "0.3.0"
