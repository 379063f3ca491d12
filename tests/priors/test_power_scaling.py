from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.priors.draws import Draws
from tarjih.priors.power_scaling import Sensitivity, power_scaled
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios.records import Study


@pytest.fixture(scope="module")
def believed(study: Study) -> Draws:
    return replace(sample_prior(study, 2000), log_judged=np.zeros(2000))


def test_without_knowing_what_was_judged_there_is_nothing_to_say(
    study: Study, believed: Draws
) -> None:
    assert power_scaled(study, replace(believed, log_judged=None)) == ()
    bare = replace(study, judgements=(), base_rates=None)
    assert power_scaled(bare, believed) == ()


def test_it_tells_what_a_number_hangs_on(study: Study, believed: Draws) -> None:
    """What was judged here speaks of war now, and of nothing else."""
    speaks = -0.5 * ((believed.initial[:, 0] - 1.0) / 0.5) ** 2
    found = {
        (one.quantity, one.scenario): one
        for one in power_scaled(study, replace(believed, log_judged=speaks))
    }
    assert list(found) == [(q, s) for q in ("now", "pull") for s in study.scenario_ids]
    assert found["now", "war"].judged > 0.05
    assert found["pull", "war"].judged < 0.2 * found["now", "war"].judged
    assert found["now", "war"].prior > 0.05
    assert found["now", "war"].leaning == "both"


def test_every_scenario_is_scaled(study: Study, pretend_fit: Callable[..., Any]) -> None:
    fit = pretend_fit(study)
    found = power_scaled(fit.elicited, fit.draws)
    assert len(found) == 6
    assert all(one.prior >= 0 and one.judged >= 0 for one in found)


@pytest.mark.parametrize(
    ("prior", "judged", "leaning"),
    [(0.01, 0.2, "judged"), (0.2, 0.01, "prior"), (0.2, 0.2, "both"), (0.0, 0.0, "neither")],
)
def test_in_words(prior: float, judged: float, leaning: str) -> None:
    assert Sensitivity("now", "war", prior, judged).leaning == leaning
