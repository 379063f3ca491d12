"""Two classes of typer's, mended for our use."""

from __future__ import annotations

from copy import copy
from typing import Any, get_args

from typer.core import TyperCommand, TyperGroup

__all__ = ["Command", "Group"]

_NO_HEADING = "Commands"
_LATIN = "latin"


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

    A command that has ``--lang`` gets ``--digits`` beside it: what it is called with as ``lang``
    then remembers its digits (`tarjih.reports.words.locales`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            annotation = getattr(getattr(param, "type_descriptor", None), "annotation", None)
            if annotation is str or get_args(annotation) == (str,):
                _as_it_is(param)
        names = [param.name for param in self.params]
        if "lang" in names and "digits" not in names:
            place = names.index("lang")
            self.params.insert(place + 1, _digits_option(self.params[place]))

    def invoke(self, ctx: Any) -> Any:
        """Run the command, its language and digits in one."""
        digits = ctx.params.pop("digits", _LATIN)
        if digits != _LATIN:
            from tarjih.reports.words.locales import locale_of

            ctx.params["lang"] = locale_of(ctx.params["lang"], digits)
        return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; an option that takes one value must not be given two."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            for param in dict.fromkeys(order):
                once = param.param_type_name == "option" and not (
                    param.multiple or getattr(param, "is_flag", False)
                )
                if once and order.count(param) > 1:
                    ctx.fail(f"{param.opts[0]} was given more than once: it takes one value")
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``, which needs no conversion."""
        return _as_it_is(super().get_help_option(ctx))


def _digits_option(lang: Any) -> Any:
    """Make ``--digits`` after the pattern of ``--lang``."""
    option = copy(lang)
    option.name, option.opts = "digits", ["--digits"]
    option.default, option.metavar = _LATIN, "latin|arabic"
    option.help = "Digits of Arabic text: 123 or ١٢٣."
    return option


class _Unconverted:
    """Stands in for typer's way from text to a value."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return what was given; of a repeatable option nothing given means none."""
        return () if value is None and param.multiple else value


def _as_it_is(param: Any) -> Any:
    if param is not None:
        vars(param)["get_runtime_param"] = _Unconverted
    return param
