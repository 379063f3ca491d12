"""Two classes of typer's, mended for our use."""

from __future__ import annotations

from typing import Any, get_args

from typer.core import TyperCommand, TyperGroup

__all__ = ["Command", "Group"]

_NO_HEADING = "Commands"


class Group(TyperGroup):
    """A group whose plain help keeps the headings that a terminal sees as boxes."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands under their headings, in the order of registration."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            if not command.hidden:
                heading = getattr(command, "rich_help_panel", None) or _NO_HEADING
                short = command.get_short_help_str(formatter.width)
                panels.setdefault(str(heading), []).append((name, short))
        for heading, rows in panels.items():
            with formatter.section(heading):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``, which needs no conversion."""
        return _as_it_is(super().get_help_option(ctx))


class Command(TyperCommand):
    """A command that takes text as it is.

    typer turns every value into its type by way of pydantic, whose import takes longer than
    NumPy's. Our options are text (read by `tarjih.cli.requests`, for messages of our own), so
    there is nothing to turn. With a typer that does it otherwise, this class changes nothing.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            annotation = getattr(getattr(param, "type_descriptor", None), "annotation", None)
            if annotation is str or get_args(annotation) == (str,):
                _as_it_is(param)

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``, which needs no conversion."""
        return _as_it_is(super().get_help_option(ctx))


class _Unconverted:
    """Stands in for typer's way from text to a value."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return what was given; of a repeatable option nothing given means none."""
        return () if value is None and param.multiple else value


def _as_it_is(param: Any) -> Any:
    if param is not None:
        vars(param)["get_runtime_param"] = _Unconverted
    return param
