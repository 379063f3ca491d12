"""`tarjih score FILE.csv`, as people use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Call = Any

HEAD = "id,date,author,probability,outcome,opens,closes,retrospective\n"


@pytest.fixture
def forecasts(folder: Path) -> Path:
    """Two forecasters of forty questions, one of whom knows something; one open, two void."""
    rows = []
    for q in range(40):
        yes = q % 3 == 0
        for author, said in (("أمل", 0.8 if yes else 0.15), ("Basil, B.", 0.5)):
            rows.append(f'q{q},2025-01-01,"{author}",{said},{int(yes)},2025-01-01,2025-01-31,')
    rows.append("open,2025-01-01,أمل,0.5,,,,\nv1,2025-01-01,أمل,0.5,void,,,")
    rows.append("v2,2025-01-01,أمل,0.5,void,,,\nr,2025-01-01,أمل,1,1,,,yes")
    path = folder / "forecasts.csv"
    path.write_text("\ufeff" + HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_text(call: Call, forecasts: Path) -> None:
    done = call("score", "forecasts.csv")
    assert done.code == 0, done.err
    assert "Resolved: 41; open: 1; void: 2 (5% of all questions)." in done.out
    assert "أمل: yes-or-no questions" in done.out
    assert "Brier score, from 0 to 1" in done.out
    assert "Better than the base rate of these questions: 0.029 against 0.228" in done.out
    assert "Not told apart from the base rate of these questions: 0.250" in done.out
    assert "(made in retrospect: not part of any headline)" in done.out
    assert "One resolved: too few to tell." in done.out
    assert "did not answer the same questions" in done.out


def test_arabic_text(call: Call, forecasts: Path) -> None:
    done = call("score", "forecasts.csv", "--lang", "ar")
    assert done.code == 0
    assert "درجة براير، من 0 إلى 1" in done.out
    assert "أفضل من المعدّل الأساسي" in done.out
    for line in done.out.splitlines():
        assert not line or line.startswith("\N{RIGHT-TO-LEFT MARK}")


def test_quiet_tells_no_retrospective_score(call: Call, forecasts: Path) -> None:
    done = call("score", "forecasts.csv", "-q")
    assert done.code == 0
    assert "void: 2 (5%" in done.out
    assert "retrospect" not in done.out
    assert done.out.count("Brier score") == 2


def test_document(call: Call, forecasts: Path) -> None:
    one, again = (call("score", "forecasts.csv", "--json", "--seed", "3").out for _ in range(2))
    assert one == again
    found = json.loads(one)
    assert found["schema"] == "tarjih.scores/1"
    assert found["conventions"]["brier"] == {"best": 0.0, "worst": 1.0, "better": "less"}
    first, second, third = found["cards"]
    assert [card["author"] for card in (first, second, third)] == ["أمل", "Basil, B.", "أمل"]
    assert [card["retrospective"] for card in (first, second, third)] == [False, False, True]
    assert first["counts"]["void_share"] == pytest.approx(2 / 43, abs=1e-6)
    assert first["comparisons"]["base_rate"]["claim"]["verdict"] == "better"
    assert third["scores"]["brier"] == {"mean": 0.0, "q05": None, "q95": None}
    parts = first["corp"]
    total = parts["miscalibration"] - parts["discrimination"] + parts["uncertainty"]
    assert total == pytest.approx(parts["score"], abs=2e-6)


def test_all_that_is_wrong_is_told_with_lines(call: Call, folder: Path) -> None:
    (folder / "bad.csv").write_text("id,probability,outcome\na,70,1\nb,0.5,perhaps\n")
    done = call("score", "bad.csv")
    assert done.code == 2
    assert done.out == ""
    first, second = done.err.splitlines()
    assert first.startswith("bad.csv:2: not a probability: got '70'")
    assert second.startswith("bad.csv:3: outcome: question 'b' cannot have come out so")


@pytest.mark.parametrize("option", ["--as-of=2026-01-31", "--ledger=x.db"])
def test_options_of_a_study_are_refused_for_a_file(
    call: Call, forecasts: Path, option: str
) -> None:
    done = call("score", "forecasts.csv", option)
    assert done.code == 2
    assert "only of use for a study: leave it out" in done.message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.csv"], "there is no such file"),
        (["forecasts.csv", "--resamples", "3"], "--resamples: out of range: got '3'"),
        (["forecasts.csv", "--seed", "x"], "--seed: not a seed"),
        (["forecasts.csv", "--lang", "fr"], "unknown language"),
    ],
)
def test_wrong_requests(call: Call, forecasts: Path, words: list[str], message: str) -> None:
    done = call("score", *words)
    assert done.code == 2
    assert message in done.message


def test_one_forecast_is_fine(call: Call, folder: Path) -> None:
    (folder / "one.csv").write_text("id,probability,outcome\na,0.7,yes\n")
    done = call("score", "one.csv")
    assert done.code == 0
    assert "One resolved: too few to tell." in done.out
    assert "nan" not in done.out


def test_nothing_resolved_yet(call: Call, folder: Path) -> None:
    (folder / "open.csv").write_text("id,probability,outcome\na,0.7,\n")
    for lang in ("en", "ar"):
        done = call("score", "open.csv", "--lang", lang)
        assert done.code == 0
        assert "nan" not in done.out


def test_reliability_diagram(call: Call, forecasts: Path) -> None:
    done = call("score", "forecasts.csv", "-o", "r.svg", "--author", "أمل", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["schema"] == "tarjih.scores/1"
    assert "r.svg" in done.err
    assert (forecasts.parent / "r.svg").stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "whose reliability is to be drawn? allowed: Basil, B., أمل"),
        (["--author", "Basil"], "no scored forecasts: got 'Basil'"),
    ],
)
def test_a_diagram_is_of_one_author(
    call: Call, forecasts: Path, words: list[str], message: str
) -> None:
    done = call("score", "forecasts.csv", "-o", "r.png", *words)
    assert done.code == 2
    assert message in done.message
    assert not (forecasts.parent / "r.png").exists()


def test_nothing_to_draw(call: Call, folder: Path) -> None:
    (folder / "open.csv").write_text("id,probability,outcome\na,0.7,\n")
    done = call("score", "open.csv", "-o", "r.png")
    assert done.code == 2
    assert "nothing to draw" in done.message
