"""The command line: one thin file for each command."""

__all__: list[str] = []
