"""`python -m idpctl`."""

from idpctl.cli.main import entry

if __name__ == "__main__":
    entry()
