"""``tarjih evidence``: the group of its commands."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from tarjih.cli.commands import EVIDENCE, add_commands, new_group

__all__ = ["evidence"]


def evidence(words: Sequence[str] = ()) -> typer.Typer:
    """Return the group; knowing the one command that ``words`` call, or else all."""
    group = new_group()
    group.callback(invoke_without_command=True)(_evidence)
    add_commands(group, EVIDENCE, words)
    return group


def _evidence(context: typer.Context) -> None:
    """Look at what was recorded, put it right, bring it in and out.

    The items of a study are its own and those in the ledger. Nothing recorded is ever changed
    or deleted: what turns out otherwise is said by a further entry.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())
