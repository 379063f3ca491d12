"""The fold: which version of an item is held when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence.ledgers.chain import GENESIS, Row, canonical_json
from tarjih.evidence.ledgers.entries import Amend, Merge, Observe, Retract, Undo, as_body
from tarjih.evidence.ledgers.held import Held, event_key, fold
from tarjih.scenarios.records import Checked, LevelSeen, Seen, Source, Weights


def day(text):
    return dt.date.fromisoformat(text)


def data(known="2025-10-11", **more):
    given = {
        "happened": "2025-10-10", "known": known, "seen": "visit", "kind": "act",
        "sources": ["b"], "credibility": 2, "label": {"en": "a visit"},
    } | more  # fmt: skip
    return {key: value for key, value in given.items() if value is not None}


def rows(*said):
    made = []
    for seq, one in enumerate(said, 1):
        kind, body = as_body(one)
        text = canonical_json(body)
        made.append(Row(seq, "small", kind, "2026-01-01", "amal", text, GENESIS, GENESIS))
    return made


def dates(items):
    return [(one.id, one.known.isoformat(), one.until and one.until.isoformat()) for one in items]


def test_seed_and_ledger_together(study, make_item) -> None:
    seed = make_item("seed")
    items = fold(replace(study, items=(seed,)), rows(Observe("n1", data())))
    assert items[0] is seed
    assert items[1] == make_item(
        "n1", Seen("visit"), known=day("2025-10-11"), label={"en": "a visit"}
    )


def test_an_amendment_makes_a_version(study) -> None:
    change = Amend("n1", {"credibility": 1, "url": "x"}, day("2025-12-01"))
    first, second = fold(study, rows(Observe("n1", data()), change))
    assert dates((first, second)) == [
        ("n1", "2025-10-11", "2025-12-01"),
        ("n1~2", "2025-12-01", None),
    ]
    assert (first.credibility, second.credibility, second.url) == (2, 1, "x")
    same = replace(second, id="n1", known=first.known, until=None, credibility=2, url="")
    assert same == replace(first, until=None)


@pytest.mark.parametrize("item", [{"level": {"war": "deep"}}, {"weights": {"turn": "for"}}])
def test_a_new_bearing_takes_the_place_of_the_old_one(study, item) -> None:
    change = Amend("n1", item, day("2025-12-01"))
    _, second = fold(study, rows(Observe("n1", data()), change))
    assert second.bears_on == (LevelSeen("war", 2) if "level" in item else Weights({"turn": "for"}))


def test_amendments_stand_in_the_order_in_which_they_became_known(study) -> None:
    early = Amend("n1", {"credibility": 1, "url": "early"}, day("2025-11-01"))
    late = Amend("n1", {"credibility": 5}, day("2025-12-01"))
    for recorded in ((early, late), (late, early)):
        items = fold(study, rows(Observe("n1", data()), *recorded))
        assert dates(items) == [
            ("n1", "2025-10-11", "2025-11-01"),
            ("n1~2", "2025-11-01", "2025-12-01"),
            ("n1~3", "2025-12-01", None),
        ]
        assert [(one.credibility, one.url) for one in items] == [
            (2, ""),
            (1, "early"),
            (5, "early"),
        ]


def test_of_two_on_one_day_the_one_recorded_later_holds(study) -> None:
    first = Amend("n1", {"credibility": 1}, day("2025-11-01"))
    second = Amend("n1", {"credibility": 3}, day("2025-11-01"))
    items = fold(study, rows(Observe("n1", data()), first, second))
    assert dates(items) == [("n1", "2025-10-11", "2025-11-01"), ("n1~2", "2025-11-01", None)]
    assert items[1].credibility == 3


def test_what_was_not_held_for_a_day_is_no_version(study) -> None:
    change = Amend("n1", {"credibility": 1}, day("2025-10-11"))
    (item,) = fold(study, rows(Observe("n1", data()), change))
    assert (item.id, item.credibility, item.until) == ("n1", 1, None)


@pytest.mark.parametrize("because", ["withdrawn", "disproved"])
def test_a_retraction_closes(study, because) -> None:
    change = Retract("n1", because, day("2025-12-01"))
    items = fold(study, rows(Observe("n1", data()), change))
    assert dates(items) == [("n1", "2025-10-11", "2025-12-01")]


def test_what_is_said_after_a_retraction_changes_nothing(study) -> None:
    closed = Retract("n1", "withdrawn", day("2025-12-01"))
    later = Amend("n1", {"credibility": 1}, day("2025-12-02"))
    items = fold(study, rows(Observe("n1", data()), later, closed))
    assert dates(items) == [("n1", "2025-10-11", "2025-12-01")]


def test_a_source_goes_with_those_who_only_relay_it(study) -> None:
    item = data(sources=["a", "b", "c", "d"], relays={"b": "a", "c": "b"}, cluster="x", url="u")
    change = Retract("n1", "withdrawn", day("2025-12-01"), source="a")
    first, second = fold(study, rows(Observe("n1", item), change))
    # everything else stays
    assert replace(
        second, id="n1", known=first.known, sources=first.sources, relays=first.relays
    ) == (replace(first, until=None))
    assert (first.sources, second.sources, second.relays) == (("a", "b", "c", "d"), ("d",), {})
    change = Retract("n1", "withdrawn", day("2025-12-01"), source="b")
    _, second = fold(study, rows(Observe("n1", item), change))
    assert (second.sources, second.relays) == (("a", "d"), {})


def test_without_its_only_source_an_item_goes(study) -> None:
    change = Retract("n1", "withdrawn", day("2025-12-01"), source="b")
    assert dates(fold(study, rows(Observe("n1", data()), change))) == [
        ("n1", "2025-10-11", "2025-12-01")
    ]


def test_a_merger_unites_who_told_it(study) -> None:
    items = fold(
        study,
        rows(
            Observe("n1", data(sources=["a"], cluster="x")),
            Observe("n2", data("2025-10-20", sources=["b", "c"], relays={"c": "b"})),
            Observe("n3", data("2025-10-12", sources=["b", "d"], relays={"d": "c"})),
            Merge(("n1", "n2", "n3"), day("2025-12-01")),
        ),
    )
    assert dates(items) == [
        ("n1", "2025-10-11", "2025-12-01"),
        ("n1~2", "2025-12-01", None),
        ("n2", "2025-10-20", "2025-12-01"),
        ("n3", "2025-10-12", "2025-12-01"),
    ]
    merged = items[1]
    assert (merged.sources, merged.cluster) == (("a", "b", "c", "d"), "x")
    assert merged.relays == {"c": "b", "d": "c"}


def test_a_merger_takes_up_what_each_said_then(study) -> None:
    """Recorded later, but known earlier."""
    told = Amend("n2", {"sources": ["c", "d"]}, day("2025-11-01"))
    merge = Merge(("n1", "n2"), day("2025-12-01"))
    observed = (Observe("n1", data(sources=["a"])), Observe("n2", data(sources=["b"])))
    for recorded in ((told, merge), (merge, told)):
        items = {one.id: one for one in fold(study, rows(*observed, *recorded))}
        assert items["n1~2"].sources == ("a", "c", "d")
        assert items["n2~2"].until == day("2025-12-01")


def test_what_was_merged_can_be_retracted_by_source(study) -> None:
    items = fold(
        study,
        rows(
            Observe("n1", data(sources=["a"])),
            Observe("n2", data(sources=["b"])),
            Merge(("n1", "n2"), day("2025-12-01")),
            Retract("n1", "withdrawn", day("2026-01-01"), source="b"),
        ),
    )
    assert [(one.id, one.sources) for one in items] == [
        ("n1", ("a",)), ("n1~2", ("a", "b")), ("n1~3", ("a",)), ("n2", ("b",)),
    ]  # fmt: skip


class TestOurErrors:
    """They act from the beginning."""

    def test_a_retraction_leaves_nothing(self, study) -> None:
        amended = Amend("n1", {"credibility": 1}, day("2025-12-01"))
        wrong = Retract("n1", "our-error", None)
        held = Held(study, rows(Observe("n1", data()), amended, wrong))
        assert held.items() == ()
        assert held.versions("n1") == []
        assert held.taken("n1")

    def test_an_amendment_makes_no_version(self, study) -> None:
        wrong = Amend("n1", {"known": "2025-10-15", "checked": "visit"}, None, "our-error")
        (item,) = fold(study, rows(Observe("n1", data(seen="strike")), wrong))
        assert (item.id, item.known, item.bears_on) == ("n1", day("2025-10-15"), Checked("visit"))

    def test_it_corrects_what_was_recorded_before_it(self, study) -> None:
        said = (
            Observe("n1", data(cites="a")),
            Amend("n1", {"credibility": 1, "note": {"en": "x"}}, day("2025-12-01")),
            Amend("n1", {"credibility": 4, "cites": "b"}, None, "our-error"),
        )
        first, second = fold(study, rows(*said))
        assert [one.credibility for one in (first, second)] == [4, 4]
        assert [one.cites for one in (first, second)] == ["b", "b"]
        assert (first.note, second.note) == ({}, {"en": "x"})

    def test_but_not_what_was_recorded_after_it(self, study) -> None:
        said = (
            Observe("n1", data()),
            Amend("n1", {"credibility": 4}, None, "our-error"),
            Amend("n1", {"credibility": 1}, day("2025-12-01")),
        )
        assert [one.credibility for one in fold(study, rows(*said))] == [4, 1]

    def test_a_field_that_an_amendment_left_alone_goes_on(self, study) -> None:
        """The correction is of what the item said, not of the amendment."""
        said = (
            Observe("n1", data()),
            Amend("n1", {"url": "x"}, day("2025-12-01")),
            Amend("n1", {"credibility": 4}, None, "our-error"),
            Amend("n1", {"credibility": 6}, day("2025-11-01")),
        )
        assert [one.credibility for one in fold(study, rows(*said))] == [4, 6, 6]

    def test_a_bearing_is_one_field(self, study) -> None:
        said = (
            Observe("n1", data()),
            Amend("n1", {"seen": "strike", "url": "x"}, day("2025-12-01")),
            Amend("n1", {"checked": "strike"}, None, "our-error"),
        )
        assert [one.bears_on for one in fold(study, rows(*said))] == [Checked("strike")] * 2

    def test_a_source_that_never_told_it(self, study) -> None:
        said = (
            Observe("n1", data(sources=["a", "b"], relays={"b": "a"})),
            Amend("n1", {"sources": ["a", "b", "c"]}, day("2025-12-01")),
            Retract("n1", "our-error", None, source="b"),
        )
        items = fold(study, rows(*said))
        assert [one.sources for one in items] == [("a",), ("a", "c")]
        assert [one.relays for one in items] == [{}, {}]

    def test_the_only_source_never_told_it(self, study) -> None:
        wrong = Retract("n1", "our-error", None, source="b")
        assert fold(study, rows(Observe("n1", data()), wrong)) == ()

    def test_one_of_those_merged_was_never_there(self, study) -> None:
        said = [
            Observe("n1", data(sources=["a"])),
            Observe("n2", data(sources=["b"])),
            Observe("n3", data(sources=["c"])),
            Merge(("n1", "n2", "n3"), day("2025-12-01")),
        ]
        items = fold(study, rows(*said, Retract("n2", "our-error", None)))
        assert [(one.id, one.sources) for one in items] == [
            ("n1", ("a",)), ("n1~2", ("a", "c")), ("n3", ("c",)),
        ]  # fmt: skip
        items = fold(study, rows(*said, Retract("n1", "our-error", None)))
        assert [(one.id, one.sources) for one in items] == [
            ("n2", ("b",)), ("n2~2", ("b", "c")), ("n3", ("c",)),
        ]  # fmt: skip
        both = [Retract(id, "our-error", None) for id in ("n1", "n3")]
        assert dates(fold(study, rows(*said, *both))) == [("n2", "2025-10-11", None)]

    def test_a_source_that_a_merger_brought(self, study) -> None:
        said = [
            Observe("n1", data(sources=["a"])),
            Observe("n2", data(sources=["b", "c"])),
            Merge(("n1", "n2"), day("2025-12-01")),
            Retract("n1", "our-error", None, source="b"),
        ]
        items = {one.id: one.sources for one in fold(study, rows(*said))}
        assert items == {"n1": ("a",), "n1~2": ("a", "c"), "n2": ("b", "c")}


class TestHindsight:
    """Everything reaches back."""

    def test_amendments(self, study) -> None:
        said = (
            Observe("n1", data()),
            Amend("n1", {"credibility": 1}, day("2025-12-01")),
            Amend("n1", {"happened": "2025-10-20/2025-10-30"}, day("2026-01-01")),
        )
        (item,) = fold(study, rows(*said), hindsight=True)
        assert (item.id, item.credibility, item.until) == ("n1", 1, None)
        # nothing is known before it happened
        assert item.known == day("2025-10-30")

    def test_retractions(self, study) -> None:
        said = (
            Observe("n1", data()),
            Observe("n2", data(sources=["a", "b"])),
            Retract("n1", "withdrawn", day("2025-12-01")),
            Retract("n2", "withdrawn", day("2025-12-01"), source="a"),
        )
        (item,) = fold(study, rows(*said), hindsight=True)
        assert (item.id, item.sources, item.known) == ("n2", ("b",), day("2025-10-11"))

    def test_mergers_hold_from_when_it_was_first_known(self, study) -> None:
        said = (
            Observe("n1", data("2025-10-20", sources=["a"])),
            Observe("n2", data("2025-10-11", sources=["b"])),
            Merge(("n1", "n2"), day("2025-12-01")),
        )
        (item,) = fold(study, rows(*said), hindsight=True)
        assert (item.id, item.sources, item.known) == ("n1", ("a", "b"), day("2025-10-11"))


class TestUndo:
    """What was undone was never recorded."""

    def test_an_observation(self, study) -> None:
        sources = {"z": {"label": {"en": "Z"}, "letter": "D"}}
        held = Held(study, rows(Observe("n1", data(), sources), Undo(1, ("n1",))))
        assert held.items() == ()
        assert held.extended().sources == study.sources
        assert "n1" not in held
        assert held.taken("n1")
        assert [one.undone for one in held.about("n1")] == [2, None]

    def test_a_change(self, study) -> None:
        change = Retract("n1", "withdrawn", day("2025-12-01"))
        plain = fold(study, rows(Observe("n1", data())))
        assert fold(study, rows(Observe("n1", data()), change, Undo(2, ("n1",)))) == plain

    def test_a_merger_is_undone_for_all(self, study) -> None:
        said = [Observe("n1", data(sources=["a"])), Observe("n2", data(sources=["b"]))]
        merge = [Merge(("n1", "n2"), day("2025-12-01")), Undo(3, ("n1", "n2"))]
        assert fold(study, rows(*said, *merge)) == fold(study, rows(*said))

    def test_twice_is_once(self, study) -> None:
        held = Held(study, rows(Observe("n1", data()), Undo(1, ("n1",)), Undo(1, ("n1",))))
        assert held.items() == ()
        assert [row.seq for row in held.loose] == [3]


def test_seed_items_are_amended_and_retracted_alike(study, make_item) -> None:
    seeded = replace(study, items=(make_item("seed"), make_item("other_seed")))
    said = (
        Amend("seed", {"credibility": 1}, day("2025-12-01")),
        Retract("other_seed", "disproved", day("2025-12-01")),
    )
    items = fold(seeded, rows(*said))
    assert dates(items) == [
        ("seed", "2025-10-11", "2025-12-01"),
        ("seed~2", "2025-12-01", None),
        ("other_seed", "2025-10-11", "2025-12-01"),
    ]
    assert replace(items[0], until=None) == seeded.items[0]


def test_a_seed_item_that_ends_by_itself(study, make_item) -> None:
    seeded = replace(study, items=(make_item("seed", until=day("2025-12-01")),))
    early = Amend("seed", {"credibility": 1}, day("2025-11-01"))
    late = Amend("seed", {"credibility": 5}, day("2026-01-01"))
    assert dates(fold(seeded, rows(early, late))) == [
        ("seed", "2025-10-11", "2025-11-01"),
        ("seed~2", "2025-11-01", "2025-12-01"),
    ]


def test_an_entry_about_an_item_that_the_study_lost_changes_nothing(study) -> None:
    said = (
        Retract("lost", "withdrawn", day("2025-12-01")),
        Observe("n2", data()),
        Merge(("n2", "lost"), day("2025-12-01")),
    )
    held = Held(study, rows(*said))
    assert [row.seq for row in held.loose] == [1, 3]
    assert dates(held.items()) == [("n2", "2025-10-11", None)]


def test_an_item_that_was_written_into_the_study_stands_there_once(study, make_item) -> None:
    recorded = rows(Observe("n1", data()))
    (item,) = fold(study, recorded)
    assert fold(replace(study, items=(item,)), recorded) == (item,)
    other = replace(study, items=(replace(item, credibility=5),))
    with pytest.raises(InvalidRequest, match="entry 1 of the ledger recorded another item"):
        fold(other, recorded)


def test_a_level_that_the_study_lost(study) -> None:
    held = Held(study, rows(Observe("n1", data(seen=None, level={"war": "frozen"}))))
    with pytest.raises(InvalidRequest, match="that the study no longer has: got 'frozen'"):
        held.items()


def test_sources_that_came_with_items(study) -> None:
    new = {id: {"label": {"en": id.upper()}, "letter": "D"} for id in ("z", "y")}
    held = Held(study, rows(Observe("n1", data(sources=["z"]), new)))
    extended = held.extended()
    assert [one.id for one in extended.sources[-2:]] == ["y", "z"]
    assert extended.source("z") == held.source("z") == Source("z", {"en": "Z"}, "D", "", {}, "")
    assert extended.digest("draws") == study.digest("draws")
    assert extended.digest("all") != study.digest("all")
    # what the study says of a source goes before
    listed = replace(study, sources=(*study.sources, replace(study.sources[0], id="z")))
    own = Held(listed, rows(Observe("n1", data(sources=["z"]), new)))
    assert own.source("z") == listed.source("z")
    assert own.extended().sources[:-1] == listed.sources


def test_two_records_of_one_event(study) -> None:
    held = Held(study, rows(Observe("n1", data(sources=["a", "b"]))))
    assert held.twin(data(sources=["b", "a"], credibility=5, known="2026-01-01")) == "n1"
    assert held.twin(data(sources=["b", "a"]), but="n1") is None
    for other in (
        data(sources=["a"]), data(sources=["a", "b"], kind="claim"),
        data(sources=["a", "b"], seen="strike"), data(sources=["a", "b"], happened="2025-10-11"),
    ):  # fmt: skip
        assert held.twin(other) is None
    held.add(rows(*[Retract("n1", "withdrawn", day("2025-12-01"))] * 2)[1])
    assert held.twin(data(sources=["a", "b"])) == "n1"
    held.add(rows(*[Retract("n1", "our-error", None)] * 3)[2])
    assert held.twin(data(sources=["a", "b"])) is None
    first = data(seen=None, weights={"turn": "for", "other": "neutral"})
    assert event_key(first) == event_key(data(seen=None, weights={"turn": "for"}))
