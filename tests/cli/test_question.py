"""`tarjih question …`, as people use it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main

Call = Any
STUDY = "syria-russia"
LEDGER = ("--ledger", "q.db")


@pytest.fixture(scope="module")
def _published(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A ledger with two questions that Amal published, made once."""
    said, told = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("published"))
        patch.setenv("TARJIH_AUTHOR", "amal")
        words = ("question", "publish", STUDY, "q23", "q28", "--as-of", "2025-08-06", *LEDGER)
        with redirect_stdout(said), redirect_stderr(told):
            code = main(words)
        assert code == 0, told.getvalue()
        assert "Recorded as statement s1" in told.getvalue()
        assert "Published: 2; open: 2" in said.getvalue()
        assert [path.name for path in Path().iterdir()] == ["q.db"]
        return Path("q.db").read_bytes()


@pytest.fixture
def published(folder: Path, _published: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ledger with two questions that Amal published, in the working folder."""
    monkeypatch.setenv("TARJIH_AUTHOR", "amal")
    path = Path("q.db")
    path.write_bytes(_published)
    return path


def read(call: Call, *words: str) -> Any:
    done = call("question", "list", STUDY, *LEDGER, "--json", *words)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_published_frozen_again_and_settled(call: Call, published: Path) -> None:
    assert call("run", STUDY, "--as-of", "2025-10-31", "--record", "-q", *LEDGER).code == 0
    done = call(
        "question",
        "resolve",
        STUDY,
        "q23",
        "no",
        "--known",
        "2026-01-28",
        "--cites",
        "al-Estiklal",
        "--author",
        "nadia",
        *LEDGER,
    )
    assert done.code == 0, done.err
    assert "Resolved: no, known 28 January 2026 (al-Estiklal), settled by nadia." in done.out
    assert "Settled by one who forecast it" not in done.out
    found = read(call)
    assert found["schema"] == "tarjih.questions/1"
    assert found["counts"]["published"] == 2
    by_id = {one["id"]: one for one in found["questions"]}
    first, second = by_id["q23"]["published"]["frozen"]
    assert (first["statement"], second["statement"]) == ("s1", "s4")
    assert first["as_of"] == "2025-08-06"
    assert by_id["q23"]["outcome"] is False
    assert by_id["q23"]["now"] is None
    assert by_id["q28"]["now"]["options"] == ["no", "yes"]
    # what the statement holds says the same again
    again = call("audit", STUDY, "--id", "s1", *LEDGER)
    assert again.code == 0, again.err


def test_void_is_counted_and_whoever_forecast_is_named(call: Call, published: Path) -> None:
    done = call(
        "question",
        "void",
        STUDY,
        "q28",
        "--known",
        "2026-02-20",
        "--cites",
        "nothing told",
        *LEDGER,
    )
    assert done.code == 0, done.err
    assert "void: 1 (50% of those published)" in done.out
    assert "Settled by one who forecast it: better if another person does." in done.out
    assert read(call)["counts"]["self_settled"] == 1


def test_a_run_with_assumptions_freezes_nothing(call: Call, published: Path) -> None:
    words = ("run", STUDY, "--set", "us_withdrawal=full", "--as-of", "2025-10-31")
    done = call(*words, "--record", "-q", *LEDGER)
    assert done.code == 0, done.err
    frozen = {one["id"]: one["published"] for one in read(call)["questions"]}
    assert len(frozen["q23"]["frozen"]) == 1


def test_arabic(call: Call, published: Path) -> None:
    done = call("question", "list", STUDY, "--lang", "ar", *LEDGER)
    assert done.code == 0
    assert "القاعدة" in done.out
    assert all(not line or line[0] == "\N{RIGHT-TO-LEFT MARK}" for line in done.out.splitlines())


def test_list_without_a_ledger(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    done = call("question", "list", STUDY, "-q")
    assert done.code == 0
    assert "28 questions. Published: 0" in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("publish", STUDY, "q23"), "published already"),
        (("publish", STUDY, "q32"), "there is no such question: got 'q32'"),
        (("publish", STUDY, "q26", "--as-of", "2026-01-28"), "it closed before as-of"),
        (
            ("resolve", STUDY, "q23", "maybe", "--known", "2026-01-28", "--cites", "x"),
            "not an outcome",
        ),
        (
            ("resolve", STUDY, "q23", "no", "--known", "2025-09-01", "--cites", "x"),
            "may still come",
        ),
        (("resolve", STUDY, "q23", "no", "--known", "2026-01-28", "--cites", ""), "what says so?"),
        (
            ("resolve", STUDY, "q01", "no", "--known", "2026-01-28", "--cites", "x"),
            "no such question was",
        ),
        (("resolve", STUDY, "q23", "no", "--known", "2026-01-28"), "--cites"),
    ],
)
def test_refused_and_nothing_recorded(
    call: Call, published: Path, words: tuple[str, ...], message: str
) -> None:
    before = published.read_bytes()
    done = call("question", *words, *LEDGER, "-q")
    assert done.code == 2
    assert message in done.message
    assert published.read_bytes() == before


def test_settling_in_a_ledger_that_is_not_there(call: Call, folder: Path) -> None:
    words = ("question", "void", STUDY, "q28", "--known", "2026-02-20", "--cites", "x")
    done = call(*words, *LEDGER, "-q")
    assert done.code in (1, 2)
    assert not (folder / "q.db").exists()


def test_all_or_none_is_published(call: Call, folder: Path) -> None:
    done = call("question", "publish", STUDY, "q23", "q99", "--as-of", "2025-08-06", *LEDGER)
    assert done.code == 2
    assert not (folder / "q.db").exists()


def test_settled_wrongly_and_opened_again(call: Call, published: Path) -> None:
    settle = ("--known", "2026-01-28", "--cites", "al-Estiklal", "--author", "nadia")
    assert call("question", "resolve", STUDY, "q23", "yes", *settle, *LEDGER).code == 0
    done = call("question", "reopen", STUDY, "q23", "--note", "troops remain", *LEDGER)
    assert done.code == 0, done.err
    assert "by amal; nadia had settled it: yes. Why: troops remain" in done.out
    by_id = {one["id"]: one for one in read(call)["questions"]}
    assert by_id["q23"]["state"] == "open"
    (before,) = by_id["q23"]["published"]["reopened"]
    assert (before["outcome"], before["settler"], before["author"]) == (True, "nadia", "amal")
    assert call("question", "resolve", STUDY, "q23", "no", *settle, *LEDGER).code == 0
    assert {one["id"]: one for one in read(call)["questions"]}["q23"]["outcome"] is False


def test_author_of_the_statement_is_who_publishes(call: Call, folder: Path) -> None:
    words = ("question", "publish", STUDY, "q23", "--as-of", "2025-08-06", "--author", "basil")
    assert call(*words, *LEDGER).code == 0
    shown = call("audit", STUDY, *LEDGER, "--json")
    assert shown.code == 0, shown.err
    assert "basil" in shown.out


WHICH = """
  which:
    label: Which service is there on 30 June 2026?
    about: {scenario_at: 2026-06-30}
    rule: The one named in the timetable.
    settled_by: Harbour office
    closes: 2026-07-15
  stage:
    label: How far are the repairs on 30 June 2026?
    about: {level_of: repairs, at: 2026-06-30}
    rule: As the harbour office reports.
    settled_by: Harbour office
    closes: 2026-07-15
"""


def test_questions_with_several_answers(call: Call, demo: Path) -> None:
    demo.write_text(demo.read_text(encoding="utf-8") + WHICH, encoding="utf-8")
    words = ("question", "publish", "demo.yaml", "which", "stage", *LEDGER)
    for lang in ("en", "ar"):
        done = call("question", "list", "demo.yaml", "--lang", lang)
        assert done.code == 0, done.err
    done = call(*words)
    assert done.code == 0, done.err
    settle = ("--known", "2026-06-30", "--cites", "timetable", *LEDGER)
    wrong = call("question", "resolve", "demo.yaml", "stage", "finishd", *settle, "-q")
    assert wrong.code == 2
    assert "no answer to this question" in wrong.message
    assert "did you mean 'finished'?" in wrong.message
    done = call("question", "resolve", "demo.yaml", "stage", "finished", *settle)
    assert done.code == 0, done.err
    assert "Resolved: “finished" in done.out
    again = call("run", "demo.yaml", "--record", "-q", *LEDGER)
    assert again.code == 0, again.err
    shown = call("question", "list", "demo.yaml", "--json", *LEDGER)
    by_id = {one["id"]: one for one in json.loads(shown.out)["questions"]}
    assert len(by_id["which"]["published"]["frozen"]) == 2
    assert abs(sum(by_id["which"]["now"]["mean"]) - 1) < 1e-5
    assert by_id["stage"]["outcome"] == "finished"
