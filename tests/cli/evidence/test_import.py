"""``tarjih evidence import``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.evidence import Ledger
from tarjih.scenarios import load
from tarjih.scenarios.records import Seen

Call = Callable[..., Any]
DATA = Path(__file__).parents[2] / "evidence" / "imports" / "data"
READY = [
    ("acled_made_up.csv", "syria_russia_acled", (), (3, 1)),
    ("20260114064500.export.CSV", "syria_russia_gdelt2", (), (3, 1)),
    ("ucdp_candidate_made_up.csv", "syria_russia_ucdp", ("--known", "2025-11-20"), (1, 1)),
]
SEEN = {
    "acled_syria_russia__760_syr900001": ("attack_on_base", "2025-11-14", "2025-11-14"),
    "acled_syria_russia__760_syr900002": ("airstrikes_for_faction", "2025-11-17", "2025-11-23"),
    "acled_syria_russia__760_syr900003": ("military_help_given", "2025-12-01", "2025-12-31"),
    "gdelt2_syria_russia__9900000001": ("minister_visit", "2026-01-13", "2026-01-13"),
    "gdelt2_syria_russia__9900000002": ("minister_visit", "2026-01-13", "2026-01-13"),
    "gdelt2_syria_russia__9900000004": ("damascus_rebuke", "2026-01-12", "2026-01-12"),
    "ucdp_syria_russia__652_9000001": ("attack_on_base", "2025-10-04", "2025-10-04"),
}


def _import(call: Call, *words: str) -> Any:
    return call("evidence", "import", "syria-russia", *words, "--ledger", "t.db")


@pytest.fixture
def events(folder: Path) -> Path:
    path = folder / "events.csv"
    path.write_text(
        "id,happened,known,seen,kind,sources,credibility,label_en\n"
        "k1,2026-02-02,2026-02-03,minister_visit,act,sana,2,A made-up visit\n"
        "k2,2026-02-05,2026-02-06,minister_visit,act,nobody,2,Another\n",
        encoding="utf-8",
    )
    return path


def test_the_ready_mappings(call: Call) -> None:
    study = load("syria_russia")
    for name, mapping, more, (recorded, skipped) in READY:
        words = (str(DATA / name), "--mapping", mapping, *more, "--json")
        first, again = (json.loads(_import(call, *words).out) for _ in range(2))
        assert (first["counts"]["recorded"], first["counts"]["skipped"]) == (recorded, skipped)
        assert again["counts"]["unchanged"] == recorded
        assert again["entries"] == []
    with Ledger.open("t.db") as ledger:
        extended = ledger.extended(study)
        new = {one.id: one for one in extended.items[len(study.items) :]}
        found = {
            id: (one.bears_on.indicator, str(one.start), str(one.end))
            for id, one in new.items()
            if isinstance(one.bears_on, Seen)
        }
        assert found == SEEN
        assert {one.id: one.letter for one in extended.sources[len(study.sources) :]} == {
            "acled": "B", "gdelt": "D", "ucdp": "B",
        }  # fmt: skip
        assert new["gdelt2_syria_russia__9900000001"].url.endswith('b="x"')
        assert ledger.verify().sound


def test_all_or_nothing(call: Call, events: Path) -> None:
    done = _import(call, "events.csv")
    assert (done.code, done.out) == (2, "")
    first, last = done.err.splitlines()
    assert first.startswith("events.csv:3 (sources.0): unknown source: got 'nobody'")
    assert last.startswith("1 row is wrong, and nothing was recorded")
    assert not Path("t.db").exists()


def test_keep_going(call: Call, events: Path) -> None:
    done = _import(call, "events.csv", "--keep-going", "--rejected", "left.csv")
    assert done.code == 0
    assert "- new items: 1\n- rows rejected: 1\n" in done.out
    assert "The rejected rows are in left.csv" in done.out
    Path("left.csv").write_text(
        Path("left.csv").read_text(encoding="utf-8-sig").replace("nobody", "reuters")
    )
    assert _import(call, "left.csv", "-q").out == (
        "left.csv: 1 new, 0 amended, 0 retracted, 0 rejected.\n"
    )
    assert _import(call, "events.csv", "--keep-going").code == 0


def test_nothing_but_rejected_rows(call: Call, events: Path) -> None:
    lines = events.read_text().splitlines(keepends=True)
    events.write_text(lines[0] + lines[2])
    assert _import(call, "events.csv", "--keep-going").code == 1


def test_a_trial_leaves_nothing(call: Call, events: Path) -> None:
    done = _import(call, "events.csv", "--keep-going", "--dry-run")
    assert "A trial: nothing was recorded." in done.out
    assert sorted(one.name for one in Path().iterdir()) == ["events.csv"]


def test_arabic(call: Call) -> None:
    name, mapping, *_ = READY[0]
    done = _import(call, str(DATA / name), "--mapping", mapping, "--lang", "ar")
    assert "مواد جديدة" in done.out
    assert "بلدة مثال" in done.out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("none.csv",), "none.csv: there is no such file"),
        (("events.csv", "--mapping", "acld"), "did you mean 'acled'"),
        (("events.csv", "--mapping", "acled"), "has no rules"),
        (("events.csv", "--mapping", "own.yaml"), "there is no such mapping file"),
        (("events.csv", "--rejected", "x.csv"), "--rejected: it goes with --keep-going"),
        (("events.csv", "--known", "soon"), "--known: unreadable date"),
        (("events.csv", "--keep-going", "--rejected", "no/x.csv"), "there is no such folder"),
        (("events.csv", "--keep-going", "--rejected", "events.csv"), "cannot be written to"),
        (("events.csv", "--lang", "fr"), "unknown language"),
    ],
)
def test_what_cannot_be_done(call: Call, events: Path, words: tuple[str, ...], what: str) -> None:
    before = events.read_text()
    done = _import(call, *words)
    assert done.code == 2
    assert what in done.message
    assert events.read_text() == before
    assert [one.name for one in Path().iterdir()] == ["events.csv"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "yaml"])
def test_what_is_exported_gives_the_same_forecasts(call: Call, demo: Path, form: str) -> None:
    study = load(str(demo))
    source, indicator = study.sources[0].id, study.indicators[0].id
    with Ledger.open("one.db") as ledger:
        row = ledger.observe(
            study,
            {"happened": "2026-02-10", "known": "2026-02-11", "seen": indicator,
             "sources": [source], "credibility": 2, "note": {"en": "=1+1\nو"}},
        )  # fmt: skip
        ledger.amend(study, str(row.id), {"credibility": 5}, known="2026-03-05")
        gone = ledger.observe(
            study,
            {"happened": "2026-02-20", "known": "2026-02-21", "seen": indicator,
             "sources": [source], "credibility": 1},
        )  # fmt: skip
        ledger.retract(study, str(gone.id), because="withdrawn", known="2026-04-01")
    target = f"all.{form}"
    assert call("evidence", "export", "demo.yaml", "--all", "--ledger", "one.db", "-o", target,
                "-q").code == 0  # fmt: skip
    assert call("evidence", "import", "demo.yaml", target, "--ledger", "two.db", "-q").code == 0
    for day in ("2026-02-15", "2026-02-28", "2026-03-31", "2026-04-30"):
        one, two = (
            call("run", "demo.yaml", "--as-of", day, "--ledger", where, "--json")
            for where in ("one.db", "two.db")
        )
        assert one.code == 0
        assert one.out == two.out
