"""`tarjih score STUDY` and `tarjih chart STUDY reliability`, as people use them."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main

Call = Any
LEDGER = ("--ledger", "q.db")
MARK = "\N{RIGHT-TO-LEFT MARK}"


MORE = """
  later:
    label: {en: Full service on 30 June 2090?, ar: خدمة كاملة في 30 حزيران/يونيو 2090؟}
    about: {in_force: full_service, at: 2090-06-30}
    rule: By the timetable.
    settled_by: Harbour office
    closes: 2090-06-30
"""


@pytest.fixture(scope="module")
def _settled(
    template: str, _draws_of_demo: None, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, bytes]:
    """The new study with one question more, and a ledger in which one of two came out."""

    def told(*words: str) -> str:
        said, wrong = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(wrong):
            code = main(words)
        assert code == 0, wrong.getvalue()
        return said.getvalue()

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("settled"))
        patch.setenv("TARJIH_AUTHOR", "amal")
        Path("demo.yaml").write_text(template + MORE, encoding="utf-8")
        listed = json.loads(told("question", "list", "demo.yaml", "--json"))["questions"]
        first = next(one["id"] for one in listed if one["id"] != "later")
        told("question", "publish", "demo.yaml", first, "later", *LEDGER)
        settle = ("--known", "2026-07-02", "--cites", "timetable", *LEDGER)
        told("question", "resolve", "demo.yaml", first, "no", *settle)
        return template + MORE, Path("q.db").read_bytes()


@pytest.fixture
def settled(folder: Path, _settled: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The new study, with a question that comes out far ahead and one that came out."""
    monkeypatch.setenv("TARJIH_AUTHOR", "amal")
    text, ledger = _settled
    path = folder / "demo.yaml"
    path.write_text(text, encoding="utf-8")
    (folder / "q.db").write_bytes(ledger)
    return path


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
