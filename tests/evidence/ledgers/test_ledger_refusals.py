"""The ledger: what is refused, with one message and nothing recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tarjih.errors import InvalidRequest
from tarjih.scenarios.records import Checked, LevelSeen, Seen, Source

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


def problem(raised):
    (one,) = raised.value.problems
    return one


REFUSED = [
    ({"seen": "vist"}, "seen", "unknown indicator: got 'vist'; .*did you mean 'visit'"),
    ({"seen": None, "level": {"waar": "deep"}}, "level.waar", "unknown driver.*did you mean 'war'"),
    ({"seen": None, "level": {"war": "dep"}}, "level.war", "unknown level of driver 'war'"),
    ({"seen": None, "level": {"war": "deep", "deal": "yes"}}, "level", "exactly 1"),
    ({"seen": None, "weights": {"trun": "for"}}, "weights.trun", "unknown scenario.*'turn'"),
    ({"seen": None, "weights": {"turn": "fro"}}, "weights.turn", "unknown word.*strongly for"),
    ({"seen": None, "weights": {}}, "weights", "wrong number of entries"),
    ({"seen": None}, "", "bears on exactly one thing: got 'none'"),
    ({"checked": "strike"}, "", "exactly one thing: got 'seen and checked'"),
    ({"sources": ["x"]}, "sources.0", "unknown source: got 'x'; allowed: a, b, c"),
    ({"sources": []}, "sources", "wrong number of values: got '0'"),
    ({"sources": ["b", "b"]}, "sources.1", "the same source stands twice"),
    ({"relays": {"b": "x"}}, "relays.b", "unknown source: got 'x'"),
    ({"relays": {"c": "b"}}, "relays.c", "only a source of the item can relay"),
    ({"credibility": 0}, "credibility", "out of range: got '0'"),
    ({"credibility": 7}, "credibility", "at least 1 and at most 6"),
    ({"credibility": None}, "credibility", "it is missing: add it: Admiralty"),
    ({"kind": "rumour"}, "kind", "unknown word: got 'rumour'; allowed: act, level"),
    ({"happened": None}, "happened", "it is missing: add it: When it happened"),
    ({"happened": "3 Feb"}, "happened", "unreadable date: got '3 Feb'"),
    ({"happened": "2026-02-30"}, "happened", "no such date"),
    ({"happened": "2026-02-05/2026-02-01"}, "happened", "ends before it starts"),
    ({"happened": "2026-11-23"}, "happened", "it lies in the future: got '2026-11-23'"),
    (
        {"happened": "2026-11"},
        "happened",
        "ends in the future.*if it goes on, let it end today: 2026-11-01/2026-11-22",
    ),
    ({"known": "2026-11-23"}, "known", "known in the future.*up to 2026-11-22, today"),
    ({"known": "2026-02-02"}, "known", "known before the end of what happened"),
    ({"until": "2026-03-01"}, "until", "an item is recorded as held"),
    ({"colour": "red"}, "colour", "unknown key in item"),
    ({"cluster": "Two words"}, "cluster", "an id expected"),
    ({"note": "bell\x07"}, "note", r"control character: got 'U\+0007'"),
    ({"note": {"en": "x", "ar": "a\ud800"}}, "note.ar", r"control character: got 'U\+D800'"),
    ({"label": "two\nlines"}, "label", r"this is one line: got 'U\+000A'"),
    ({"url": "x\u2028y"}, "url", r"this is one line: got 'U\+2028'"),
    ({"label": "x" * 501}, "label", "text too long: got '501 characters'"),
    ({"note": "x" * 10_001}, "note", "text too long.*up to 10000 characters"),
    ({"label": {"english": "x"}}, "label.english", "unknown language"),
    ({"label": 7}, "label", "text expected"),
]


class TestRefusing:
    """One message, and nothing is recorded."""

    @pytest.mark.parametrize(("changes", "where", "what"), REFUSED)
    def test_what_is_wrong(self, ledger, study, observe, memory, changes, where, what) -> None:
        with pytest.raises(InvalidRequest, match=what) as raised:
            observe(**changes)
        assert problem(raised).where == where
        assert memory.kept == []
        # and the ledger goes on
        assert observe().id == "n1"

    def test_places_are_named_as_asked(self, ledger, study) -> None:
        places = {"happened": "--on", "": "row 7", "sources": "--source"}
        for changes, where in (
            ({"happened": "x"}, "--on"), ({"sources": ["x"]}, "--source"), ({"seen": "x"}, "row 7"),
            ({"known": "2026-01-01"}, "row 7"),
        ):  # fmt: skip
            with pytest.raises(InvalidRequest) as raised:
                ledger.observe(study, given(**changes), places=places)
            assert problem(raised).where == where

    def test_everything_at_once(self, observe) -> None:
        with pytest.raises(InvalidRequest) as raised:
            observe(seen="x", credibility=9, happened="y", known="2999-01-01", sources=["nobody"])
        told = [one.where for one in raised.value.problems]
        assert sorted(told) == ["credibility", "happened", "known", "seen", "sources.0"]
        with pytest.raises(InvalidRequest) as raised:
            observe(seen=None, url="x", happened="2999-01-01", kind=None)
        assert sorted(one.where for one in raised.value.problems) == ["", "happened", "url"]

    def test_an_item_made_in_code(self, ledger, study, make_item) -> None:
        for item, what in (
            (make_item("a", LevelSeen("waar", 0)), "unknown driver"),
            (make_item("a", LevelSeen("war", 3)), "no such level of 'war': got '3'"),
            (make_item("a", Seen("x")), "unknown indicator"),
            (make_item("a", until=dt.date(2026, 1, 1)), "an item is recorded as held"),
            (make_item("A b"), "this cannot be an item's id"),
        ):
            with pytest.raises(InvalidRequest, match=what):
                ledger.observe(study, item)

    @pytest.mark.parametrize(
        "source",
        [
            Source("sana", {"en": "SANA"}, "G", "", {}, ""),  # type: ignore[arg-type]
            replace(SANA, label={}), replace(SANA, label={"en": ""}),
            replace(SANA, label={"en": "two\nlines"}), replace(SANA, label={"en": "x" * 600}),
        ],
        ids=["letter", "no label", "empty", "lines", "long"],
    )  # fmt: skip
    def test_a_source_that_cannot_be(self, ledger, study, memory, source) -> None:
        with pytest.raises(InvalidRequest, match=r"sources\.sana"):
            ledger.observe(study, given(sources=["sana"]), sources=[source])
        assert memory.kept == []

    @pytest.mark.parametrize("author", ["two\nlines", "x" * 201, "\x07"])
    def test_an_author_that_cannot_be(self, ledger, study, author) -> None:
        with pytest.raises(InvalidRequest, match="author"):
            ledger.observe(study, given(), author=author)

    def test_today_is_that_of_the_clock(self, make_ledger, study) -> None:
        early = make_ledger(now=dt.datetime(2026, 2, 2, 12, tzinfo=dt.UTC))
        with pytest.raises(InvalidRequest, match="lies in the future"):
            early.observe(study, given())


class TestTwice:
    """The same event by the same sources is recorded once."""

    def test_it_is_refused_with_the_earlier_id(self, ledger, study, observe, memory) -> None:
        observe()
        with pytest.raises(InvalidRequest, match="recorded already as n1: "):
            observe(credibility=1, note="another wording", known="2026-05-01", cluster="x")
        assert len(memory.kept) == 1

    def test_so_is_a_seed_item(self, ledger, study, make_item) -> None:
        item = make_item("seed", Seen("visit"))
        seeded = replace(study, items=(item,))
        with pytest.raises(InvalidRequest, match="recorded already as seed"):
            ledger.observe(seeded, replace(item, id="mine", credibility=5))

    def test_other_events_are_not(self, ledger, study, observe) -> None:
        observe()
        observe(sources=["a"])
        observe(happened="2026-02-04")
        observe(seen="strike")
        observe(kind="claim")
        assert len(ledger.items(study)) == 5

    def test_nor_the_same_if_it_is_another_event_all_the_same(self, ledger, study, observe) -> None:
        observe()
        assert ledger.observe(study, given(), again=True).id == "n2"

    def test_what_was_withdrawn_is_not_slipped_in_again(self, ledger, study, observe) -> None:
        observe()
        ledger.retract(study, "n1", because="withdrawn", known="2026-03-01")
        with pytest.raises(InvalidRequest, match="as n1, and no longer held since 2026-03-01"):
            observe()

    def test_what_was_our_error_can_be_recorded_rightly(self, ledger, study, observe) -> None:
        observe()
        ledger.retract(study, "n1", because="our-error")
        assert observe().id == "n3"

    def test_nor_does_what_was_undone_count(self, ledger, study, observe) -> None:
        observe()
        ledger.undo(study, author="amal")
        assert observe().id == "n3"

    def test_an_amendment_cannot_make_one_of_two(self, ledger, study, observe) -> None:
        observe()
        observe(sources=["a"])
        with pytest.raises(InvalidRequest, match="recorded already as n1"):
            ledger.amend(study, "n2", {"sources": ["b"]}, known="2026-03-01")
        ledger.amend(study, "n2", {"sources": ["b"]}, known="2026-03-01", again=True)

    def test_another_process_recorded_it_meanwhile(self, make_ledger, memory, study) -> None:
        mine, theirs = make_ledger(memory), make_ledger(memory)
        assert mine.items(study) == theirs.items(study) == ()
        theirs.observe(study, given())
        with pytest.raises(InvalidRequest, match="recorded already as n1"):
            mine.observe(study, given())
        assert mine.observe(study, given(seen="strike")).id == "n2"
        assert theirs.items(study) == mine.items(study)


class TestChecks:
    """Looked for from one day to another, and not seen."""

    def test_a_check(self, ledger, study) -> None:
        item = given(seen=None, checked="strike", happened="2026-02-01/2026-02-20")
        row = ledger.check(study, item)
        assert row.kind == "check"
        assert ledger.items(study)[0].bears_on == Checked("strike")

    def test_a_single_day_is_written_as_days(self, ledger, study) -> None:
        one_day = given(seen=None, checked="strike")
        for record in (ledger.check, ledger.observe):
            with pytest.raises(InvalidRequest, match="write 2026-02-03/2026-02-03"):
                record(study, one_day)
        ledger.check(study, one_day | {"happened": "2026-02-03/2026-02-03"})
        ledger.check(study, one_day | {"happened": "2026-02"})

    def test_a_single_day_can_be_amended(self, ledger, study) -> None:
        item = given(seen=None, checked="strike", happened="2026-02-03/2026-02-03")
        ledger.check(study, item)
        ledger.amend(study, "n1", {"credibility": 1}, known="2026-03-01")
        ledger.amend(study, "n1", {"seen": "strike"}, known="2026-03-02")
        ledger.amend(study, "n1", {"checked": "visit"}, known="2026-03-03")
        with pytest.raises(InvalidRequest, match="write 2026-02-04/2026-02-04"):
            ledger.amend(study, "n1", {"happened": "2026-02-04"}, known="2026-03-03")
        assert len(ledger.items(study)) == 4

    def test_only_checks_are_checks(self, ledger, study, make_item) -> None:
        for item in (given(), make_item("a", Seen("visit"))):
            with pytest.raises(InvalidRequest, match="names the indicator that was looked for"):
                ledger.check(study, item)
        assert ledger.check(study, make_item("a", Checked("visit"))).id == "a"
