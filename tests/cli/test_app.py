"""Help, version, exit codes, and what becomes of errors."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tarjih
from tarjih.cli import reference
from tarjih.cli.app import main
from tarjih.errors import CannotCompute

Call = Callable[..., Any]
COMMANDS = ("run", "prior", "compare", "list", "show", "check", "new")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def load(_: str) -> None:
        raise error

    monkeypatch.setattr("tarjih.scenarios.load", load, raising=False)


def test_without_words_the_help_is_shown(call: Call) -> None:
    done = call()
    assert done.code == 0
    assert done.out == call("--help").out
    assert all(f"  {name} " in done.out for name in COMMANDS)


def test_help_groups_the_commands(call: Call) -> None:
    text = call("--help").out
    pattern = r"Daily:\n +run [\s\S]*?\n\nAnalyse:\n +explain [\s\S]*?\n\nStudy:\n +list "
    assert re.search(pattern, text)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(call: Call, name: str) -> None:
    done = call(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: tarjih {name} ")


def test_help_on_a_terminal_has_boxes(shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["--help"]))
    assert "Daily" in text
    assert "─" in text


def test_version(call: Call) -> None:
    assert call("--version").out == f"tarjih {tarjih.__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rnu"], "No such command 'rnu'. Did you mean 'run'? See 'tarjih --help'"),
        (["run"], "tarjih run: Missing argument 'STUDY'; see 'tarjih run --help'"),
        (["run", "a", "b"], "unexpected extra argument(s) (b)"),
        (["run", "a", "--jsno"], "tarjih run: No such option: --jsno (Possible options: "),
        (["run", "a", "--seed"], "Option '--seed' requires an argument"),
        (["show"], "tarjih show: Missing argument 'STUDY'"),
    ],
)
def test_wrong_usage_is_one_line(call: Call, words: list[str], message: str) -> None:
    done = call(*words)
    assert done.code == 2
    assert message in done.message


def test_an_error_of_ours_is_its_message(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, CannotCompute("the disk is full"))
    done = call("check", "x")
    assert (done.code, done.message) == (1, "the disk is full")


def test_an_unexpected_error_is_one_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ZeroDivisionError("two\nlines"))
    done = call("check", "x")
    assert done.code == 1
    assert done.message.startswith("tarjih: ZeroDivisionError: two lines; ")
    assert "--debug" in done.message


@pytest.mark.parametrize("words", [["--debug", "check", "x"], ["check", "x", "--debug"]])
def test_debug_shows_the_traceback(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("no"))
    done = call(*words)
    assert done.code == 1
    assert "Traceback (most recent call last)" in done.err


def test_an_error_of_the_system_names_its_file(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, PermissionError(13, "Permission denied", "study.yaml"))
    done = call("check", "x")
    assert (done.code, done.message) == (1, "tarjih: study.yaml: Permission denied")


def test_an_interruption_is_quiet(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    done = call("check", "x")
    assert (done.code, done.out, done.err) == (130, "", "")


def test_a_warning_is_one_line(call: Call, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tarjih.scenarios import load

    def warn_and_load(name: str) -> Any:
        warnings.warn("the cache cannot\nbe written", stacklevel=2)
        return load(name)

    monkeypatch.setattr("tarjih.scenarios.load", warn_and_load, raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        done = call("check", "demo")
    assert done.code == 0
    assert done.err == "tarjih: the cache cannot be written\n"


def test_a_reader_that_leaves_is_no_error(folder: Path) -> None:
    command = "import sys; from tarjih.cli.app import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "show", "syria-russia"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
def test_a_full_disk_is_one_line(folder: Path) -> None:
    command = "import sys; from tarjih.cli.app import main; sys.exit(main())"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", command, "list"],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("tarjih: No space left on device")


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", True), ("ascii", False), ("cp1252", False)]
)
def test_arabic_in_any_encoding(spawn: Call, encoding: str, shown: bool) -> None:
    done = spawn("list", "--lang", "ar", PYTHONIOENCODING=encoding)
    assert (done.code, done.err) == (0, "")
    assert ("سوريا" in done.out) is shown
    assert "syria_russia" in done.out


@pytest.mark.parametrize("coerced", ["0", "1"])
def test_arabic_in_the_bare_locale(spawn: Call, coerced: str) -> None:
    done = spawn("list", "--lang", "ar", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8=coerced)
    assert (done.code, done.err) == (0, "")
    assert "سوريا" in done.out


def test_a_document_is_utf8_whatever_the_locale(folder: Path) -> None:
    command = "import sys; from tarjih.cli.app import main; sys.exit(main())"
    bytes_of = [
        subprocess.run(
            [sys.executable, "-c", command, "list", "--json"],
            cwd=folder,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for encoding in ("utf-8", "cp1252", "utf-16")
    ]
    assert bytes_of[0] == bytes_of[1] == bytes_of[2]
    assert "سوريا" in bytes_of[0].decode("utf-8")


def test_the_reference_page_is_current() -> None:
    page = Path(reference.__file__).resolve().parents[1] / "docs/cli-reference.md"
    if not page.is_file():
        pytest.skip("this copy of the project has no docs")
    assert page.read_text(encoding="utf-8") == reference.reference_page(), (
        "run: uv run python -m tarjih.cli.reference"
    )


def test_text_needs_no_pydantic(spawn: Call) -> None:
    """typer would import it for every option; see tarjih.cli.typer_classes."""
    command = (
        "import sys; from tarjih.cli.app import main; "
        "main(['new', 'ab', '--lang', 'en']); "
        "sys.exit('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", command], cwd=Path.cwd(), check=False)
    assert done.returncode == 0


def test_help_needs_neither_numpy_nor_yaml(folder: Path) -> None:
    command = (
        "import sys; from tarjih.cli.app import main; main(['--help']); "
        "sys.exit(bool({'numpy', 'yaml', 'pydantic', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=folder, stdout=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0


def test_all_that_is_wrong_is_told_at_once(call: Call, demo: Path) -> None:
    words = ("--as-of", "2025-99", "--horizon", "soon", "--set", "repair=x", "--seed", "-1")
    done = call("run", "demo", *words, "--engine", "fast")
    assert done.code == 2
    told = {line.partition(":")[0] for line in done.err.splitlines()}
    assert told == {"--as-of", "--horizon", "--set", "--seed", "--engine"}


def test_a_percent_without_its_sign_is_told_both_ways(call: Call, demo: Path) -> None:
    done = call("tipping", "demo", "--scenario", "full_service", "--threshold", "25")
    assert done.message.endswith("did you mean 25% or 0.25?")


def test_digits_go_with_every_arabic_text(call: Call, demo: Path) -> None:
    latin = call("whatif", "demo", "--set", "repairs=finished", "--lang", "ar").out
    arabic = call(
        "whatif", "demo", "--set", "repairs=finished", "--lang", "ar", "--digits", "arabic"
    ).out
    assert re.search(r"\d%", latin)
    assert not re.search(r"[0-9]", arabic)
    assert "٪" in arabic
    assert call("whatif", "demo", "--digits", "arabic").message.endswith("add --lang ar")
