"""Commands in this process and in new ones, and draws made up so that nothing is fitted."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tarjih.cli.app import main
from tarjih.priors.draws import Draws, save_draws
from tarjih.priors.store import cache_folder, draws_digest
from tarjih.scenarios import load_study, views, write_template
from tarjih.scenarios.records import Study

_COMMAND = "import sys; from tarjih.cli.app import main; sys.exit(main())"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def message(self) -> str:
        """The one message of a command that failed, which must have written nothing else."""
        assert self.out == ""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        return line


Call = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working folder."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command in this process."""

    def run(*words: str) -> Done:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture
def spawn(folder: Path) -> Call:
    """Run a command in a new process."""

    def run(*words: str, **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-c", _COMMAND, *words],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        encoding = environment.get("PYTHONIOENCODING", "utf-8")
        return Done(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))

    return run


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of a new study named demo."""
    return write_template("demo", tmp_path_factory.mktemp("template")).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def _draws_of_demo(template: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Put draws for the new study into this run's cache, where a fit would have put them."""
    path = tmp_path_factory.mktemp("study") / "demo.yaml"
    path.write_text(template, encoding="utf-8")
    study = load_study(path)
    draws = made_up_draws(study)
    save_draws(draws, cache_folder() / f"{study.id}-{draws.digest[:16]}.npz")


@pytest.fixture
def demo(folder: Path, template: str, _draws_of_demo: None) -> Path:
    """The new study in the working folder; its draws are there."""
    path = folder / "demo.yaml"
    path.write_text(template, encoding="utf-8")
    return path


DISPUTED = """
analysts:
  amal: {label: {en: Amal, ar: أمل}, weight: 3}
  basil_k: {label: {en: Basil, ar: باسل}}

judgements:
  amal_expects:
    source: local_paper
    by: amal
    known: 2026-01-10
    about: now
    scenario: limited_service
    says: 0.9
"""
EFFECTS_BY = """    review_time: 6
    effects_by:
      amal: {insurance: no effect}
      basil_k: {repairs: lowers}
"""


@pytest.fixture
def disputed(folder: Path, template: str) -> Path:
    """The new study with two analysts in the working folder; draws of their views are there."""
    text = template.replace("judgements:\n", DISPUTED, 1)
    start = text.index("    review_time: 6 ")
    end = text.index("\n", start) + 1
    path = folder / "demo.yaml"
    path.write_text(text[:start] + EFFECTS_BY + text[end:], encoding="utf-8")
    for place, study in enumerate(views(load_study(path))):
        draws = made_up_draws(study)
        # Basil is surer that the first scenario is not in force.
        initial = draws.initial - place * np.eye(len(study.scenarios))[0]
        draws = replace(draws, initial=initial)
        save_draws(draws, cache_folder() / f"{study.id}-{draws.digest[:16]}.npz")
    return path


def made_up_draws(study: Study, count: int = 400) -> Draws:
    """Return draws that no judgement was asked about."""
    dice = np.random.default_rng(20260115)
    scenarios, drivers = len(study.scenarios), len(study.drivers)
    joint = len(study.conjunctions)

    def centred(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        values = dice.normal(size=shape)
        centred: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = values - values.mean(
            axis=-1, keepdims=True
        )
        return centred

    return Draws(
        alpha=centred(count, scenarios),
        beta=centred(count, drivers, scenarios),
        gamma=centred(count, joint, scenarios),
        initial=centred(count, scenarios),
        review_time=np.exp(dice.normal(1.5, 0.3, size=(count, scenarios))),
        up=np.exp(dice.normal(-2.0, 0.3, size=(count, drivers))),
        down=np.exp(dice.normal(-2.5, 0.3, size=(count, drivers))),
        chain=np.zeros(count, dtype=np.int64),
        digest=draws_digest(study),
        diagnostics={},
    )


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], str]:
    """Return what a function shows on a terminal 100 columns wide."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def show(act: Callable[[], object]) -> str:
        screen = io.BytesIO()
        stream = _Terminal(screen, encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            act()
            stream.flush()
        return screen.getvalue().decode("utf-8")

    return show
