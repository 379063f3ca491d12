from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tarjih.errors import CannotCompute
from tarjih.priors.judged import log_likelihood
from tarjih.priors.trace_file import save_trace, trace_tree
from tarjih.scenarios.records import Study

PARAMETERS = {"alpha", "initial", "effects", "review_time", "up", "down", "bias", "noise"}


@pytest.fixture(scope="module")
def fit(study: Study, pretend_fit: Callable[[Study], Any]) -> Any:
    return pretend_fit(study)


def test_a_file_that_arviz_opens(fit: Any, tmp_path: Path) -> None:
    import arviz

    path = tmp_path / "small.nc"
    save_trace(fit, path)
    assert list(tmp_path.iterdir()) == [path]
    with arviz.from_netcdf(path) as tree:
        assert set(tree.children) == {
            "posterior", "prior", "sample_stats", "log_likelihood", "log_prior", "observed_data"
        }  # fmt: skip
        assert set(tree.prior.data_vars) == set(tree.posterior.data_vars) == PARAMETERS
        np.testing.assert_array_equal(
            tree.posterior["alpha"].values, fit.trace.posterior["alpha"].values
        )
        assert tree.posterior["effects"].dims == ("chain", "draw", "feature", "scenario")
        assert tree.posterior["feature"].values.tolist() == ["army", "talks", "oil", "both"]
        assert set(tree.sample_stats.data_vars) == set(fit.trace.sample_stats.data_vars)
        assert int(tree.sample_stats["diverging"].sum()) == 1
        messages = tree.sample_stats["divergence_message"].values
        assert (messages[0, 0], messages[1, 1]) == ("energy error", "")
        assert tree.attrs["digest"] == "pretended"
        table = arviz.psense_summary(tree, var_names=["alpha"])
        assert np.isfinite(table[["prior", "likelihood"]].to_numpy(dtype=float)).all()


def test_the_likelihood_has_a_term_for_everything_judged(fit: Any) -> None:
    tree = trace_tree(fit)
    judged = tree.log_likelihood["judged"]
    assert judged.sizes == {"chain": 2, "draw": 250, "outcome": fit.elicited.outcomes}
    parameters = {name: tree.posterior[name].values for name in PARAMETERS}
    np.testing.assert_allclose(judged.sum("outcome"), log_likelihood(fit.elicited, parameters))
    assert tree.log_prior["effects"].dims == ("chain", "draw")


def test_what_was_said_is_in_it(fit: Any) -> None:
    said = trace_tree(fit).observed_data["said"]
    assert said["judgement"].values.tolist() == [one.id for one in fit.elicited.judgements]
    assert np.isnan(said.sel(judgement="calm_leads")).all()
    word = said.sel(judgement="calm_now").values
    assert 0.5 < word[0] < word[1] < word[2] < 1


def test_a_study_without_judgements(study: Study, pretend_fit: Any, tmp_path: Path) -> None:
    bare = pretend_fit(replace(study, judgements=(), base_rates=None))
    tree = trace_tree(bare)
    assert "log_likelihood" not in tree.children
    save_trace(bare, tmp_path / "bare.nc")


def test_a_file_that_cannot_be_written(fit: Any, tmp_path: Path) -> None:
    with pytest.raises(CannotCompute, match=r"fit\.nc: the fit could not be written"):
        save_trace(fit, tmp_path / "nowhere" / "fit.nc")
