"""Every kind of judgement in the NumPy twin and in the PyMC model, and by SciPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tarjih.errors import InvalidStudy
from tarjih.priors.elicited import elicit
from tarjih.priors.judged import log_likelihood
from tarjih.priors.outcomes import log_terms
from tarjih.priors.rows import implied_rows
from tarjih.scenarios.records import Between, OddsRatio, Quantiles, Source, Study

Make = Callable[..., Any]
ENDS = (0.05, 0.5, 0.95)


@pytest.fixture(scope="module")
def kinds(study: Study, make_study: Make, make_judgement: Make) -> Study:
    """The study of words, numbers, ranks and denials, with every other form besides."""
    more = (
        make_judgement("interval", "now", Between(0.1, 0.3, 0.9), scenario="war"),
        make_judgement("quantiles", "at", Quantiles(((0.05, 0.1), (0.5, 0.2), (0.95, 0.6))),
                       scenario="war", within=6, source="desk"),
        make_judgement("ratio", "if_held", OddsRatio(3.0, 1.5), scenario="war",
                       levels={"army": 2}),
        make_judgement("ratio_of_two", "if_held", OddsRatio(0.5, None), scenario="calm",
                       levels={"army": 2, "talks": 0}, against={"talks": 2}, source="desk"),
        make_judgement("reach", "reaches", Between(0.1, 0.4, 0.5), driver="army", level=1,
                       within=6),
    )  # fmt: skip
    result: Study = make_study((*study.judgements, *more))
    return result


@pytest.fixture(scope="module")
def parameters(kinds: Study) -> dict[str, Any]:
    elicited, rng = elicit(kinds), np.random.default_rng(3)
    k, j, c = elicited.sizes
    sources = len(elicited.sources)
    return {
        "alpha": rng.normal(size=(5, k)),
        "effects": rng.normal(size=(5, j + c, k)),
        "initial": rng.normal(size=(5, k)),
        "review_time": rng.uniform(3, 12, size=(5, k)),
        "up": rng.uniform(0.01, 0.1, size=(5, j)),
        "down": rng.uniform(0.01, 0.1, size=(5, j)),
        "bias": rng.normal(scale=0.3, size=(5, sources, k)),
        "noise": rng.uniform(0.15, 0.6, size=(5, sources)),
    }


def test_numpy_and_pytensor_agree_term_by_term(kinds: Study, parameters: dict[str, Any]) -> None:
    import pytensor
    import pytensor.tensor as pt

    elicited = elicit(kinds)
    one = {name: value[0] for name, value in parameters.items()}
    symbols = {name: pt.as_tensor(value) for name, value in one.items()}
    function: Any = vars(pytensor)["function"]
    terms = function([], log_terms(elicited, symbols, pt), mode="FAST_COMPILE")()
    np.testing.assert_allclose(terms, log_terms(elicited, one), rtol=1e-10)


def test_every_statement_by_scipy(kinds: Study, parameters: dict[str, Any]) -> None:
    elicited = elicit(kinds)
    p, q = implied_rows(elicited, parameters)
    odds, terms = np.log(p / q), log_terms(elicited, parameters)
    stating = [
        (judgement, reading)
        for judgement, reading in zip(elicited.judgements, elicited.readings, strict=True)
        if reading is not None
    ]
    for i, (judgement, reading) in enumerate(stating):
        value = odds[:, elicited.stated_row[i]]
        if isinstance(judgement.says, OddsRatio):
            value = value - odds[:, elicited.ratio_row[i]]
        noise = parameters["noise"][:, elicited.sources.index(judgement.source)]
        below, above = np.hypot(reading.below, noise), np.hypot(reading.above, noise)
        scale = np.where(value < reading.location, below, above)
        expected = np.log(2 * scale / (below + above)) + stats.t.logpdf(
            value, 4, reading.location, scale
        )
        np.testing.assert_allclose(terms[:, i], expected, rtol=1e-10)
    assert len(stating) == 8 + 5


def test_an_odds_ratio_compares_its_two_settings(kinds: Study, parameters: dict[str, Any]) -> None:
    """Written out by hand: alone in the study, it is all that the density looks at."""
    (ratio,) = (one for one in kinds.judgements if one.id == "ratio_of_two")
    alone = replace(kinds, judgements=(ratio,), base_rates=None)
    given = {**parameters, "bias": parameters["bias"][:, 1:], "noise": parameters["noise"][:, 1:]}
    alpha, effects = given["alpha"] + given["bias"][:, 0], given["effects"]
    # Army at 2 is its full score; talks at 0 and 2 lie half a score from their reference; the
    # conjunction needs oil as well.
    settings = (
        alpha + effects[:, 0] - 0.5 * effects[:, 1],
        alpha + 0.5 * effects[:, 1],
    )
    held = [np.exp(s) / np.exp(s).sum(axis=-1, keepdims=True) for s in settings]
    logs = [np.log(pull[:, 1] / (1 - pull[:, 1])) for pull in held]
    scale = np.hypot(np.log(2.0) / stats.t.ppf(0.95, 4), given["noise"][:, 0])
    expected = stats.t.logpdf(logs[0] - logs[1], 4, np.log(0.5), scale)
    np.testing.assert_allclose(log_likelihood(elicit(alone), given), expected, rtol=1e-8)


def test_readings_are_what_was_said(kinds: Study) -> None:
    elicited = elicit(kinds)
    readings = {
        judgement.id: reading
        for judgement, reading in zip(elicited.judgements, elicited.readings, strict=True)
        if reading is not None
    }

    def ends(id: str) -> list[float]:
        return [readings[id].quantile(level) for level in ENDS]

    assert ends("interval")[::2] == pytest.approx([0.1, 0.3])
    assert ends("quantiles") == pytest.approx([0.1, 0.2, 0.6])
    assert ends("ratio") == pytest.approx([2.0, 3.0, 4.5])
    assert ends("ratio_of_two") == pytest.approx([0.25, 0.5, 1.0])
    assert readings["reach"].quantile(0.25) == pytest.approx(0.1)


def test_one_setting_is_no_odds_ratio(make_study: Make, make_judgement: Make) -> None:
    same = make_judgement("same", "if_held", OddsRatio(2.0, None), scenario="war")
    with pytest.raises(InvalidStudy, match="one and the same"):
        elicit(make_study((same,)))


def test_a_word_is_read_by_the_most_specific_scale(make_study: Make, make_judgement: Make) -> None:
    study = make_study((make_judgement("j", "now", "likely", scenario="war"),))
    press, desk = study.sources
    of_source = replace(study, sources=(replace(press, scale="nato"), desk))
    of_judgement = replace(
        of_source, judgements=(replace(study.judgements[0], scale="phia"),)
    )  # fmt: skip

    def ends(study: Study) -> list[float]:
        (reading,) = elicit(study).readings
        assert reading is not None
        return [reading.quantile(0.05), reading.quantile(0.95)]

    assert ends(study) == pytest.approx([0.60, 0.90])
    assert ends(replace(study, scale="efsa")) == pytest.approx([0.66, 0.90])
    assert ends(replace(of_source, scale="efsa")) == pytest.approx([0.60, 0.90])
    assert ends(of_judgement) == pytest.approx([0.55, 0.75])


def test_an_unknown_scale_of_a_source_is_named_there(
    make_study: Make, make_judgement: Make
) -> None:
    study = make_study((make_judgement("j", "now", "likely", scenario="war"),))
    press = Source("press", {"en": "press"}, "B", "", {}, "", scale="natto")
    with pytest.raises(InvalidStudy, match=r"sources\.press\.scale: no such verbal scale"):
        elicit(replace(study, sources=(press,)))
