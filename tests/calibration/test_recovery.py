"""Known parameters are recovered: intervals cover at the rates they promise.

Studies are simulated from the prior with the NumPy twin: parameters are drawn, each word or
number is then misread and misstated as the model assumes, and parameters for which a rank or a
"possible" would not have come out are drawn again. Each study is then sampled as a fit samples
it. A model that reads every statement as likelier than it was meant must fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tarjih.equations import softmax
from tarjih.priors.density import JudgementDensity
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.judgement_model import driver_rates
from tarjih.priors.outcomes import log_terms
from tarjih.priors.readings import Reading
from tarjih.priors.rows import implied_rows
from tarjih.priors.sampling import compile_density, parameters_of, run_nuts
from tarjih.scenarios.loader import study_from_data

Floats = NDArray[np.float64]
Parameters = dict[str, Any]
SHARES = (0.5, 0.9)
DRAWS = 500
TOO_HIGH = 2.0  # logits
PRESS = 0  # position among the sources, in the order of the judgements


def _judgement(about: str, says: Any, source: str = "press", **more: Any) -> dict[str, Any]:
    return {"source": source, "known": "2025-01-01", "about": about, "says": says, **more}


DATA: dict[str, Any] = {
    "study": {"id": "known", "title": "Known", "origin": "2025-01-01"},
    "assumptions": {"noise_floor": 0.05},
    "scenarios": {
        "war": {
            "label": "War", "definition": "War", "resolution": {"rule": "War"}, "review_time": 6,
            "effects": {"army": "raises"},
        },
        "calm": {
            "label": "Calm", "definition": "Calm", "resolution": {"rule": "Calm"},
            "review_time": 9,
        },
        "other": {"label": "Other", "definition": "Other", "review_time": 6},
    },
    "drivers": {
        "army": {
            "label": "Army", "levels": ["away", "near", "there"], "at_origin": "away",
            "moves": {"rise": 12, "fall": 24},
        },
    },
    "sources": {id: {"label": id, "letter": "B"} for id in ("press", "desk")},
    "judgements": {
        "now": _judgement("now", "unlikely", scenario="war"),
        "now_too": _judgement("now", {"low": 0.1, "high": 0.4}, "desk", scenario="war"),
        "now_other": _judgement("now", {"quantiles": {"0.05": 0.01, "0.5": 0.1, "0.95": 0.2}},
                                "desk", scenario="other"),
        "pull": _judgement("if_held", "improbable", scenario="war"),
        "pull_calm": _judgement("if_held", "likely", "desk", scenario="calm"),
        "held": _judgement("if_held", "may happen", scenario="war", levels={"army": "there"}),
        "ratio": _judgement("if_held", {"odds_ratio": 3}, "desk", scenario="war",
                            levels={"army": "there"}),
        "later": _judgement("at", "better than even", scenario="calm", within=6),
        "reach": _judgement("reaches", "little chance", driver="army", level="there", within=12),
        "first": _judgement("now", "most likely", scenario="calm", over=["war"]),
        "not_out": _judgement("if_held", "possible", "desk", scenario="other"),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def elicited() -> Elicited:
    return elicit(study_from_data(DATA))


def _zero_sum(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw standard normals less their mean over scenarios; each source's bias sums to zero."""
    values = rng.normal(size=shape)
    return np.asarray(values - values.mean(axis=-1, keepdims=True))


def _prior(elicited: Elicited, rng: np.random.Generator) -> Parameters:
    """Draw parameters from the priors of the design."""
    assumed, (k, j, c) = elicited.assumptions, elicited.sizes
    effects = np.zeros((j + c, k))
    effects[tuple(elicited.signed.T)] = elicited.signed_scale * abs(
        rng.normal(size=len(elicited.signed))
    )
    review = np.array([scenario.review_time for scenario in elicited.study.scenarios])
    up, down = driver_rates(elicited.study)
    sources = len(elicited.sources)
    return {
        "alpha": assumed.utility_spread * _zero_sum(rng, k),
        "initial": assumed.utility_spread * _zero_sum(rng, k),
        "effects": effects,
        "review_time": review * np.exp(assumed.review_spread * rng.normal(size=k)),
        "up": up * np.exp(assumed.rate_spread * rng.normal(size=j)),
        "down": down * np.exp(assumed.rate_spread * rng.normal(size=j)),
        "bias": assumed.bias_spread * _zero_sum(rng, sources, k),
        "noise": assumed.noise_floor
        + assumed.noise_spread * abs(rng.normal(size=sources)),
    }  # fmt: skip


