"""``tarjih new NAME``."""

from __future__ import annotations

from typing import Annotated

import typer

from tarjih.cli.options import Lang

__all__ = ["new_study"]

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="Small letters, digits, '-' and '_'; the file is NAME.yaml in this folder.",
        show_default=False,
    ),
]


def new_study(name: Name, lang: Lang = "en") -> None:
    """Write a commented study to start from.

    It passes check and run as it is.
    """
    from tarjih.cli.output import write_text
    from tarjih.reports.words.strings import language, say
    from tarjih.scenarios import write_template

    language(lang)
    path = write_template(name, lang=lang)
    spoken = "" if lang == "en" else f" --lang {lang}"
    commands = [f"    tarjih {command} {path.name}{spoken}" for command in ("check", "run")]
    write_text([say("new.written", lang, path=path), *commands])
