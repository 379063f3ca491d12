"""A small valid study, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tarjih.scenarios import load_study, write_template
from tarjih.scenarios.records import Study

Write = Callable[[str], Path]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of the study that `tarjih new demo` writes."""
    return write_template("demo", tmp_path_factory.mktemp("new")).read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text to ``demo.yaml`` in a fresh folder."""

    def _write(text: str) -> Path:
        path = tmp_path / "demo.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.fixture
def load_text(write: Write) -> Callable[[str], Study]:
    """Load a study from its text."""
    return lambda text: load_study(write(text))
