"""The pool of analysts: what it mixes, what it is called, and what each view keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tarjih.priors.store as store
from tarjih.errors import InvalidModel, InvalidRequest
from tarjih.priors.draws import Draws, load_draws, save_draws
from tarjih.priors.fit import fit_draws
from tarjih.priors.pool import counts_of, pooled
from tarjih.priors.store import draws_digest, obtain_draws
from tarjih.scenarios import view, views
from tarjih.scenarios.records import Analyst, Study

_ARRAYS = ("alpha", "beta", "gamma", "initial", "review_time", "up", "down")


def _made(study: Study, seed: int, count: int = 60, **diagnostics: Any) -> Draws:
    dice = np.random.default_rng(seed)
    k, j, c = len(study.scenarios), len(study.drivers), len(study.conjunctions)
    draws = Draws(
        alpha=dice.normal(size=(count, k)),
        beta=dice.normal(size=(count, j, k)),
        gamma=dice.normal(size=(count, c, k)),
        initial=dice.normal(size=(count, k)),
        review_time=dice.uniform(1, 9, size=(count, k)),
        up=dice.uniform(size=(count, j)),
        down=dice.uniform(size=(count, j)),
        chain=np.arange(count) // (count // 2),
        digest=f"of {seed}",
        diagnostics=diagnostics,
    )
    # As files keep them.
    arrays = {name: getattr(draws, name).astype(np.float32) for name in _ARRAYS}
    return replace(draws, **arrays)


@pytest.fixture
def disputed(study: Study) -> Study:
    """The small study, two of whose judgements are each one analyst's."""
    by = {"calm_now": "amal", "war_now": "basil"}
    return replace(
        study,
        analysts=(Analyst("amal", {}, 3.0, {}, ""), Analyst("basil", {}, 1.0, {}, "")),
        judgements=tuple(replace(one, by=by.get(one.id)) for one in study.judgements),
    )


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Study]:
    """The studies that were fitted, each with invented draws; nothing was fitted before."""
    asked: list[Study] = []

    def fit(study: Study, *, digest: str, **_: Any) -> Draws:
        asked.append(study)
        return replace(_made(study, len(asked)), digest=digest)

    monkeypatch.setattr(store, "fit_draws", fit)
    monkeypatch.setenv("TARJIH_CACHE", str(tmp_path / "cache"))
    return asked


def test_the_pool_is_the_views_mixed_by_weight(disputed: Study, fits: list[Study]) -> None:
    pool = obtain_draws(disputed)
    assert fits == list(views(disputed))
    seen = [obtain_draws(one) for one in views(disputed)]
    assert len(fits) == 2, "each view is kept"
    assert np.bincount(pool.analyst).tolist() == [45, 15]
    mean = sum(
        share * one.alpha.mean(axis=0) for share, one in zip((0.75, 0.25), seen, strict=True)
    )
    error = np.std(seen[0].alpha) / np.sqrt(15)
    np.testing.assert_allclose(pool.alpha.mean(axis=0), mean, atol=4 * error)
    for place, one in enumerate(seen):
        own = pool.alpha[pool.analyst == place]
        assert {tuple(row) for row in own.tolist()} <= {tuple(row) for row in one.alpha.tolist()}
    assert pool.digest == draws_digest(disputed)
    assert sorted(set(pool.chain.tolist())) == [0, 1, 2, 3]


def test_ones_opinion_leaves_the_other_view_alone(disputed: Study, fits: list[Study]) -> None:
    obtain_draws(disputed)
    changed = replace(
        disputed,
        judgements=tuple(
            replace(one, says="unlikely") if one.by == "amal" else one
            for one in disputed.judgements
        ),
    )
    assert draws_digest(view(changed, "basil")) == draws_digest(view(disputed, "basil"))
    assert draws_digest(changed) != draws_digest(disputed)
    obtain_draws(changed)
    assert fits == [*views(disputed), view(changed, "amal")]


