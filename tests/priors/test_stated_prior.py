from __future__ import annotations

import numpy as np
import pytest

from tarjih.priors.elicited import elicit
from tarjih.priors.stated_prior import (
    log_prior_terms,
    prior_parameters,
    sample_prior,
)
from tarjih.scenarios.records import Study

QUANTITIES = ("alpha", "initial", "effects", "review_time", "up", "down", "bias", "noise")


@pytest.mark.slow
def test_the_model_has_the_same_prior(study: Study) -> None:
    """Both are sampled: 20 quantiles of every component agree within sampling noise."""
    import pymc as pm

    from tarjih.priors.judgement_model import build_judgement_model

    elicited, count = elicit(study), 4000
    ours = prior_parameters(elicited, count, np.random.default_rng(1))
    model = build_judgement_model(elicited)
    with model:
        theirs = pm.draw([model[name] for name in QUANTITIES], draws=count, random_seed=2)
    levels = np.linspace(0.025, 0.975, 20)
    for name, drawn in zip(QUANTITIES, theirs, strict=True):
        both = [values.reshape(count, -1) for values in (ours[name], drawn)]
        for mine, other in zip(both[0].T, both[1].T, strict=True):
            if np.ptp(mine) == 0:
                np.testing.assert_allclose(mine[0], other, rtol=1e-12)
                continue
            # Share of the model's draws below our quantiles: 5 standard errors of a share.
            below = (other[:, None] < np.quantile(mine, levels)).mean(axis=0)
            noise = 5 * np.sqrt(2 * levels * (1 - levels) / count)
            assert (np.abs(below - levels) < noise).all(), name


@pytest.mark.slow
def test_the_log_prior_is_the_models(study: Study) -> None:
    """Differences between points equal those of PyMC's own density, Jacobians left out."""
    import pymc as pm

    from tarjih.priors.judgement_model import build_judgement_model

    elicited = elicit(study)
    model = build_judgement_model(elicited)
    drawn_of = ("alpha", "initial", "magnitude", "unclear", "review_shift", "rate_shift")
    seen = ("alpha", "initial", "effects", "review_time", "up", "down")
    with model:
        nodes = [model[name] for name in (*drawn_of, *seen)]
        drawn = pm.draw(nodes, draws=5, random_seed=3)
    raw, parameters = drawn[: len(drawn_of)], dict(zip(seen, drawn[len(drawn_of) :], strict=True))
    ours = sum(log_prior_terms(elicited, parameters).values())
    spread = elicited.assumptions.utility_spread
    scales = (spread, spread, 1.0, 1.0, 1.0, 1.0)
    theirs = sum(
        -0.5 * ((values / scale) ** 2).reshape(5, -1).sum(axis=1)
        for values, scale in zip(raw, scales, strict=True)
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_draws_of_the_prior_are_draws(study: Study) -> None:
    draws = sample_prior(study, 200)
    assert (len(draws), draws.digest, draws.log_judged) == (200, "", None)
    np.testing.assert_allclose(draws.alpha.sum(axis=1), 0, atol=1e-12)
    war, calm = 0, 1
    assert (draws.beta[:, 0, war] >= 0).all()
    assert (draws.beta[:, 1, war] <= 0).all()
    assert (draws.beta[:, 0, calm] < 0).any()
    assert (draws.beta[:, 0, calm] > 0).any()
    assert (draws.beta[:, 2] == 0).all()
    assert (draws.up[:, 2] == 0).all()
    again, other = sample_prior(study, 200), sample_prior(study, 200, seed=1)
    np.testing.assert_array_equal(draws.alpha, again.alpha)
    assert not np.array_equal(draws.alpha, other.alpha)
