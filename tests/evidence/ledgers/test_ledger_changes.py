"""The ledger: what becomes of items that were recorded."""

from __future__ import annotations

import datetime as dt

import pytest

from tarjih.errors import InvalidRequest
from tarjih.scenarios.records import LevelSeen, Source

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


class TestAmending:
    """From a date on, or from the beginning."""

    def test_news(self, ledger, study, observe) -> None:
        observe()
        row = ledger.amend(
            study, "n1", {"credibility": 1, "note": "Confirmed"}, known="2026-03", note="agency"
        )
        assert (row.kind, row.id, row.body["note"]) == ("amend", "n1", "agency")
        first, second = ledger.items(study)
        assert (first.until, second.id) == (dt.date(2026, 3, 31), "n1~2")
        assert (second.credibility, second.note, second.known) == (
            1, {"en": "Confirmed"}, dt.date(2026, 3, 31),
        )  # fmt: skip
        assert ledger.versions(study, "n1") == (first, second)

    def test_by_the_id_of_a_version(self, ledger, study, observe) -> None:
        observe()
        ledger.amend(study, "n1", {"credibility": 1}, known="2026-03-01")
        ledger.amend(study, "n1~2", {"credibility": 3}, known="2026-04-01")
        assert [one.id for one in ledger.items(study)] == ["n1", "n1~2", "n1~3"]

    def test_dates_and_bearings_are_kept_in_one_form(self, ledger, study, observe) -> None:
        observe()
        changes = {"happened": "2026-01", "level": {"deal": "yes"}, "cluster": "c"}
        row = ledger.amend(study, "n1", changes, known="2026-03-01")
        assert row.body["changes"] == {
            "happened": "2026-01-01/2026-01-31", "level": {"deal": "yes"}, "cluster": "c",
        }  # fmt: skip
        assert ledger.items(study)[1].bears_on == LevelSeen("deal", 1)
        ledger.amend(study, "n1", {"cluster": None}, known="2026-04-01")
        assert [one.cluster for one in ledger.items(study)] == [None, "c", None]

    def test_an_error_of_ours(self, ledger, study, observe) -> None:
        observe()
        ledger.amend(study, "n1", {"known": "2026-02-20", "credibility": 5}, because="our-error")
        (item,) = ledger.items(study)
        assert (item.id, item.credibility, item.known) == ("n1", 5, dt.date(2026, 2, 20))

    def test_with_a_new_source(self, ledger, study, observe) -> None:
        observe()
        ledger.amend(study, "n1", {"sources": ["b", "sana"]}, known="2026-03-01", sources=[SANA])
        assert ledger.extended(study).source("sana") == SANA

    @pytest.mark.parametrize(
        ("changes", "more", "what"),
        [
            ({"credibility": 1}, {}, "when did it become known"),
            ({"credibility": 1}, {"known": "2026-11-23"}, "known in the future"),
            ({"credibility": 1}, {"known": "2026-02-02"}, "n1 itself was not known by then"),
            ({"credibility": 9}, {"known": "2026-03-01"}, "credibility: number out of range"),
            ({"seen": "x"}, {"known": "2026-03-01"}, "unknown indicator"),
            ({"colour": "x"}, {"known": "2026-03-01"}, "unknown key in item"),
            ({"until": "2026-04-01"}, {"known": "2026-03-01"}, "until: an item is recorded as"),
            ({"known": "2026-03-01"}, {"known": "2026-03-01"}, "is no field of the item"),
            ({"happened": "2026-03-02"}, {"known": "2026-03-01"}, "known before the end"),
            ({"seen": None}, {"known": "2026-03-01"}, "exactly one thing"),
            ({"sources": []}, {"known": "2026-03-01"}, "wrong number of values"),
            ({}, {"known": "2026-03-01"}, "nothing is changed"),
            ({"credibility": 2}, {"known": "2026-03-01"}, "nothing is changed: it says so"),
            ({"credibility": 1}, {"because": "mood"}, "unknown reason: got 'mood'"),
            ({"note": "x\x00"}, {"known": "2026-03-01"}, "control character"),
            ({"credibility": 1}, {"known": "2026-03-01", "note": "x\x00"}, "note: control"),
            ({"known": "2027-01-01"}, {"because": "our-error"}, "known in the future"),
        ],
    )
    def test_what_is_refused(self, ledger, study, observe, memory, changes, more, what) -> None:
        observe()
        with pytest.raises(InvalidRequest, match=what):
            ledger.amend(study, "n1", changes, **more)
        assert len(memory.kept) == 1

    def test_a_change_that_makes_a_later_version_impossible(self, ledger, study, observe) -> None:
        observe(sources=["b", "c"])
        ledger.amend(study, "n1", {"relays": {"c": "b"}}, known="2026-04-01")
        with pytest.raises(InvalidRequest, match="only a source of the item can relay"):
            ledger.amend(study, "n1", {"sources": ["b"]}, known="2026-03-01")

    def test_an_unknown_item(self, ledger, study, observe) -> None:
        observe()
        with pytest.raises(InvalidRequest, match="there is no such item: got 'n2'; allowed: n1"):
            ledger.amend(study, "n2", {"credibility": 1}, known="2026-03-01")