def test_weights_change_the_pool_and_refit_nothing(disputed: Study, fits: list[Study]) -> None:
    before = obtain_draws(disputed)
    equal = replace(disputed, analysts=tuple(replace(one, weight=2) for one in disputed.analysts))
    after = obtain_draws(equal)
    assert len(fits) == 2
    assert after.digest != before.digest
    assert np.bincount(after.analyst).tolist() == [30, 30]


def test_a_pool_is_thinned_evenly(study: Study) -> None:
    pool = pooled([_made(study, 1), _made(study, 2)], [0.5, 0.5])
    assert np.bincount(pool.thin(20).analyst).tolist() == [10, 10]


def test_a_pool_can_be_kept(study: Study, tmp_path: Path) -> None:
    pool = pooled([_made(study, 1), _made(study, 2)], [0.5, 0.5], digest="d")
    save_draws(pool, tmp_path / "pool.npz", single=False)
    shape = (len(study.scenarios), len(study.drivers), len(study.conjunctions))
    again = load_draws(tmp_path / "pool.npz", "d", shape)
    assert again is not None
    np.testing.assert_array_equal(again.analyst, pool.analyst)
    plain = _made(study, 1)
    save_draws(plain, tmp_path / "plain.npz")
    with np.load(tmp_path / "plain.npz") as file:
        assert "analyst" not in file
    assert not plain.analyst.any()
    assert len(plain.analyst) == len(plain)


def test_the_worst_view_speaks_for_the_pool(study: Study) -> None:
    views = [
        _made(study, 1, divergences=0, rhat=1.001, ess_bulk=900, sound=True, run=9, odd="a"),
        _made(study, 2, divergences=3, rhat=1.02, ess_bulk=100, sound=False, run=9, odd="b"),
    ]
    assert dict(pooled(views, [0.5, 0.5]).diagnostics) == {
        "divergences": 3, "rhat": 1.02, "ess_bulk": 100, "sound": False, "run": 9,
    }  # fmt: skip


def test_a_pool_knows_each_views_own_sources(study: Study) -> None:
    def with_sources(draws: Draws, count: int) -> Draws:
        shape = (len(draws), count)
        return replace(
            draws,
            bias=np.full((*shape, len(study.scenarios)), float(count)),
            bias_scale=np.full(len(draws), 0.3),
            noise=np.full(shape, 0.5),
        )

    one, other = with_sources(_made(study, 1), 1), with_sources(_made(study, 2), 3)
    pool = pooled([one, other], [0.5, 0.5])
    assert pool.bias is not None
    assert pool.noise is not None
    assert pool.bias[pool.analyst == 0, :, 0].tolist() == [[1.0, 0.0, 0.0]] * 30
    assert pool.bias[pool.analyst == 1, :, 0].tolist() == [[3.0, 3.0, 3.0]] * 30
    assert pool.noise[pool.analyst == 0].tolist() == [[0.5, 0.0, 0.0]] * 30
    assert pooled([one, _made(study, 2)], [0.5, 0.5]).noise is None


@pytest.mark.parametrize(
    ("shares", "total", "counts"),
    [
        ([1 / 3] * 3, 100, (34, 33, 33)),
        ([0.7, 0.2, 0.1], 10, (7, 2, 1)),
        ([1.0], 7, (7,)),
        ([0.999, 0.001], 10, (10, 0)),
    ],
)
def test_shares_are_rounded_to_the_total(
    shares: list[float], total: int, counts: tuple[int, ...]
) -> None:
    assert counts_of(shares, total) == counts


def test_a_small_view_is_repeated_to_its_share(study: Study) -> None:
    pool = pooled([_made(study, 1, count=10), _made(study, 2, count=100)], [0.5, 0.5])
    assert np.bincount(pool.analyst).tolist() == [50, 50]


def test_what_cannot_be_pooled_or_fitted(disputed: Study, fits: Callable[..., Any]) -> None:
    with pytest.raises(InvalidModel, match="a pool of nobody"):
        pooled([], [])
    with pytest.raises(InvalidRequest, match="fitted view by view"):
        fit_draws(disputed)
