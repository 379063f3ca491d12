"""The ledger: what is recorded, and what comes back."""

from __future__ import annotations

import datetime as dt
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

import tarjih
from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.evidence import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.scenarios import resolved, study_from_data
from tarjih.scenarios.records import Checked, LevelSeen, Seen, Source, Weights

SEEN = {"happened": "2026-02-03", "seen": "visit", "sources": ["b"], "credibility": 2}
SANA = Source("sana", {"en": "SANA", "ar": "سانا"}, "C", "", {}, "")


def given(**changes):
    made = SEEN | changes
    return {key: value for key, value in made.items() if value is not None}


@pytest.fixture
def observe(ledger, study):
    def record(**changes):
        return ledger.observe(study, given(**changes), author="amal")

    return record


class TestObserving:
    """What is given is what is held."""

    def test_an_item_in_the_form_of_files(self, ledger, study, observe) -> None:
        row = observe(note="Seen from the road\nby two", url="https://b.example/1", cluster="road")
        assert (row.id, row.kind, row.author, row.study) == ("n1", "observe", "amal", "small")
        (item,) = ledger.items(study)
        day = dt.date(2026, 2, 3)
        assert (item.id, item.start, item.end, item.known) == ("n1", day, day, day)
        assert item.bears_on == Seen("visit")
        # what goes without saying
        assert (item.kind, item.label) == ("act", {"en": "visit"})
        assert item.note == {"en": "Seen from the road\nby two"}
        assert (item.url, item.cluster, item.credibility) == ("https://b.example/1", "road", 2)

    def test_an_item_made_in_code(self, ledger, study, make_item) -> None:
        items = [
            make_item("first", LevelSeen("war", 2), end=dt.date(2026, 2, 1)),
            make_item("second", Checked("strike"), end=dt.date(2026, 2, 2)),
            make_item("third", Weights({"turn": "for", "other": "against"}), cluster="c"),
        ]
        rows = [ledger.observe(study, item) for item in items]
        assert ledger.items(study) == tuple(items)
        assert [row.kind for row in rows] == ["observe", "check", "observe"]

    def test_precision_of_dates(self, ledger, study, observe) -> None:
        observe(happened="2026-02")
        observe(happened="2026-01-03/2026-01-20", known="2026-03")
        observe(happened=dt.date(2026, 3, 1), known=dt.date(2026, 3, 2))
        found = [(str(one.start), str(one.end), str(one.known)) for one in ledger.items(study)]
        assert found == [
            ("2026-02-01", "2026-02-28", "2026-02-28"),
            ("2026-01-03", "2026-01-20", "2026-03-31"),
            ("2026-03-01", "2026-03-01", "2026-03-02"),
        ]

    def test_labels_come_from_what_it_bears_on(self, ledger, study, observe) -> None:
        observe(seen=None, level={"war": "deep"})
        observe(seen=None, weights={"turn": "for"}, note="A speech\nlong")
        observe(seen=None, weights={"turn": "against"})
        observe(seen=None, weights={"hold": "for"}, note={"en": "x", "ar": "س"}, label="Said so")
        found = [one.label for one in ledger.items(study)]
        assert found[:2] == [{"en": "war: deep"}, {"en": "A speech"}]
        assert set(found[2]) == {"en", "ar"}
        assert found[3] == {"en": "Said so"}

    def test_a_check_is_not_told_as_if_it_had_been_seen(self, ledger, study) -> None:
        row = ledger.check(study, given(seen=None, checked="strike", happened="2026-02"))
        indicator = next(one for one in study.indicators if one.id == "strike")
        found = row.body["item"]["label"]
        assert found["en"] == f"Not seen: {indicator.label['en']}"
        assert all(found[lang] != label for lang, label in indicator.label.items())

    def test_plain_texts_are_in_the_language_asked_for(self, ledger, study) -> None:
        ledger.observe(study, given(label="زيارة"), lang="ar")
        assert ledger.items(study)[0].label == {"ar": "زيارة"}

    def test_texts_are_in_normal_form(self, ledger, study, observe) -> None:
        observe(note=unicodedata.normalize("NFD", "café إلى"), cites="e\u0301")
        (item,) = ledger.items(study)
        assert item.note == {"en": unicodedata.normalize("NFC", "café إلى")}
        assert item.cites == "é"

    def test_a_new_source_comes_along(self, ledger, study) -> None:
        ledger.observe(study, given(sources=["sana"]), sources=[SANA])
        extended = ledger.extended(study)
        assert extended.source("sana") == SANA
        assert study.source("sana") is None
        # known from now on, and as it is nothing new
        again = ledger.observe(study, given(sources=["sana", "b"]), sources=[SANA])
        assert "sources" not in again.body
        with pytest.raises(InvalidRequest, match=r"another source of this id.*graded C"):
            ledger.observe(study, given(sources=["a"]), sources=[replace(SANA, letter="A")])

    def test_relays(self, ledger, study, observe) -> None:
        observe(sources=["b", "c"], relays={"c": "b"})
        assert ledger.items(study)[0].relays == {"c": "b"}

    def test_ids_are_given_once(self, ledger, study, make_item) -> None:
        seeded = replace(study, items=(make_item("seed"),))
        ledger.observe(seeded, given(), id="mine")
        for id in ("mine", "seed"):
            with pytest.raises(InvalidRequest, match="there is, or was, an item of this id"):
                ledger.observe(seeded, given(seen="strike"), id=id)
        ledger.undo(seeded)
        with pytest.raises(InvalidRequest, match="there is, or was"):
            ledger.observe(seeded, given(), id="mine")
        for id in ("7n", "Mine", "a~2", "a b"):
            with pytest.raises(InvalidRequest, match="this cannot be an item's id"):
                ledger.observe(seeded, given(), id=id)

    def test_a_number_that_was_taken(self, ledger, study, make_item) -> None:
        seeded = replace(study, items=(make_item("n1"), make_item("n1_2")))
        assert ledger.observe(seeded, given()).id == "n1_3"
        assert ledger.observe(seeded, given(seen="strike"), id="n3").id == "n3"
        assert ledger.observe(seeded, given(seen="weather")).id == "n3_2"

    def test_studies_are_kept_apart(self, ledger, study) -> None:
        other = replace(study, id="another")
        assert [ledger.observe(one, given()).id for one in (study, other, study)[:2]] == [
            "n1",
            "n2",
        ]
        assert [len(ledger.items(one)) for one in (study, other)] == [1, 1]
        assert (ledger.count(), ledger.count(study), ledger.count("another")) == (2, 1, 1)

    def test_recorded_is_the_clock_and_the_author_the_environment(
        self, memory, study, monkeypatch
    ) -> None:
        moment = dt.datetime(2026, 5, 1, 3, tzinfo=dt.timezone(dt.timedelta(hours=3)))
        monkeypatch.setenv("TARJIH_AUTHOR", "نور")
        ledger = Ledger(memory, now=lambda: moment)
        row = ledger.observe(study, given())
        assert (row.author, row.recorded) == ("نور", "2026-05-01T00:00:00.000000Z")
        monkeypatch.delenv("TARJIH_AUTHOR")
        monkeypatch.setenv("LOGNAME", "login")
        assert ledger.observe(study, given(seen="strike")).author == "login"