class TestRetracting:
    """As a whole, or by one who told it."""

    def test_from_a_date_on(self, ledger, study, observe) -> None:
        observe()
        row = ledger.retract(study, "n1", because="disproved", known="2026-03-01", note="film")
        assert row.body == {
            "id": "n1", "because": "disproved", "known": "2026-03-01", "note": "film",
        }  # fmt: skip
        assert ledger.items(study)[0].until == dt.date(2026, 3, 1)

    def test_an_error_of_ours_needs_no_date(self, ledger, study, observe) -> None:
        observe()
        ledger.retract(study, "n1", because="our-error", known="2026-03-01")
        assert ledger.items(study) == ()
        with pytest.raises(InvalidRequest, match="an error of ours, and is held nowhere"):
            ledger.retract(study, "n1", because="withdrawn", known="2026-03-01")

    def test_one_source(self, ledger, study, observe) -> None:
        observe(sources=["a", "b", "c"], relays={"b": "a"})
        ledger.retract(study, "n1", because="withdrawn", known="2026-03-01", source="a")
        assert [one.sources for one in ledger.items(study)] == [("a", "b", "c"), ("c",)]

    @pytest.mark.parametrize(
        ("more", "what"),
        [
            ({"because": "bored", "known": "2026-03-01"}, "unknown reason: got 'bored'"),
            ({"because": "withdrawn"}, "when did it become known"),
            ({"because": "withdrawn", "known": "2026-02-01"}, "n1 itself was not known by then"),
            ({"because": "withdrawn", "known": "2027-02-01"}, "known in the future"),
            (
                {"because": "withdrawn", "known": "2026-03-01", "source": "c"},
                "n1 does not rest on this source: got 'c'; allowed: a, b",
            ),
            ({"because": "our-error", "source": "c"}, "n1 does not rest on this source"),
        ],
    )
    def test_what_is_refused(self, ledger, study, observe, memory, more, what) -> None:
        observe(relays={"b": "a"})
        with pytest.raises(InvalidRequest, match=what):
            ledger.retract(study, "n1", **more)
        assert len(memory.kept) == 1

    def test_only_what_is_held(self, ledger, study, observe) -> None:
        observe()
        ledger.retract(study, "n1", because="withdrawn", known="2026-03-01")
        for change in (
            lambda: ledger.retract(study, "n1", because="disproved", known="2026-03-02"),
            lambda: ledger.amend(study, "n1", {"credibility": 1}, known="2026-03-01"),
        ):
            with pytest.raises(InvalidRequest, match="n1 is no longer held since 2026-03-01"):
                change()
        # earlier it was
        ledger.amend(study, "n1", {"credibility": 1}, known="2026-02-20")
        assert [one.credibility for one in ledger.items(study)] == [2, 1]


