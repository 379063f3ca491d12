from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tarjih.errors import InvalidRequest
from tarjih.models.asked import prior_view
from tarjih.models.asked.leave_out import carried, standing_at_origin, without_sources
from tarjih.models.asked.prior_view import question_prior
from tarjih.priors.draws import Draws
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios import load_study, write_template
from tarjih.scenarios.records import BaseRates, Study


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return load_study(write_template("demo", tmp_path_factory.mktemp("harbour")))


@pytest.fixture
def believed(harbour: Study) -> Draws:
    return sample_prior(harbour, 200)


def test_leaving_out_a_source_leaves_out_its_judgements(harbour: Study) -> None:
    names = sorted({one.source for one in harbour.judgements})
    less = without_sources(harbour, names[:1])
    assert {one.source for one in less.judgements} == set(names[1:])
    assert less.base_rates == harbour.base_rates
    assert less.digest("draws") != harbour.digest("draws")


def test_leaving_out_base_rates(harbour: Study) -> None:
    rates = BaseRates("external_support", "any_supporter_rebel_recipients_1975_2017",
                      {"none": ("other",)}, 10.0)  # fmt: skip
    with_rates = replace(harbour, base_rates=rates)
    assert without_sources(with_rates, ["base-rates"]) == replace(harbour, base_rates=None)


def test_what_is_not_there_cannot_be_left_out(harbour: Study) -> None:
    source = harbour.judgements[0].source
    with pytest.raises(InvalidRequest, match=f"did you mean '{source}'") as caught:
        without_sources(harbour, [source + "x", "base_rates"])
    assert len(caught.value.problems) == 2


def test_what_came_later_is_nothing_to_leave_out(harbour: Study) -> None:
    later = tuple(replace(one, known=harbour.origin.replace(year=2030)) for one in
                  harbour.judgements)  # fmt: skip
    with pytest.raises(InvalidRequest, match="enters the fit"):
        without_sources(replace(harbour, judgements=later), [harbour.judgements[0].source])


def test_standing_is_the_forecast_without_evidence(harbour: Study, believed: Draws) -> None:
    standing = standing_at_origin(harbour, believed)
    assert list(standing) == list(harbour.scenario_ids)
    for name in ("now", "pull"):
        assert sum(getattr(one, name).mean for one in standing.values()) == pytest.approx(1)
    for k, one in enumerate(standing.values()):
        assert one.ever.mean >= one.now.mean
        assert one.review_time.mean == pytest.approx(believed.review_time[:, k].mean())


def test_carried_sets_both_side_by_side(harbour: Study, believed: Draws) -> None:
    less = replace(believed, initial=believed.initial * 0.0)
    source = harbour.judgements[0].source
    found = carried(harbour, believed, [source, source], less)
    assert found.left_out == (source,)
    first = harbour.scenario_ids[0]
    before, after = found.standing[first]
    assert before.now.sd > after.now.sd == pytest.approx(0)
    assert after.now.mean == pytest.approx(1 / len(harbour.scenarios))
    assert set(found.judged) == {one.id for one in harbour.judgements}


def test_questioning_obtains_what_it_needs(
    harbour: Study, believed: Draws, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Study] = []

    def obtain(study: Study, **_: Any) -> Draws:
        asked.append(study)
        return believed

    monkeypatch.setattr(prior_view, "obtain_draws", obtain)
    source = harbour.judgements[0].source
    found = question_prior(harbour, without=[source])
    assert asked == [harbour, without_sources(harbour, [source])]
    assert found.carried is not None
    assert found.sensitivity == ()
    assert [one.judgement for one in found.compared] == list(harbour.judgements)


def test_the_prior_alone_fits_nothing(harbour: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def obtain(*_: Any, **__: Any) -> Draws:
        raise AssertionError("nothing is to be fitted")

    monkeypatch.setattr(prior_view, "obtain_draws", obtain)
    found = question_prior(harbour, prior_only=True)
    assert (found.prior_only, found.sensitivity, found.carried) == (True, None, None)
    for one in found.effects:
        assert one.after == pytest.approx(one.before, abs=0.12)


def test_the_prior_alone_has_nothing_to_leave_out(harbour: Study) -> None:
    with pytest.raises(InvalidRequest, match="--without"):
        question_prior(harbour, prior_only=True, without=[harbour.judgements[0].source])


def test_the_evidence_of_the_study_is_not_looked_at(harbour: Study, believed: Draws) -> None:
    bare = replace(harbour, items=())
    assert standing_at_origin(harbour, believed) == standing_at_origin(bare, believed)


def test_judgements_that_exclude_each_other_are_named(harbour: Study) -> None:
    first = next(one for one in harbour.judgements if isinstance(one.says, str) and not one.over)
    pair = (replace(first, says=0.05, wording={}), replace(first, id="contrary", says=0.95,
                                                          wording={}))  # fmt: skip
    found = question_prior(replace(harbour, judgements=pair), draws=sample_prior(harbour, 200))
    assert found.clashes == ((first.id, "contrary"),)