class TestTogether:
    """Several entries, or none."""

    def test_all_or_nothing(self, ledger, study, memory) -> None:
        with ledger.recording(study, author="amal") as recorder:
            recorder.observe(given())
            recorder.amend("n1", {"credibility": 1}, known="2026-03-01")
            recorder.observe(given(seen="strike"), id="mine")
        assert [one.id for one in ledger.items(study)] == ["n1", "n1~2", "mine"]

        def fail():
            with ledger.recording(study) as recorder:
                recorder.observe(given(seen="weather"))
                recorder.observe(given(seen="weather"))

        with pytest.raises(InvalidRequest, match="recorded already as n4"):
            fail()
        assert len(memory.kept) == 3
        assert [one.id for one in ledger.items(study)] == ["n1", "n1~2", "mine"]

    def test_one_may_be_left_out(self, ledger, study) -> None:
        with ledger.recording(study) as recorder:
            recorder.observe(given())
            with pytest.raises(InvalidRequest):
                recorder.observe(given())
            recorder.observe(given(seen="strike"))
        assert [one.id for one in ledger.items(study)] == ["n1", "n2"]

    def test_what_could_not_be_written_is_not_held(self, ledger, study, memory) -> None:
        ledger.observe(study, given())
        memory.fail_after = 2

        def fail():
            with ledger.recording(study) as recorder:
                recorder.observe(given(seen="strike"))
                recorder.observe(given(seen="weather"))

        with pytest.raises(OSError, match="no space left"):
            fail()
        assert [one.id for one in ledger.items(study)] == ["n1"]
        memory.fail_after = None
        assert ledger.observe(study, given(seen="strike")).id == "n2"


