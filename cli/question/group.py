"""``tarjih question``: the group of its commands."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from tarjih.cli.commands import QUESTIONS, add_commands, new_group

__all__ = ["question"]


def question(words: Sequence[str] = ()) -> typer.Typer:
    """Return the group; knowing the one command that ``words`` call, or else all."""
    group = new_group()
    group.callback(invoke_without_command=True)(_question)
    add_commands(group, QUESTIONS, words)
    return group


def _question(context: typer.Context) -> None:
    """Publish questions that will have an answer, and say how they came out.

    A published question is frozen in the ledger with its probability; `tarjih run --record`
    freezes the open ones again. How it came out needs a citation.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())