class TestMerging:
    """Several records of one event."""

    def test_a_merger(self, ledger, study, observe) -> None:
        observe()
        observe(sources=["a"], happened="2026-02-02/2026-02-04", known="2026-02-05")
        ledger.merge(study, ["n2", "n1"], known="2026-03-01")
        items = {one.id: one for one in ledger.items(study)}
        assert items["n2~2"].sources == ("a", "b")
        assert items["n1"].until == items["n2"].until == dt.date(2026, 3, 1)

    @pytest.mark.parametrize(
        ("second", "more", "what"),
        [
            ({"seen": "strike"}, {}, "n1 and n2 do not report the same"),
            ({"happened": "2026-02-04"}, {}, "happened on different days"),
            ({"sources": ["c", "d"], "relays": {"c": "a"}}, {}, "'c' relays 'b' in n1 and 'a' in"),
            ({"sources": ["b"], "relays": {"b": "c"}}, {}, "relay each other in a circle"),
            ({"sources": ["d"]}, {"known": "2026-02-02"}, "n1 itself was not known by then"),
            ({"sources": ["d"]}, {"known": None}, "when did it become known"),
            ({"sources": ["d"]}, {"ids": ["n1", "n1"]}, "it takes two items to merge"),
            ({"sources": ["d"]}, {"ids": ["n1", "n9"]}, "there is no such item"),
        ],
    )
    def test_what_is_refused(self, ledger, study, observe, memory, second, more, what) -> None:
        observe(sources=["b", "c"], relays={"c": "b"})
        observe(**second)
        with pytest.raises(InvalidRequest, match=what):
            ledger.merge(study, **({"ids": ["n1", "n2"], "known": "2026-03-01"} | more))
        assert len(memory.kept) == 2


class TestUndoing:
    """One's own last entry, if nothing builds on it."""

    def test_the_last_first(self, ledger, study, observe) -> None:
        observe()
        ledger.amend(study, "n1", {"credibility": 1}, known="2026-03-01", author="amal")
        row = ledger.undo(study, author="amal")
        assert (row.kind, row.body) == ("undo", {"entry": 2, "ids": ["n1"]})
        assert [one.credibility for one in ledger.items(study)] == [2]
        ledger.undo(study, author="amal")
        assert ledger.items(study) == ()
        with pytest.raises(InvalidRequest, match="nothing of yours to take back: got 'amal'"):
            ledger.undo(study, author="amal")
        assert [one.undone for one in ledger.history(study, "n1")] == [4, 3, None, None]
        assert ledger.count() == 4

    def test_only_ones_own(self, ledger, study, observe) -> None:
        observe()
        ledger.observe(study, given(seen="strike"), author="basil")
        ledger.undo(study, author="amal")
        assert [one.id for one in ledger.items(study)] == ["n2"]

    def test_not_what_others_build_on(self, ledger, study, observe) -> None:
        observe()
        ledger.retract(study, "n1", because="withdrawn", known="2026-03-01", author="basil")
        with pytest.raises(InvalidRequest, match="entry 2 builds on your last entry, 1"):
            ledger.undo(study, author="amal")
        ledger.undo(study, author="basil")
        ledger.undo(study, author="amal")

    def test_not_a_source_that_is_in_use(self, ledger, study) -> None:
        ledger.observe(study, given(sources=["sana"]), sources=[SANA], author="amal")
        ledger.observe(study, given(sources=["b"], relays={"b": "sana"}), author="basil")
        with pytest.raises(InvalidRequest, match="entry 2 builds on"):
            ledger.undo(study, author="amal")

    def test_statements_stand(self, ledger, study, observe) -> None:
        observe()
        ledger.append(study, "statement", {"said": 0.25}, author="amal")
        ledger.undo(study, author="amal")
        assert ledger.items(study) == ()
        assert [row.kind for row in ledger.entries()] == ["observe", "statement", "undo"]
