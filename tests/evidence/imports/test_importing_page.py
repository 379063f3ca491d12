"""docs/importing.md says what happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tarjih.cli.app import main
from tarjih.evidence.imports.mapping_schema import MAPPING

PAGE = Path(__file__).parents[3] / "docs" / "importing.md"
DATA = Path(__file__).parent / "data"


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_its_commands_print_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TARJIH_LEDGER", raising=False)
    for file in DATA.iterdir():
        shutil.copy(file, tmp_path)
    (table,), (mapping,) = _blocks("csv"), _blocks("yaml")
    (tmp_path / "visits.csv").write_text(table, encoding="utf-8")
    (tmp_path / "visits.yaml").write_text(mapping, encoding="utf-8")
    consoles = _blocks("console")
    assert len(consoles) == 4
    for console in consoles:
        command, _, shown = console.partition("\n")
        assert main([*command.removeprefix("$ tarjih ").split(), "--ledger", "tarjih.db"]) == 0
        assert capsys.readouterr().out == shown


def test_it_names_every_section_of_a_mapping() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"| `{section}` |" in text for section in MAPPING.fields)
