"""The commands of ``tarjih evidence``, each in a file of its own."""

from __future__ import annotations

import typer

from tarjih.cli.evidence.list import list_evidence
from tarjih.cli.evidence.show import show_item
from tarjih.cli.evidence.verify import verify_ledger
from tarjih.cli.typer_classes import Command, Group

__all__ = ["evidence"]

evidence = typer.Typer(
    cls=Group,
    context_settings={"help_option_names": ["--help", "-h"]},
)
evidence.command("list", cls=Command, rich_help_panel="Look")(list_evidence)
evidence.command("show", cls=Command, rich_help_panel="Look")(show_item)
evidence.command("verify", cls=Command, rich_help_panel="Look")(verify_ledger)


@evidence.callback(invoke_without_command=True)
def _evidence(context: typer.Context) -> None:
    """Look at what was recorded, put it right, bring it in and out.

    The items of a study are its own and those in the ledger. Nothing recorded is ever changed
    or deleted: what turns out otherwise is said by a further entry.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())
