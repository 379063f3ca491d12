"""The list of commands in plain help texts, under the headings a terminal sees as boxes."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

__all__ = ["Group"]

_OTHER = "Commands"


class Group(TyperGroup):
    """A group that keeps its headings when the help goes to a file or a pipe."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands under their headings, in the order of registration."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            if not command.hidden:
                heading = getattr(command, "rich_help_panel", None) or _OTHER
                short = command.get_short_help_str(formatter.width)
                panels.setdefault(str(heading), []).append((name, short))
        for heading, rows in panels.items():
            with formatter.section(heading):
                formatter.write_dl(rows)
