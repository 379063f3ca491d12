"""The commands of ``tarjih evidence``, each in a file of its own."""

from __future__ import annotations

import typer

from tarjih.cli.evidence.amend import amend_item
from tarjih.cli.evidence.bring_in import import_file
from tarjih.cli.evidence.check import check_indicator
from tarjih.cli.evidence.export import export_evidence
from tarjih.cli.evidence.list import list_evidence
from tarjih.cli.evidence.merge import merge_items
from tarjih.cli.evidence.retract import retract_item
from tarjih.cli.evidence.show import show_item
from tarjih.cli.evidence.sources import list_sources
from tarjih.cli.evidence.undo import undo_entry
from tarjih.cli.evidence.verify import verify_ledger
from tarjih.cli.typer_classes import Command, Group

__all__ = ["evidence"]

evidence = typer.Typer(
    cls=Group,
    context_settings={"help_option_names": ["--help", "-h"]},
)
evidence.command("list", cls=Command, rich_help_panel="Look")(list_evidence)
evidence.command("show", cls=Command, rich_help_panel="Look")(show_item)
evidence.command("sources", cls=Command, rich_help_panel="Look")(list_sources)
evidence.command("verify", cls=Command, rich_help_panel="Look")(verify_ledger)
evidence.command("check", cls=Command, rich_help_panel="Record")(check_indicator)
evidence.command("amend", cls=Command, rich_help_panel="Record")(amend_item)
evidence.command("retract", cls=Command, rich_help_panel="Record")(retract_item)
evidence.command("merge", cls=Command, rich_help_panel="Record")(merge_items)
evidence.command("undo", cls=Command, rich_help_panel="Record")(undo_entry)
evidence.command("export", cls=Command, rich_help_panel="Files")(export_evidence)
evidence.command("import", cls=Command, rich_help_panel="Files")(import_file)


@evidence.callback(invoke_without_command=True)
def _evidence(context: typer.Context) -> None:
    """Look at what was recorded, put it right, bring it in and out.

    The items of a study are its own and those in the ledger. Nothing recorded is ever changed
    or deleted: what turns out otherwise is said by a further entry.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())
