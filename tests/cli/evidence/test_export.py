"""``tarjih evidence export`` and ``sources``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import tarjih
from tarjih.evidence.ledgers.tellers import named_source

ENDINGS = (".csv", ".jsonl", ".yaml")


@pytest.fixture
def eventful(place):
    """One of everything: amended, withdrawn, a new source, texts that could be formulas."""
    with tarjih.Ledger.open(place.path) as ledger:
        study = place.study
        ledger.retract(study, "n1", because="withdrawn", known="2026-04-12")
        ledger.amend(study, "n2", {"credibility": 4}, known="2026-04-20", because="news")
        radio = named_source(ledger.held(study), '=Radio, "Port"', "B")
        ledger.observe(
            study,
            {
                "happened": "2026-04-21",
                "weights": {"full_service": "for", "other": "slightly against"},
                "kind": "claim",
                "sources": [radio.id, "local_paper"],
                "relays": {"local_paper": radio.id},
                "credibility": 2,
                "label": {"en": '=HYPERLINK("x"), two\'s', "ar": 'قيل، "نعم"'},
                "note": "-1\n+2\n@three",
                "cites": "'=x",
            },
            sources=[radio],
        )
        ledger.check(
            study,
            {
                "happened": "2026-04-01/2026-04-30",
                "checked": "ferry_calls",
                "sources": ["local_paper"],
                "credibility": 3,
            },
        )
    return place


def _forecast(place, ledger: Path, as_of: str) -> bytes:
    done = place.call("run", "demo.yaml", "--ledger", str(ledger), "--as-of", as_of, "--json")
    assert done.code == 0, done.err
    text: str = done.out
    return text.encode()


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_versions_come_back_to_the_same_forecasts(eventful, ending: str) -> None:
    file, other = eventful.path.parent / f"all{ending}", eventful.path.parent / "other.db"
    done = eventful("export", "-o", str(file), "--all")
    assert done.code == 0
    taken = eventful.call("evidence", "import", "demo.yaml", str(file), "--ledger", str(other))
    assert taken.code == 0, taken.err
    for day in ("2026-04-04", "2026-04-10", "2026-04-15", "2026-05-01"):
        assert _forecast(eventful, other, day) == _forecast(eventful, eventful.path, day)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_held_comes_back_as_it_stands(eventful, ending: str) -> None:
    file, other = eventful.path.parent / f"held{ending}", eventful.path.parent / "other.db"
    assert eventful("export", "-o", str(file)).code == 0
    eventful.call("evidence", "import", "demo.yaml", str(file), "--ledger", str(other))
    days = ["2026-05-01"]
    found = [json.loads(_forecast(eventful, path, day)) for day in days
             for path in (other, eventful.path)]  # fmt: skip
    assert found[0]["scenarios"] == found[1]["scenarios"]
    with tarjih.Ledger.open(other) as ledger:
        (item,) = (one for one in ledger.items(eventful.study) if "claim" in one.kind
                   and one.end.month == 4 and one.end.day == 21)  # fmt: skip
        radio = ledger.held(eventful.study).source(item.sources[0])
    assert item.label == {"en": '=HYPERLINK("x"), two\'s', "ar": 'قيل، "نعم"'}
    assert item.note == {"en": "-1\n+2\n@three"}
    assert item.cites == "'=x"
    assert radio is not None
    assert radio.label == {"en": '=Radio, "Port"'}


def test_a_table_is_one_that_spreadsheets_read_and_no_formula(eventful) -> None:
    file = eventful.path.parent / "all.csv"
    eventful("export", "-o", str(file), "--all")
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,")
    text = content.decode("utf-8-sig")
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    assert len({len(row) for row in rows}) == 1
    assert text.count("\r\n") == len(rows)
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row if cell)
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)


def test_yaml_is_as_a_study_has_it(place) -> None:
    file = place.path.parent / "items.yaml"
    done = place("export", "-o", str(file))
    assert done.out == f"Wrote {len(place.study.items) + 2} items to {file}\n"
    study = Path("demo.yaml").read_text("utf-8")
    head = study[: study.index("\nitems:")]
    rest = study[study.index("\nquestions:") :] if "\nquestions:" in study else ""
    Path("whole.yaml").write_text(head + "\n" + file.read_text("utf-8") + rest, "utf-8")
    whole = tarjih.load("whole.yaml")
    with tarjih.Ledger.open(place.path) as ledger:
        items = sorted(ledger.items(place.study), key=lambda item: item.id)
    assert sorted(whole.items, key=lambda item: item.id) == items


def test_an_earlier_day(eventful) -> None:
    file = eventful.path.parent / "then.jsonl"
    found = eventful.document("export", "-o", str(file), "--as-of", "2026-04-06")
    assert found["items"][-2:] == ["n1", "n2"]
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == found["items"]
    assert all("until" not in row for row in rows)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "x.xls"], "--out: unknown ending: got 'x.xls'"),
        (["-o", "nowhere/x.csv"], "--out: there is no such folder"),
        (["-o", "x.csv", "--all", "--as-of", "2026-04-06"], "--all: "),
    ],
)
def test_what_cannot_be_written(place, words: list[str], message: str) -> None:
    done = place("export", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert not Path("x.csv").exists()


def test_who_tells(eventful) -> None:
    done = eventful("sources")
    assert done.code == 0
    rows = {line.split("(")[1].split(")")[0]: line for line in done.out.splitlines()
            if "(" in line and not line.startswith("Trust")}  # fmt: skip
    assert "harbour_office" in rows
    document = eventful.document("sources")
    assert document["trust"] == "fixed"
    found = document["sources"]
    (radio,) = (id for id in found if found[id]["from"] == "ledger")
    assert found["local_paper"]["relays"] == {radio: 1, "harbour_office": 1}
    assert found["harbour_office"]["trust"] is None
    arabic = eventful("sources", "--lang", "ar")
    assert "ينقل عن" in arabic.out
    assert eventful("sources", "--quiet").out.split() == list(found)


def test_learned_trust_is_told(eventful) -> None:
    text = Path("demo.yaml").read_text("utf-8")
    Path("demo.yaml").write_text(text + "\nassumptions:\n  trust: learned\n", "utf-8")
    found = eventful.document("sources")
    assert found["trust"] == "learned"
    trust = found["sources"]["local_paper"]["trust"]
    assert trust["before"]["mean"] != trust["after"]["mean"]
    assert "Trust: how reliable each" in eventful("sources").out
