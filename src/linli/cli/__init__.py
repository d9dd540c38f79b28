"""The command line: `linli`."""

from linli.cli.main import main

__all__ = ["main"]
