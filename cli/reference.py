"""The reference page of the command line, made from what ``--help`` says.

``uv run python -m tarjih.cli.reference`` writes ``docs/cli-reference.md``; a test fails when
the page is not current.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from tarjih.cli.app import application

__all__ = ["reference_page", "write_reference"]

_WIDTH = 90
_HEAD = """# The `tarjih` command

Written by `uv run python -m tarjih.cli.reference` from the help texts: change those, not this
page.

Exit codes: 0 done; 1 it could not be done; 2 the request or a file is wrong; 130 interrupted.
Results go to standard output; errors, progress and notes to standard error. A pipe or a file
gets plain text, without colours or boxes.
"""


def reference_page() -> str:
    """Return the page as Markdown: the help of every command, at a fixed width."""
    app = application()
    app.rich_markup_mode = None
    root: Any = typer.main.get_command(app)
    context = root.make_context("tarjih", [], resilient_parsing=True, terminal_width=_WIDTH)
    return "\n".join([_HEAD, _block(context), *_commands(root, context, "##")])


def _commands(group: Any, context: Any, heading: str) -> Iterator[str]:
    for name, command in group.commands.items():
        inner = command.context_class(command, info_name=name, parent=context)
        yield f"{heading} `{inner.command_path}`\n"
        yield _block(inner)
        if hasattr(command, "commands"):
            yield from _commands(command, inner, f"{heading}#")


def write_reference(path: Path) -> None:
    """Write the page."""
    path.write_text(reference_page(), encoding="utf-8")


def _block(context: Any) -> str:
    lines = (line.rstrip() for line in context.get_help().strip().splitlines())
    return "```text\n" + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    write_reference(Path(__file__).resolve().parents[1] / "docs" / "cli-reference.md")
