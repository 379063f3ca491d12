"""The ``tarjih`` command: its subcommands, and what becomes of their errors.

A command is a thin function in a file of its own; what it needs it imports when it runs, so
that ``tarjih --help`` loads neither NumPy nor the parser.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import tarjih
from tarjih.cli.commands import COMMANDS, add_commands, new_group
from tarjih.cli.output import prepare_streams
from tarjih.errors import TarjihError
from tarjih.reports.words.controls import printable

__all__ = ["application", "main"]

_INTERRUPTED = 130
_DEBUG = "--debug"
_OBJECTS = 100_000
"""New objects after which the garbage collector has a look; Python's own number is 700."""


def application(words: Sequence[str] = ()) -> typer.Typer:
    """Return the command line; knowing the one command that ``words`` call, or else all."""
    app = new_group("tarjih")
    app.callback(invoke_without_command=True)(_tarjih)
    add_commands(app, COMMANDS, words)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        print(f"tarjih {tarjih.__version__}")
        raise typer.Exit


def _tarjih(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(_DEBUG, help="Show the whole traceback of an error. May stand anywhere."),
    ] = False,
) -> None:
    """Weigh which of several scenarios is the more probable, and say why.

    A study describes what could happen, what drives it, and what experts judged of it; dated,
    sourced evidence then moves the probabilities. Start with `tarjih list`, then
    `tarjih run STUDY`.
    """
    if context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: those of the process.

    Returns
    -------
    int
        0 done; 1 could not be done; 2 the request or a file is wrong; 130 interrupted.
    """
    if arguments is None:
        # Imports and a long ledger make a hundred thousand objects that stay. To look through all
        # of them again and again for rubbish takes a tenth of a short command, and half of the
        # time to read 10,000 entries; rubbish that only the collector finds is rare.
        gc.set_threshold(_OBJECTS, 20, 50)
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = [word for word in given if word != _DEBUG]
    prepare_streams()
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_left()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except typer.Abort:
        return _INTERRUPTED
    except TarjihError as error:
        return _report(str(error), error.exit_code, debug=len(words) < len(given))
    except typer.TyperException as error:
        return _report(_usage(error), error.exit_code, debug=False)
    except OSError as error:
        message = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        return _report(f"tarjih: {message or error}", 1, debug=len(words) < len(given))
    except Exception as error:
        what = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
        message = f"tarjih: {what}; this should not happen: run again with {_DEBUG} to see where"
        return _report(message, 1, debug=len(words) < len(given))
    return code


def _run(words: list[str]) -> int:
    # Boxes and colours are for a terminal; a file or a pipe gets plain text.
    app = application(words)
    app.rich_markup_mode = "rich" if sys.stdout.isatty() else None
    with warnings.catch_warnings():
        warnings.showwarning = _warn
        result: Any = app(words, prog_name="tarjih", standalone_mode=False, obj=tuple(words))
    return result if isinstance(result, int) else 0


def _warn(message: Warning | str, *_: Any, **__: Any) -> None:
    """Show a warning as one line, without the place in the code it comes from."""
    print(printable(f"tarjih: {' '.join(str(message).split())}"), file=sys.stderr)


def _usage(error: typer.TyperException) -> str:
    """Put a wrong command line into one line, with the command whose help says more."""
    context = getattr(error, "ctx", None)
    path = "tarjih" if context is None else context.command_path
    what = " ".join(error.format_message().split()).rstrip(".")
    joined = f"{what} See" if what.endswith("?") else f"{what}; see"
    return f"{path}: {joined} '{path} --help'"


def _report(message: str, code: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(printable(message), file=sys.stderr)
    return code


def _reader_left() -> int:
    """Leave quietly when nobody reads on (``tarjih list | head -1``)."""
    # What is still buffered must have somewhere to go, or the interpreter complains at exit.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return 1
