"""The six questions, asked on a pseudo-terminal, in both languages."""

from __future__ import annotations

import datetime as dt
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tarjih.cli.dialogue import ask_item
from tarjih.cli.items import ItemWords
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.reports.words.locales import locale_of
from tarjih.scenarios import load

_COMMAND = "import sys; from tarjih.cli.app import main; sys.exit(main())"


class Terminal:
    """A command whose three streams are a terminal; what it shows is read up to a prompt."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
        # Tests that a script runs in its background ignore interrupts, and so would their children.
        ours = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, *words],
            cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
        )  # fmt: skip
        signal.signal(signal.SIGINT, ours)
        os.close(slave)
        self.shown = ""

    def until(self, mark: str, seconds: float = 60) -> str:
        """Return what was shown up to a mark that was not there before."""
        start, end = len(self.shown), time.monotonic() + seconds
        while mark not in self.shown[start:]:
            left = end - time.monotonic()
            assert left > 0, f"no {mark!r} in {self.shown[start:]!r}"
            if not select.select([self.master], [], [], left)[0]:
                continue
            try:
                found = os.read(self.master, 65536)
            except OSError:
                found = b""
            assert found, f"it ended without {mark!r}: {self.shown[start:]!r}"
            self.shown += found.decode(errors="replace")
        return self.shown[start:]

    def answer(self, text: str) -> None:
        os.write(self.master, text.encode() + b"\n")

    def end(self, seconds: float = 60) -> int:
        """Wait for the end and return the exit code."""
        while True:
            waits = select.select([self.master], [], [], seconds)[0]
            assert waits, f"it neither ends nor says more: {self.shown!r}"
            try:
                found = os.read(self.master, 65536)
            except OSError:
                break
            if not found:
                break
            self.shown += found.decode(errors="replace")
        code = self.process.wait(60)
        os.close(self.master)
        return code


@pytest.fixture
def ledger(demo: Path) -> Path:
    return demo.parent / "x.db"


def said(path: Path, id: str = "n1") -> dict[str, object]:
    with Ledger.open(path, create=False) as opened:
        found = dict(opened.held(load("demo")).data(id))
    assert found.pop("retrospective") is False
    return found


def test_six_answers_are_an_item(demo: Path, ledger: Path) -> None:
    terminal = Terminal(demo.parent, "update", "demo", "--ledger", "x.db")
    shown = terminal.until("> ")
    assert "Six short questions" in shown
    assert "ferry_calls" in shown
    terminal.answer("ferry_cals")
    assert "did you mean 'ferry_calls'?" in terminal.until("> ")
    terminal.answer("2")
    assert "2. When did it happen?" in terminal.until("> ")
    terminal.answer("2999-01-01")
    assert "--on: it lies in the future: got '2999-01-01'" in terminal.until("> ")
    terminal.answer("2026-04-02")
    assert "[2026-04-02]" in terminal.until("> ")
    terminal.answer("2026-04-01")
    assert "--known: known before the end of what happened" in terminal.until("> ")
    terminal.answer("")
    assert "4. Who tells it?" in terminal.until("> ")
    terminal.answer("1, local_paper=1")
    assert "possibly true" in terminal.until("> ")
    terminal.answer("9")
    assert "--credibility: no such digit: got '9'" in terminal.until("> ")
    terminal.answer("2")
    assert "6. Does it tell of the same thing" in terminal.until("> ")
    terminal.answer("the ferry")
    terminal.until("> ")
    terminal.answer("ferry")
    shown = terminal.until("Record it?")
    line = next(one.strip() for one in shown.splitlines() if one.strip().startswith("tarjih "))
    terminal.answer("")
    assert terminal.end() == 0
    assert "2 reports, 1 origin" in terminal.shown
    first = said(ledger)
    assert first == {
        "happened": "2026-04-02", "known": "2026-04-02", "seen": "ferry_calls", "kind": "act",
        "sources": ["harbour_office", "local_paper"],
        "relays": {"local_paper": "harbour_office"}, "credibility": 2, "cluster": "ferry",
        "label": {"en": "The ferry calls every day"},
    }  # fmt: skip

    # The line that was shown would have done the same.
    ledger.rename(demo.parent / "asked.db")
    words = shlex.split(line)[1:]
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *words],
        cwd=demo.parent, stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert said(ledger) == first


def test_the_questions_are_asked_in_arabic(demo: Path, ledger: Path) -> None:
    terminal = Terminal(demo.parent, "update", "demo", "--ledger", "x.db", "--lang", "ar")
    assert "ستة أسئلة قصيرة" in terminal.until("> ")
    terminal.answer("weights")
    assert "لصالح أي سيناريوهات" in terminal.until("> ")
    terminal.answer("full_service=++++")
    assert "وإشارة إلى ثلاث إشارات" in terminal.until("> ")
    terminal.answer("1=+++، limited_service=-")
    assert "متى وقع" in terminal.until("> ")
    terminal.answer("2026-04")
    terminal.until("> ")
    terminal.answer("2026-05-02")
    assert "من رواه" in terminal.until("> ")
    terminal.answer("صحيفة المرفأ:C")
    terminal.until("> ")
    terminal.answer("")
    terminal.until("> ")
    terminal.answer("")
    assert "--for full_service=strongly" in terminal.until("أتُسجَّل؟")
    terminal.answer("نعم")
    assert terminal.end() == 0
    found = said(ledger)
    assert found["weights"] == {"full_service": "strongly for",
                                "limited_service": "slightly against"}  # fmt: skip
    assert (found["happened"], found["known"]) == ("2026-04-01/2026-04-30", "2026-05-02")
    assert found["credibility"] == 3
    assert "cluster" not in found


def test_what_was_given_is_not_asked(demo: Path, ledger: Path) -> None:
    words = ["--on", "2026-04-02", "--source", "local_paper", "--credibility", "2", "--dry-run"]
    terminal = Terminal(demo.parent, "update", "demo", "--ledger", "x.db", *words)
    terminal.until("> ")
    terminal.answer("repairs")
    assert "1 begun, 2 half_done, 3 finished" in terminal.until("> ")
    terminal.answer("3")
    assert "3. When did it become known?" in terminal.until("> ")
    terminal.answer("")
    assert "6. Does it tell" in terminal.until("> ")
    terminal.answer("")
    assert "--driver repairs=finished" in terminal.until("Compute what it would do?")
    terminal.answer("y")
    assert terminal.end() == 0
    assert "A dry run: nothing was recorded." in terminal.shown
    assert not ledger.exists()


@pytest.mark.parametrize("how", ["end of input", "interrupt", "no"])
def test_who_leaves_records_nothing(demo: Path, ledger: Path, how: str) -> None:
    words = ["--on", "2026-04-02", "--known", "2026-04-02", "--source", "local_paper"]
    words += ["--credibility", "2", "--cluster", "c"]
    terminal = Terminal(demo.parent, "update", "demo", "--ledger", "x.db", *words)
    terminal.until("> ")
    if how == "end of input":
        os.write(terminal.master, b"\x04")
    elif how == "interrupt":
        os.killpg(terminal.process.pid, signal.SIGINT)
    else:
        terminal.answer("ferry_calls")
        terminal.until("Record it?")
        terminal.answer("no")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.shown
    assert not ledger.exists()


@pytest.mark.parametrize("answer", ["none", "None", "no", "لا", "-", ""])
def test_no_cluster_can_be_said_in_words(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def read(prompt: str, lang: str) -> str:
        shown.append(prompt)
        return answer

    held = Ledger(Memory()).held(load("syria_russia"))
    monkeypatch.setattr("tarjih.cli.dialogue._read", read)
    given = ItemWords(
        indicator=held.study.indicators[0].id, on="2025-12-01", known="2025-12-01",
        source=[held.study.sources[0].id], credibility="3",
    )  # fmt: skip
    assert ask_item(given, held, dt.date(2026, 1, 1)).cluster is None
    assert "[Enter: no cluster]" in shown[0]


@pytest.mark.parametrize("pair", [True, False])
def test_a_known_source_may_be_named_as_it_is_shown(
    pair: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Ledger(Memory()).held(load("syria_russia"))
    whole, first = held.study.sources[:2]
    assert "," in whole.label["en"]
    named = f"{first.label['ar']}، {first.id}" if pair else whole.label["en"]
    answers = iter(["", "nobody of this name", named])
    monkeypatch.setattr("tarjih.cli.dialogue._read", lambda prompt, lang: next(answers))
    shown: list[str] = []
    monkeypatch.setattr("tarjih.cli.dialogue.note", shown.append)
    given = ItemWords(
        indicator=held.study.indicators[0].id, on="2025-12-01", known="2025-12-01",
        credibility="3", cluster="c",
    )  # fmt: skip
    found = ask_item(given, held, dt.date(2026, 1, 1), "ar")
    assert found.source == ([first.id, first.id] if pair else [whole.id])
    text = "\n".join(shown)
    assert "لا بد من إجابة هنا" in text
    assert "لا يمكن قبول هذه الإجابة" in text


def test_examples_and_digits_are_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Ledger(Memory()).held(load("syria_russia"))
    shown: list[str] = []

    def read(prompt: str, lang: str) -> str:
        shown.append(prompt)
        return "1"

    monkeypatch.setattr("tarjih.cli.dialogue._read", read)
    monkeypatch.setattr("tarjih.cli.dialogue.note", shown.append)
    given = ItemWords(
        indicator=held.study.indicators[0].id, on="2025-12-01", known="2025-12-01", cluster="c"
    )
    ask_item(given, held, dt.date(2026, 1, 1), locale_of("ar", "arabic"))
    text = "\n".join(shown)
    assert "ORIGIN" not in text
    assert "NAME" not in text
    assert "٣: قد يكون صحيحًا" in text.replace("\N{RIGHT-TO-LEFT MARK}", "")


_WRONG = [
    ("ferry_cals", "رقم من القائمة أو معرّف منها"),
    ("99", "رقم من القائمة أو معرّف منها"),
    ("repairs=whole", "رقم من القائمة أو معرّف منها"),
    ("repairs", None),
    ("9", "رقم مستوى أو معرّفه"),
    ("٢", None),
    ("٢٠٢٦-٤٠", "لا في المستقبل"),
    ("2999-01-01", "لا في المستقبل"),
    ("٢٠٢٦-٠٤-٠٢", None),
    ("2026-04-01", "لا يسبق نهاية ما وقع"),
    ("", None),
    ("nobody", "مع درجته من A إلى F"),
    ("a:Z", "مع درجته من A إلى F"),
    ("a:B, b:C", "مع درجته من A إلى F"),
    ("١", None),
    ("٩", "رقم من ١ إلى ٦"),
    ("", None),
    ("The Ferry", "وشرطات سفلية"),
    ("", None),
]


def test_an_arabic_dialogue_asks_again_in_arabic(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wrong answer is told in Arabic what is taken, and no English stands beside it."""
    answers, shown = iter(_WRONG), [""]
    told: list[str] = []

    def read(prompt: str, lang: str) -> str:
        told.append("".join(shown))
        answer, _ = next(answers)
        shown[:] = [prompt]
        return answer

    held = Ledger(Memory()).held(load(demo))
    monkeypatch.setattr("tarjih.cli.dialogue._read", read)
    monkeypatch.setattr("tarjih.cli.dialogue.note", shown.append)
    today = dt.date(2026, 6, 1)
    found = ask_item(ItemWords(), held, today, locale_of("ar", "arabic"))
    for (answer, takes), said in zip(_WRONG[:-1], told[1:], strict=True):
        assert ("لا يمكن قبول هذه الإجابة" in said) == (takes is not None), answer
        plain = re.sub("[\u200e\u200f]", "", said)
        assert takes is None or takes in plain, answer
        for english in ("got ", "allowed", "unknown", "--"):
            assert english not in said, answer
    assert "أتقصد \u200eferry_calls\u200e؟" in told[1]
    assert "[\u200f٣\u200f]" in told[_WRONG.index(("٩", "رقم من ١ إلى ٦")) + 1]
    assert (found.driver, found.on, found.credibility) == ("repairs=half_done", "2026-04-02", "3")
    assert found.source == ["harbour_office"]


def test_what_the_dialogue_cannot_say_is_told_as_it_is(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["x" * 201 + ":C", "1"])
    shown: list[str] = []
    monkeypatch.setattr("tarjih.cli.dialogue._read", lambda prompt, lang: next(answers))
    monkeypatch.setattr("tarjih.cli.dialogue.note", shown.append)
    given = ItemWords(
        indicator="ferry_calls", on="2026-04-02", known="2026-04-02", credibility="3", cluster="c"
    )
    ask_item(given, Ledger(Memory()).held(load(demo)), dt.date(2026, 6, 1), "ar")
    assert any("text too long" in one for one in shown)