class TestRehearsing:
    """To see what would come of it, without recording."""

    def test_it_is_as_it_would_be(self, ledger, study, memory) -> None:
        ledger.observe(study, given())
        ledger.append("another", "question", {})
        tried = ledger.rehearsal(study)
        with pytest.raises(InvalidRequest, match="recorded already as n1"):
            tried.observe(study, given())
        rows = [tried.observe(study, given(seen="strike")), tried.undo(study)]
        assert [row.seq for row in rows] == [3, 4]
        assert [one.id for one in ledger.items(study)] == ["n1"]
        assert len(memory.kept) == 2
        done = [ledger.observe(study, given(seen="strike")), ledger.undo(study)]
        assert [row.hash for row in done] == [row.hash for row in rows]

    def test_a_ledger_in_memory(self, study) -> None:
        ledger = Ledger(Memory())
        ledger.observe(study, given())
        assert ledger.verify().sound
        assert ledger.verify(ledger.head).anchored == 1
        with pytest.raises(CannotCompute):
            ledger.content("0" * 64)


class TestReading:
    """What is held goes to whatever takes a study."""

    def test_the_extended_study(self, ledger, study, make_item, observe) -> None:
        seeded = replace(study, items=(make_item("seed"),))
        ledger.observe(seeded, given(sources=["sana"]), sources=[SANA])
        ledger.amend(seeded, "n1", {"credibility": 1}, known="2026-03-01")
        ledger.retract(seeded, "seed", because="withdrawn", known="2026-03-01")
        extended = ledger.extended(seeded)
        assert extended.items == ledger.items(seeded)
        assert [one.id for one in extended.items] == ["seed", "n1", "n1~2"]
        assert extended.digest("draws") == seeded.digest("draws")
        assert study_from_data_of(extended) == extended.items
        # the same again changes nothing
        assert ledger.extended(extended) == extended

    def test_hindsight(self, ledger, study, observe) -> None:
        observe()
        ledger.amend(study, "n1", {"credibility": 1}, known="2026-03-01")
        (item,) = ledger.items(study, hindsight=True)
        assert (item.credibility, item.known) == (1, dt.date(2026, 2, 3))
        assert ledger.extended(study, hindsight=True).items == (item,)

    def test_entries(self, ledger, study, observe) -> None:
        observe()
        ledger.append("another", "question", {"asked": "x"}, author="basil")
        ledger.check(study, given(seen=None, checked="strike", happened="2026-02"), author="basil")
        assert [row.seq for row in ledger.entries()] == [1, 2, 3]
        assert [row.seq for row in ledger.entries(study)] == [1, 3]
        assert [row.seq for row in ledger.entries("another")] == [2]
        assert [row.seq for row in ledger.entries(kinds=("check", "question"))] == [2, 3]
        assert [row.seq for row in ledger.entries(study, after=1)] == [3]
        assert [row.seq for row in ledger.entries(author="amal")] == [1]

    def test_what_is_appended_is_about_no_item(self, ledger, study) -> None:
        for kind in ("observe", "retract", "undo"):
            with pytest.raises(InvalidRequest, match="a method of their own"):
                ledger.append(study, kind, {})
        row = ledger.append(study, "statement", {"x": 1}, contents={"study": b"bytes"})
        assert ledger.content(row.body["contents"]["study"]) == b"bytes"

    def test_it_stands_in_the_package(self) -> None:
        assert tarjih.Ledger is Ledger


def study_from_data_of(study):
    data = resolved(study)
    # the small study of these tests has no rules by which scenarios would be settled
    for one in data["scenarios"].values():
        one.pop("effects", None)
    return study_from_data(data).items


def test_in_a_database(tmp_path, study) -> None:
    place = tmp_path / "tarjih.db"
    with Ledger.open(place) as ledger:
        row = ledger.observe(study, given(note="زيارة"), author="amal")
        ledger.amend(study, "n1", {"credibility": 1}, known="2026-03-01", author="amal")
        held = ledger.items(study)
        assert (row.id, ledger.name, ledger.head.seq) == ("n1", str(place), 2)
    with Ledger.open(place, create=False) as again:
        assert again.items(study) == held
        assert again.verify().sound
        with pytest.raises(InvalidRequest, match="recorded already as n1"):
            again.observe(study, given())
        assert again.count() == 2


def test_of_many_who_record_one_event_at_once_one_does(tmp_path, study) -> None:
    place = tmp_path / "tarjih.db"
    Ledger.open(place).close()

    def record(n: int) -> str:
        with Ledger.open(place) as ledger:
            ledger.observe(study, given(seen="strike", happened=f"2026-02-0{n + 1}"))
            try:
                return ledger.observe(study, given(), author=f"author {n}").id or ""
            except InvalidRequest as refused:
                return str(refused)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(record, range(4)))
    (done,) = [one for one in said if one.startswith("n")]
    refused = [one for one in said if one != done]
    assert all(f"recorded already as {done}" in one for one in refused)
    with Ledger.open(place, create=False) as ledger:
        assert ledger.count() == 5
        assert ledger.verify().sound
