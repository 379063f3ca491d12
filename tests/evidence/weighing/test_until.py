"""Items that are held up to a date only: amended, retracted or merged then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.errors import InvalidStudy
from tarjih.evidence import weigh_evidence
from tarjih.models import forecast
from tarjih.models.posterior import as_of_date
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios import resolved, study_from_data
from tarjih.scenarios.records import Seen

KNOWN, UNTIL = dt.date(2025, 10, 11), dt.date(2025, 12, 20)
DAY = dt.timedelta(days=1)


@pytest.fixture
def taken_back(make_item):
    return make_item("a", Seen("visit"), until=UNTIL)


def _weigh(study, items, as_of):
    return weigh_evidence(study, items, as_of=as_of, last_step=study.calendar.index(as_of))


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        (KNOWN - DAY, "not known by 2025-10-10"),
        (KNOWN, ""),
        (UNTIL - DAY, ""),
        (UNTIL, "no longer held since 2025-12-20"),
        (UNTIL + 100 * DAY, "no longer held since 2025-12-20"),
    ],
)
def test_an_item_counts_from_known_to_the_day_before_until(
    study, taken_back, as_of, reason
) -> None:
    found = _weigh(study, [taken_back], as_of)
    assert found.entries[0].reason == reason
    assert found.entries[0].counted == (reason == "")
    held = _weigh(study, [replace(taken_back, until=None)], as_of)
    same = np.array_equal(found.scenario_loglik, held.scenario_loglik)
    assert same == (as_of < UNTIL)


def test_the_reason_is_known_without_its_date(study, taken_back) -> None:
    whys = [_weigh(study, [taken_back], day).entries[0].why for day in (KNOWN - DAY, KNOWN, UNTIL)]
    assert whys == ["not known", "", "no longer held"]


def test_of_two_versions_in_a_cluster_one_counts(study, taken_back, make_item) -> None:
    first = replace(taken_back, cluster="event")
    second = replace(first, id="a~2", known=UNTIL, until=None, credibility=1)
    alone = _weigh(study, [second], UNTIL)
    both = _weigh(study, [first, second], UNTIL)
    assert np.array_equal(alone.scenario_loglik, both.scenario_loglik)
    assert [entry.exponent for entry in both.entries] == [0.0, 1.0]


def test_that_it_is_no_longer_held_is_news(study, taken_back) -> None:
    assert as_of_date(study, [taken_back], None) == UNTIL
    assert as_of_date(study, [replace(taken_back, until=None)], None) == KNOWN


def test_the_past_is_replayed_with_what_was_held_then(study, taken_back) -> None:
    draws = sample_prior(study, 40, seed=1)
    given: dict[str, Any] = {"draws": draws, "as_of": "2026-01-31", "engine": "exact"}
    found = forecast(study, [taken_back], **given)
    assert UNTIL in found.replayed_dates
    held = forecast(study, [replace(taken_back, until=None)], **given)
    never = forecast(study, [], **given)

    def at(one, day):
        place = one.replayed_dates.index(day)
        return np.exp(one.replayed_log_weight[place]) @ one.replayed[place]

    before = dt.date(2025, 11, 30)
    np.testing.assert_array_equal(at(found, before), at(held, before))
    after = dt.date(2025, 12, 31)
    np.testing.assert_array_equal(at(found, after), at(never, after))
    assert np.abs(at(found, before) - at(never, before)).max() > 0.05
    np.testing.assert_array_equal(found.now, never.now)


def test_the_resolved_form_and_the_digest(study, taken_back) -> None:
    held = replace(taken_back, until=None)
    plain = replace(study, items=(held,))
    assert "until" not in resolved(plain)["items"]["a"]
    versions = replace(study, items=(taken_back, replace(held, id="a~2", known=UNTIL)))
    assert plain.digest("all") != versions.digest("all")
    assert plain.digest("draws") == versions.digest("draws")


def test_versions_are_read_back() -> None:
    from tarjih.scenarios import load

    study = load("syria_russia")
    item = study.items[-1]
    until = item.known + 5 * DAY
    versions = (replace(item, until=until), replace(item, id=f"{item.id}~2", known=until))
    extended = replace(study, items=(*study.items[:-1], *versions))
    assert study_from_data(resolved(extended)) == extended
    data = resolved(extended)
    data["items"][item.id]["until"] = (item.known - DAY).isoformat()
    with pytest.raises(InvalidStudy, match="taken back before it was known"):
        study_from_data(data)
    data = resolved(extended)
    data["drivers"]["a~2"] = data["drivers"][study.driver_ids[0]]
    with pytest.raises(InvalidStudy, match="an id expected"):
        study_from_data(data)
