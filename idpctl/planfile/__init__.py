"""The saved plan: canonical JSON that people, policies and `idpctl apply` read alike."""

from idpctl.planfile.file import LIMIT, dump, load

__all__ = ["LIMIT", "dump", "load"]
