"""Every command: its name, the function it is, and the heading under which help names it.

A command is a function in a module of its own, imported when that command is called: the others
are only there for help, and for somebody who mistyped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

import typer

from tarjih.cli.typer_classes import Command, Group

__all__ = ["COMMANDS", "EVIDENCE", "QUESTIONS", "add_commands", "new_group"]

# name: (module below tarjih.cli, function, heading), in the order of the help.
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "run": ("run", "run_study", "Daily"),
    "update": ("update", "update_study", "Daily"),
    "evidence": ("evidence.group", "evidence", "Daily"),
    "chart": ("chart", "chart_study", "Daily"),
    "report": ("report", "report_study", "Daily"),
    "explain": ("explain", "explain_study", "Analyse"),
    "watch": ("watch", "watch_study", "Analyse"),
    "whatif": ("whatif", "ask_what_if", "Analyse"),
    "tipping": ("tipping", "find_tipping", "Analyse"),
    "prior": ("prior", "show_prior", "Analyse"),
    "simulate": ("simulate", "simulate_study", "Analyse"),
    "sensitivity": ("sensitivity", "rank_doubts", "Analyse"),
    "tornado": ("tornado", "rank_levers", "Analyse"),
    "compare": ("compare", "compare_study", "Analyse"),
    "export": ("export", "export_study", "Analyse"),
    "audit": ("audit", "audit_study", "Review"),
    "question": ("question.group", "question", "Review"),
    "score": ("score", "score_command", "Review"),
    "backtest": ("backtest", "backtest_command", "Review"),
    "list": ("list", "list_studies", "Study"),
    "show": ("show", "show_study", "Study"),
    "check": ("check", "check_study", "Study"),
    "new": ("new", "new_study", "Study"),
}
# Those of ``tarjih evidence``.
EVIDENCE: Mapping[str, tuple[str, str, str]] = {
    "list": ("evidence.list", "list_evidence", "Look"),
    "show": ("evidence.show", "show_item", "Look"),
    "sources": ("evidence.sources", "list_sources", "Look"),
    "verify": ("evidence.verify", "verify_ledger", "Look"),
    "check": ("evidence.check", "check_indicator", "Record"),
    "amend": ("evidence.amend", "amend_item", "Record"),
    "retract": ("evidence.retract", "retract_item", "Record"),
    "merge": ("evidence.merge", "merge_items", "Record"),
    "undo": ("evidence.undo", "undo_entry", "Record"),
    "export": ("evidence.export", "export_evidence", "Files"),
    "import": ("evidence.bring_in", "import_file", "Files"),
}
# Those of ``tarjih question``.
QUESTIONS: Mapping[str, tuple[str, str, str]] = {
    "list": ("question.list", "list_questions", "Look"),
    "publish": ("question.publish", "publish_questions", "Record"),
    "resolve": ("question.resolve", "resolve_question", "Record"),
    "void": ("question.void", "void_question", "Record"),
    "reopen": ("question.reopen", "reopen_settled", "Record"),
}
_GROUPS = {"evidence", "question"}


def new_group(name: str | None = None) -> typer.Typer:
    """Return a group without commands."""
    return typer.Typer(
        name=name,
        cls=Group,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )


def add_commands(
    group: typer.Typer, table: Mapping[str, tuple[str, str, str]], words: Sequence[str]
) -> None:
    """Add the command that is called, or all of them if none is.

    Parameters
    ----------
    group : Typer
    table : mapping
        Its commands.
    words : sequence of str
        What follows the name of the group on the command line.
    """
    called = next((word for word in words if not word.startswith("-")), "")
    for name, (module, function, heading) in table.items():
        if called in table and name != called:
            continue
        command = getattr(import_module(f"tarjih.cli.{module}"), function)
        if name in _GROUPS:
            rest = words[words.index(name) + 1 :] if name == called else ()
            group.add_typer(command(rest), name=name, rich_help_panel=heading)
        else:
            group.command(name, cls=Command, rich_help_panel=heading)(command)
