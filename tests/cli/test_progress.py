"""The bar on standard error."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tarjih.cli import progress as progress_module
from tarjih.cli.app import main
from tarjih.cli.progress import progress_bar


class Terminal(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def sit_down(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Terminal]:
    """Makes standard error a terminal; called by the test, since pytest puts its own between."""

    def make() -> Terminal:
        place = Terminal()
        monkeypatch.setattr(sys, "stderr", place)
        return place

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress_module, "_AFTER", -1.0)
    return make


def test_what_takes_long_shows_how_far_it_is(sit_down: Callable[[], Terminal]) -> None:
    terminal = sit_down()
    with progress_bar("Simulating", 10, show=True) as tell:
        assert tell is not None
        for done in range(11):
            tell(done)
    assert "Simulating" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_what_is_soon_done_shows_nothing(
    sit_down: Callable[[], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = sit_down()
    monkeypatch.setattr(progress_module, "_AFTER", 60.0)
    with progress_bar("Simulating", 10, show=True) as tell:
        assert tell is not None
        tell(10)
    assert terminal.getvalue() == ""


def test_files_and_the_quiet_get_no_bar(
    sit_down: Callable[[], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_down()
    with progress_bar("Simulating", 10, show=False) as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar("Simulating", 10, show=True) as tell:
        assert tell is None


@pytest.mark.parametrize(
    ("more", "shown"), [((), True), (("--quiet",), False), (("--json",), False)]
)
def test_a_simulation_shows_it_unless_told_not_to(
    demo: Path,
    sit_down: Callable[[], Terminal],
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    shown: bool,
) -> None:
    terminal = sit_down()
    assert main(["simulate", "demo", "--paths", "300", *more]) == 0
    assert ("Simulating" in terminal.getvalue()) == shown
    assert "Simulating" not in capsys.readouterr().out


def test_the_bar_goes_when_something_breaks(sit_down: Callable[[], Terminal]) -> None:
    terminal = sit_down()

    def broken() -> None:
        with progress_bar("Simulating", 10, show=True) as tell:
            assert tell is not None
            tell(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    # the cursor is shown again
    assert "\x1b[?25h" in terminal.getvalue()
