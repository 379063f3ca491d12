"""What does not fit together is named, and never crashes a fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.equations import softmax
from tarjih.priors.draws import Draws
from tarjih.priors.judged import contradictions, implied
from tarjih.scenarios.records import OddsRatio, Study

Make = Callable[..., Any]


def _holding(draws: Draws, war: float) -> Draws:
    """The draws with `war` in force at the origin, and pulled, at about this probability."""
    utility = np.log([war, (1 - war) / 2, (1 - war) / 2])
    noise = np.random.default_rng(1).normal(scale=0.05, size=draws.alpha.shape)
    return replace(draws, initial=utility + noise, alpha=utility - noise)


def _named(study: Study, draws: Draws) -> list[tuple[str, ...]]:
    return [found.judgements for found in contradictions(study, draws)]


def test_a_judgement_is_at_odds_with_the_draws(
    make_study: Make, make_judgement: Make, make_draws: Make
) -> None:
    study = make_study(
        (
            make_judgement("fits", "now", "improbable", scenario="war"),
            make_judgement("misses", "now", 0.6,
                           scenario="war"),
            make_judgement("fits_too", "if_held", "improbable", scenario="war"),
        )
    )  # fmt: skip
    draws = _holding(make_draws(study, 400), 0.1)
    found = contradictions(study, draws)
    assert [one.judgements for one in found] == [("misses",), ("fits", "misses")]
    assert found[0].said[0] == pytest.approx((0.55, 0.65), abs=0.02)
    assert found[0].implied == pytest.approx((0.1, 0.1), abs=0.02)


def test_two_sources_on_one_question(
    make_study: Make, make_judgement: Make, make_draws: Make
) -> None:
    """In the middle of both, and so at odds with neither alone."""
    both = (
        make_judgement("low", "if_held", "highly unlikely", scenario="war"),
        make_judgement("high", "if_held", "highly likely", scenario="war", source="desk"),
        make_judgement("elsewhere", "if_held", "likely", scenario="war", levels={"army": 2}),
        make_judgement("other_time", "now", "likely", scenario="war"),
    )
    study = make_study(both)
    draws = replace(make_draws(study, 400), alpha=np.random.default_rng(0).normal(
        scale=3.0, size=(400, 3)))  # fmt: skip
    assert ("low", "high") in _named(study, draws)
    assert [ids for ids in _named(study, draws) if len(ids) == 2] == [("low", "high")]


def test_ranks_and_denials(make_study: Make, make_judgement: Make, make_draws: Make) -> None:
    study = make_study(
        (
            make_judgement("war_first", "now", "most likely", scenario="war", over=("calm",)),
            make_judgement("calm_first", "now", "most likely", scenario="calm", over=("war",),
                           source="desk"),
            make_judgement("calm_over_other", "now", "most likely", scenario="calm",
                           over=("other",)),
            make_judgement("possible", "now", "possible", scenario="war"),
        )
    )  # fmt: skip
    draws = _holding(make_draws(study, 400), 0.01)
    # The two ranks are the same source's rows only by chance: whoever says them, they collide.
    assert _named(study, draws) == [("war_first",), ("possible",), ("war_first", "calm_first")]


def test_odds_ratios(make_study: Make, make_judgement: Make, make_draws: Make) -> None:
    study = make_study(
        tuple(
            make_judgement(id, "if_held", OddsRatio(ratio, None), scenario="war",
                           levels={"army": 2})
            for id, ratio in (("more", 5.0), ("same", 6.0), ("less", 0.2))
        )
    )  # fmt: skip
    draws = make_draws(study, 400)
    odds = [
        pull[:, 0] / (1 - pull[:, 0])
        for pull in (softmax(draws.alpha + draws.beta[:, 0]), softmax(draws.alpha))
    ]
    np.testing.assert_allclose(implied(study, draws)["more"], odds[0] / odds[1], rtol=1e-10)
    pairs = [ids for ids in _named(study, draws) if len(ids) == 2]
    assert pairs == [("more", "less"), ("same", "less")]


def test_the_study_of_all_kinds_has_no_flat_contradiction(study: Study, make_draws: Make) -> None:
    assert [ids for ids in _named(study, make_draws(study, 400)) if len(ids) == 2] == []


@pytest.mark.slow
def test_a_flat_contradiction_widens_and_does_not_crash(
    make_study: Make, make_judgement: Make
) -> None:
    from tarjih.priors.fit import fit_draws

    def fit(*words: str) -> tuple[Study, Draws]:
        judgements = tuple(
            make_judgement(f"j{i}", "now", word, scenario="war", source=source)
            for i, (word, source) in enumerate(zip(words, ("press", "desk"), strict=True))
        )
        study = make_study(judgements, base_rates=False)
        return study, fit_draws(study, seed=2, chains=2, kept=1000, tune=500, run=500)

    def width(draws: Draws) -> float:
        war = np.quantile(softmax(draws.initial)[:, 0], (0.05, 0.95))
        return float(war[1] - war[0])

    agreeing, apart = (
        fit("almost no chance", "almost no chance"),
        fit("almost no chance", "almost certain"),
    )
    assert np.isfinite(apart[1].alpha).all()
    assert width(apart[1]) > 3 * width(agreeing[1])
    assert ("j0", "j1") in _named(*apart)
    assert _named(*agreeing) == []
