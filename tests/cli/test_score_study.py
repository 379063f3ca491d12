"""`tarjih score STUDY` and `tarjih chart STUDY reliability`, as people use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Call = Any
LEDGER = ("--ledger", "q.db")
MARK = "\N{RIGHT-TO-LEFT MARK}"


@pytest.fixture
def settled(call: Call, demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The new study, with a question that comes out far ahead and one that came out."""
    monkeypatch.setenv("TARJIH_AUTHOR", "amal")
    more = """
  later:
    label: {en: Full service on 30 June 2090?, ar: خدمة كاملة في 30 حزيران/يونيو 2090؟}
    about: {in_force: full_service, at: 2090-06-30}
    rule: By the timetable.
    settled_by: Harbour office
    closes: 2090-06-30
"""
    demo.write_text(demo.read_text(encoding="utf-8") + more, encoding="utf-8")
    first = next(
        one["id"]
        for one in json.loads(call("question", "list", "demo.yaml", "--json").out)["questions"]
        if one["id"] != "later"
    )
    words = ("question", "publish", "demo.yaml", first, "later")
    assert call(*words, *LEDGER).code == 0
    settle = ("--known", "2026-07-02", "--cites", "timetable", *LEDGER)
    done = call("question", "resolve", "demo.yaml", first, "no", *settle)
    assert done.code == 0, done.err
    return demo


def test_what_was_published_too_late_is_scored_apart(call: Call, settled: Path) -> None:
    """The question closed in July 2026; it was published afterwards."""
    done = call("score", "demo.yaml", *LEDGER)
    assert done.code == 0, done.err
    assert "2 questions published, 2 frozen forecasts." in done.out
    assert "Resolved: 1; open: 1; void: 0 (0% of all questions)." in done.out
    assert "made in retrospect: not part of any headline" in done.out
    assert "One resolved: too few to tell." in done.out
    assert "Brier score, from 0 to 1" in done.out
    assert "Settled by one who forecast it." in done.out
    found = json.loads(call("score", "demo.yaml", *LEDGER, "--json").out)
    assert found["schema"] == "tarjih.scores/1"
    assert (found["file"], found["study"], found["self_settled"]) == (None, "demo", 1)
    assert {card["retrospective"] for card in found["cards"]} == {True, False}
    scored = [card for card in found["cards"] if card["scores"]]
    assert [card["retrospective"] for card in scored] == [True]
    one = next(one for one in found["questions"] if one["state"] == "resolved")
    assert one["score"] == pytest.approx(one["last"][1] ** 2, abs=1e-5)
    quiet = call("score", "demo.yaml", *LEDGER, "-q")
    assert "Brier score" not in quiet.out


def test_only_what_had_come_out_by_then(call: Call, settled: Path) -> None:
    words = ("score", "demo.yaml", "--as-of", "2026-07-01", *LEDGER)
    done = call(*words)
    assert done.code == 0, done.err
    assert "what came out by 1 July 2026." in done.out
    assert "Resolved: 0; open: 2" in done.out


def test_arabic(call: Call, settled: Path) -> None:
    done = call("score", "demo.yaml", "--lang", "ar", *LEDGER)
    assert done.code == 0, done.err
    assert "وُضعت بأثر رجعي" in done.out
    assert "حسمه أحد المتوقِّعين" in done.out
    assert all(not line or line[0] == MARK for line in done.out.splitlines())


def test_reliability_is_drawn(call: Call, settled: Path) -> None:
    done = call("score", "demo.yaml", *LEDGER, "-o", "r.png", "-q")
    assert done.code == 0, done.err
    done = call("chart", "demo.yaml", "reliability", *LEDGER, "-o", "c.png")
    assert done.code == 0, done.err
    drawn = [(settled.parent / name).read_bytes() for name in ("r.png", "c.png")]
    assert drawn[0] == drawn[1]
    done = call("chart", "demo.yaml", "reliability", "--as-of", "2026-07-01", *LEDGER)
    assert done.code == 1
    assert "no published question has come out" in done.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("score", "demo.yaml"), 1, "`tarjih question publish demo.yaml QUESTION` freezes one"),
        (("chart", "demo.yaml", "reliability"), 1, "`tarjih question publish demo.yaml QUESTION`"),
        (("score", "nosuch"), 2, "unknown study"),
        (("score", "demo.yaml", "--author", "x"), 2, "only of use for a file of forecasts"),
        (("score", "demo.yaml", "--as-of", "soon"), 2, "--as-of"),
    ],
)
def test_what_cannot_be_scored(
    call: Call, demo: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    done = call(*words)
    assert done.code == code
    assert message in done.message
    assert list(demo.parent.iterdir()) == [demo]


def test_nothing_to_draw_yet(call: Call, settled: Path) -> None:
    done = call("score", "demo.yaml", *LEDGER, "--as-of", "2026-07-01", "-o", "r.png", "-q")
    assert done.code == 2
    assert "nothing to draw: nothing is scored yet" in done.message
