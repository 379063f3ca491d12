"""A mapping of a small study, and files for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

MAPPING = """\
mapping:
  id: reports
  dataset: field
identity: [no]
scope: [region]
vanished: retract
values:
  teller: {Alpha: a, Beta: b}
columns:
  happened:
    column: day
    written: [YYYY-MM-DD, DD Month YYYY]
    precision: {column: exact, values: {d: day, w: week, m: month}}
  known: {column: told}
  kind: claim
  sources: {column: teller, split: ";"}
  credibility: 2
  label: {en: "{what} in {region}"}
  note: {en: "{note}"}
rules:
  - when: {what: [visit, call]}
    seen: visit
  - when: {what: {begins: strike}}
    seen: strike
    kind: act
"""
COLUMNS = ("no", "region", "day", "exact", "told", "teller", "what", "note")
ROW = {
    "no": "1",
    "region": "North",
    "day": "2025-10-10",
    "exact": "d",
    "told": "2025-10-12",
    "teller": "Alpha",
    "what": "visit",
    "note": "",
}

WriteRows = Callable[..., Path]


@pytest.fixture
def mapping_text() -> str:
    return MAPPING


@pytest.fixture
def ordinary() -> dict[str, str]:
    """An ordinary row."""
    return dict(ROW)


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "reports.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return str(path)


@pytest.fixture
def write_rows(tmp_path: Path) -> WriteRows:
    """Write rows that differ from an ordinary one in what is given."""

    def write(
        rows: Sequence[Mapping[str, str]],
        columns: Sequence[str] = COLUMNS,
        name: str = "events.csv",
        default: Mapping[str, str] = ROW,
    ) -> Path:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**{c: default.get(c, "") for c in columns}, **row} for row in rows)
        path = tmp_path / name
        path.write_text(text.getvalue(), encoding="utf-8")
        return path

    return write
