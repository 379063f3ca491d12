"""What holds of every ledger, whatever was recorded and in whichever order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tarjih.evidence import Ledger, weigh_evidence
from tarjih.models import forecast
from tarjih.priors.stated_prior import sample_prior

START = dt.date(2025, 9, 1)
LAST = dt.date(2026, 10, 1)
DAY = dt.timedelta(days=1)
BEARINGS: tuple[dict[str, Any], ...] = (
    {"seen": "visit"},
    {"seen": "strike"},
    {"seen": "bulletin"},
    {"checked": "strike"},
    {"level": {"war": "deep"}},
    {"level": {"deal": "yes"}},
    {"weights": {"turn": "strongly for", "hold": "slightly against"}},
    {"weights": {"other": "against"}},
)
quick = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Step:
    """Something to record: a method of the ledger, with what it is given."""

    method: str
    id: str
    given: dict[str, Any] = field(default_factory=dict)
    item: dict[str, Any] | None = None

    @property
    def known(self) -> dt.date:
        known: dt.date = (self.item or self.given)["known"]
        return known

    def record(self, ledger: Ledger, study: Any) -> None:
        if self.item is not None:
            ledger.observe(study, self.item, id=self.id, again=True)
        elif self.method == "amend":
            ledger.amend(study, self.id, again=True, **self.given)
        elif self.method == "merge":
            ledger.merge(study, **self.given)
        else:
            getattr(ledger, self.method)(study, self.id, **self.given)


@st.composite
def items(draw: Any, id: str) -> Step:
    end = START + DAY * draw(st.integers(0, 200))
    tellers = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True))
    relays = {tellers[-1]: tellers[0]} if len(tellers) > 1 and draw(st.booleans()) else {}
    known = end + DAY * draw(st.integers(0, 40))
    return Step(
        "observe",
        id,
        item={
            "happened": f"{end - DAY * draw(st.integers(0, 5))}/{end}",
            "known": known,
            "kind": draw(st.sampled_from(["act", "claim", "statement", "opinion"])),
            "sources": tellers,
            "relays": relays,
            "credibility": draw(st.integers(1, 6)),
            **({"cluster": draw(st.sampled_from(["x", "y"]))} if draw(st.booleans()) else {}),
            **draw(st.sampled_from(BEARINGS)),
        },
    )


@st.composite
def histories(draw: Any, ours: bool = True) -> list[list[Step]]:
    """Items, each with what became of it by the date on which that became known."""
    made = []
    for n in range(draw(st.integers(1, 4))):
        first = draw(items(f"i{n}"))
        steps, known = [first], first.known
        for turn in range(draw(st.integers(0, 3))):
            known += DAY * draw(st.integers(1, 60))
            if known > LAST:
                break
            changes = {
                "url": f"https://example.org/{n}.{turn}",
                "credibility": draw(st.integers(1, 6)),
            }
            if draw(st.booleans()):
                changes |= draw(st.sampled_from(BEARINGS))
            steps.append(Step("amend", first.id, {"changes": changes, "known": known}))
        end = draw(st.sampled_from(["held", "withdrawn", "disproved", "source", "our-error"]))
        known += DAY * draw(st.integers(1, 30))
        if end in ("withdrawn", "disproved", "source"):
            told = {"because": "withdrawn" if end == "source" else end, "known": known}
            if end == "source":
                told["source"] = first.item["sources"][0]
            steps.append(Step("retract", first.id, told))
        elif end == "our-error" and ours:
            steps.append(Step("retract", first.id, {"because": "our-error", "known": known}))
        made.append(steps)
    if draw(st.booleans()):
        made.append(draw(mergers(ours)))
    return made


@st.composite
def mergers(draw: Any, ours: bool) -> list[Step]:
    """Two records of one event that turn out to be one, and what became of it after."""
    first, second = draw(items("m0")), draw(items("m1"))
    for key in ("happened", "seen", "checked", "level", "weights"):
        second.item.pop(key, None)
    shared = {key: first.item[key] for key in first.item if key not in second.item}
    second.item.update(shared, relays={}, known=first.known + DAY * draw(st.integers(0, 30)))
    first.item["relays"] = {}
    known = second.known + DAY * draw(st.integers(0, 30))
    steps = [first, second, Step("merge", "m0", {"ids": ["m0", "m1"], "known": known})]
    known += DAY * draw(st.integers(0, 30))
    steps.append(
        Step(
            "amend",
            "m0",
            {"changes": {"url": "https://example.org/x", "credibility": 4}, "known": known},
        )
    )
    teller = draw(st.sampled_from(second.item["sources"]))
    known += DAY * draw(st.integers(1, 30))
    gone = {"because": "withdrawn", "known": known, "source": teller}
    if ours and draw(st.booleans()):
        gone["because"] = "our-error"
    return [*steps, Step("retract", "m0", gone)]


def shuffled(history: list[list[Step]], draw: Any) -> list[Step]:
    """Any order in which it can be recorded: an item first, errors of ours last."""
    queues = []
    for steps in history:
        observed = [one for one in steps if one.item]
        last = [one for one in steps if "because" in one.given and len(observed) == 2]
        last += [one for one in steps if one.given.get("because") == "our-error" and not last]
        others = [one for one in steps if one not in observed and one not in last]
        queues.append([*draw(st.permutations(observed)), *draw(st.permutations(others)), *last])
    order = []
    while queues := [queue for queue in queues if queue]:
        order.append(draw(st.sampled_from(queues)).pop(0))
    return order


def weighed(study: Any, found: Any, day: dt.date) -> tuple[np.ndarray[Any, Any], ...]:
    step = study.calendar.index(day)
    evidence = weigh_evidence(study, found, as_of=day, last_step=step)
    return evidence.scenario_loglik, *evidence.driver_loglik


def days(steps: Any) -> list[dt.date]:
    """All dates on which something became known, with the days before."""
    known = {step.known for step in steps}
    return sorted({*known, *(day - DAY for day in known), LAST})


def alike(study: Any, first: Any, second: Any, day: dt.date, tolerance: float = 0.0) -> None:
    both = zip(weighed(study, first, day), weighed(study, second, day), strict=True)
    for one, other in both:
        np.testing.assert_allclose(one, other, rtol=0.0, atol=tolerance)


@pytest.fixture(scope="module")
def record(make_ledger, study):
    def made(steps):
        ledger = make_ledger()
        for step in steps:
            step.record(ledger, study)
        return ledger

    return made


@quick
@given(data=st.data())
def test_the_order_of_recording_changes_nothing(study, record, data) -> None:
    history = data.draw(histories())
    first, second = (shuffled(history, data.draw) for _ in range(2))
    one, other = (record(steps).extended(study) for steps in (first, second))
    assert sorted(one.items, key=lambda item: item.id) == sorted(
        other.items, key=lambda item: item.id
    )
    for day in days(first):
        alike(study, one.items, other.items, day)


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_nor_does_it_change_a_forecast(study, record, data) -> None:
    history = data.draw(histories())
    draws = sample_prior(study, 16, seed=3)
    orders = (shuffled(history, data.draw) for _ in range(2))
    one, other = (
        forecast(record(steps).extended(study), draws=draws, as_of=LAST, engine="exact")
        for steps in orders
    )
    np.testing.assert_array_equal(one.probability, other.probability)
    np.testing.assert_array_equal(one.replayed, other.replayed)
    assert one.replayed_dates == other.replayed_dates


@quick
@given(data=st.data())
def test_nor_do_the_ids_that_the_ledger_gives(study, make_ledger, data) -> None:
    observed = [steps[0] for steps in data.draw(histories(ours=False))]
    found = []
    for order in (observed, data.draw(st.permutations(observed))):
        ledger = make_ledger()
        for step in order:
            ledger.observe(study, step.item, again=True)
        found.append(ledger.items(study))
    first, second = found
    for day in days(observed):
        alike(study, first, second, day, tolerance=1e-12)


@quick
@given(data=st.data())
def test_any_date_sees_what_a_ledger_of_that_date_held(study, record, data) -> None:
    history = data.draw(histories(ours=False))
    steps = shuffled(history, data.draw)
    whole = record(steps).items(study)
    for day in days(steps):
        then = record([step for step in steps if step.known <= day]).items(study)
        alike(study, whole, then, day)


@quick
@given(data=st.data())
def test_our_error_undoes_an_observation(study, record, data) -> None:
    history = data.draw(histories())
    wrong = data.draw(items("wrong"))
    others = shuffled(history, data.draw)
    at = data.draw(st.integers(0, len(others)))
    ledger = record([*others[:at], wrong, *others[at:]])
    without = record(others).items(study)
    assert ledger.items(study) != without
    ledger.retract(study, "wrong", because="our-error")
    assert ledger.items(study) == without
    for day in days([*others, wrong]):
        alike(study, ledger.items(study), without, day, tolerance=1e-12)


@quick
@given(data=st.data())
def test_an_amendment_is_a_retraction_and_an_observation(study, record, data) -> None:
    history = data.draw(histories())
    others = shuffled(history, data.draw)
    first = data.draw(items("item"))
    known = first.known + DAY * data.draw(st.integers(1, 60))
    changes = {
        "credibility": data.draw(st.integers(1, 6)),
        "url": "https://example.org/x",
        "sources": ["e"],
    }
    bearing = data.draw(st.sampled_from(BEARINGS))
    amended = record([*others, first, Step("amend", "item", {
        "changes": changes | {"relays": None} | bearing, "known": known,
    })])  # fmt: skip
    kept = {key: value for key, value in first.item.items() if key not in
            ("seen", "checked", "level", "weights", "relays")}  # fmt: skip
    apart = record([
        *others,
        first,
        Step("retract", "item", {"because": "withdrawn", "known": known}),
        Step("observe", "item_2", item=kept | changes | bearing | {"known": known}),
    ])  # fmt: skip
    for day in days([*others, first, Step("amend", "item", {"known": known})]):
        alike(study, amended.items(study), apart.items(study), day, tolerance=1e-12)


@quick
@given(data=st.data())
def test_a_neutral_item_changes_nothing(study, record, data) -> None:
    history = data.draw(histories())
    steps = shuffled(history, data.draw)
    ledger = record(steps)
    before = ledger.items(study)
    neutral = data.draw(items("neutral"))
    for key in ("seen", "checked", "level", "weights"):
        neutral.item.pop(key, None)
    bearing = data.draw(
        st.sampled_from([{"seen": "weather"}, {"weights": {"turn": "neutral", "hold": "neutral"}}])
    )
    ledger.observe(study, neutral.item | bearing)
    assert len(ledger.items(study)) == len(before) + 1
    for day in days([*steps, neutral]):
        alike(study, ledger.items(study), before, day)


@quick
@given(data=st.data())
def test_undoing_everything_leaves_nothing(study, record, data) -> None:
    steps = shuffled(data.draw(histories()), data.draw)
    ledger = record(steps)
    for n in range(len(steps), 0, -1):
        assert ledger.items(study) == record(steps[:n]).items(study)
        ledger.undo(study)
    assert ledger.items(study) == ()
    assert ledger.count() == 2 * len(steps)


@quick
@given(data=st.data())
def test_hindsight_holds_in_the_end_what_is_held_in_the_end(study, record, data) -> None:
    steps = shuffled(data.draw(histories()), data.draw)
    ledger = record(steps)
    late = dt.date(2026, 11, 20)
    found = ledger.items(study, hindsight=True)
    assert all(item.until is None for item in found)
    alike(study, found, ledger.items(study), late, tolerance=1e-12)
    # and each from when it was first known
    known = {step.id: step.known for step in steps if step.item}
    assert {item.id: item.known for item in found}.items() <= known.items()


@quick
@given(data=st.data())
def test_at_any_date_one_version_of_an_item_is_held(study, record, data) -> None:
    steps = shuffled(data.draw(histories()), data.draw)
    found = record(steps).items(study)
    for day in days(steps):
        held = [
            item.id.partition("~")[0]
            for item in found
            if item.known <= day and (item.until is None or day < item.until)
        ]
        assert len(held) == len(set(held))