def _simulated(elicited: Elicited, rng: np.random.Generator) -> tuple[Parameters, Floats]:
    """Return parameters, and what the sources then say."""
    stated = len(elicited.stated_row)
    while True:
        parameters = _prior(elicited, rng)
        came_true = log_terms(elicited, parameters)[stated:].sum()
        if np.log(rng.random()) < came_true:
            break
    p, q = implied_rows(elicited, parameters)
    odds = np.log(p / q)
    implied = odds[elicited.stated_row] - elicited.is_ratio * odds[elicited.ratio_row]
    noise = parameters["noise"][elicited.stated_source]
    below, above = np.hypot(elicited.below, noise), np.hypot(elicited.above, noise)
    errors = [
        Reading("", 0.0, low, high).value(rng.random())
        for low, high in zip(below, above, strict=True)
    ]
    return parameters, implied - errors


def _quantities(parameters: Mapping[str, Any]) -> dict[str, Floats]:
    """What is looked at, along the leading axes of the parameters."""
    now, pull = softmax(parameters["initial"]), softmax(parameters["alpha"])
    return {
        "war now": now[..., 0],
        "other now": now[..., 2],
        "pull of war": pull[..., 0],
        "pull of calm": pull[..., 1],
        "effect of army": parameters["effects"][..., 0, 0],
        "review of calm": parameters["review_time"][..., 1],
        "rise of army": parameters["up"][..., 0],
        "fall of army": parameters["down"][..., 0],
        "noise of press": parameters["noise"][..., PRESS],
        "bias of desk": parameters["bias"][..., 1 - PRESS, 0],
    }


def coverage(elicited: Elicited, count: int, too_high: float = 0.0) -> dict[tuple[str, float], int]:
    """Return in how many studies each interval of each quantity holds the truth.

    The model reads every statement ``too_high`` by so many logits.
    """
    rng = np.random.default_rng(20250806)
    held: dict[tuple[str, float], int] = {}
    for number in range(count):
        truth, stated = _simulated(elicited, rng)
        density = JudgementDensity(replace(elicited, stated=stated + too_high))
        trace = run_nuts(
            compile_density(density), seed=number, progress=False, chains=2, tune=400, run=DRAWS
        )
        posterior = parameters_of(density, trace)
        found, known = _quantities(posterior), _quantities(truth)
        for name, values in found.items():
            for share in SHARES:
                low, high = np.quantile(values, ((1 - share) / 2, (1 + share) / 2))
                held[name, share] = held.get((name, share), 0) + int(low <= known[name] <= high)
    return held


def misses(held: Mapping[tuple[str, float], int], count: int) -> list[str]:
    """Return the intervals whose coverage chance alone explains in fewer than 1 of 10,000 runs."""
    found = []
    for (name, share), hits in held.items():
        low, high = stats.binom.ppf((5e-5, 1 - 5e-5), count, share)
        if not low <= hits <= high:
            found.append(f"{name}: {share:.0%} interval covers {hits} of {count}")
    return found


@pytest.mark.slow
def test_intervals_cover_in_20_studies(elicited: Elicited) -> None:
    held = coverage(elicited, 20)
    assert misses(held, 20) == []


@pytest.mark.slow
def test_a_model_that_reads_too_high_is_caught(elicited: Elicited) -> None:
    """The planted error: the same 20 studies, each statement read as likelier than meant."""
    held = coverage(elicited, 20, too_high=TOO_HIGH)
    assert misses(held, 20) != []


@pytest.mark.slow
@pytest.mark.calibration
def test_intervals_cover_in_200_studies(elicited: Elicited) -> None:
    held = coverage(elicited, 200)
    assert misses(held, 200) == []
