"""Reconcile external identity providers with a reviewed YAML file."""

__version__ = "0.1.0"
