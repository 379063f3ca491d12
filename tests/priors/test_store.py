"""Draws that ship, draws in the cache, and when they are made anew; no real fit here."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tarjih.priors import store
from tarjih.priors.draws import Draws, save_draws
from tarjih.priors.store import draws_digest, obtain_draws
from tarjih.scenarios.records import Study

Make = Callable[..., Any]


class Fits:
    """Stands in for the fit, and counts."""

    def __init__(self, make_draws: Make) -> None:
        self.make_draws = make_draws
        self.seeds: list[int] = []

    def __call__(self, study: Study, *, seed: int, progress: bool, digest: str) -> Draws:
        self.seeds.append(seed)
        draws: Draws = self.make_draws(study, 30, seed)
        return replace(
            draws,
            digest=digest,
            alpha=draws.alpha.astype(np.float32).astype(np.float64),
        )


@pytest.fixture
def fits(make_draws: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fits:
    fits = Fits(make_draws)
    monkeypatch.setattr(store, "fit_draws", fits)
    monkeypatch.setattr(store, "_SHIPPED", tmp_path / "shipped")
    monkeypatch.setenv("TARJIH_CACHE", str(tmp_path / "cache"))
    return fits


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_second_time_comes_from_the_cache(study: Study, fits: Fits) -> None:
    first, second = obtain_draws(study), obtain_draws(study)
    assert fits.seeds == [0]
    np.testing.assert_array_equal(first.alpha, second.alpha)
    assert first.digest == second.digest == draws_digest(study)


def test_shipped_draws_come_first(
    study: Study, fits: Fits, tmp_path: Path, make_draws: Make
) -> None:
    shipped = replace(make_draws(study, 8, 3), digest=draws_digest(study))
    save_draws(shipped, tmp_path / "shipped" / "small.npz")
    assert len(obtain_draws(study)) == 8
    assert fits.seeds == []


def test_shipped_draws_of_another_study_are_not_used(
    study: Study, fits: Fits, tmp_path: Path, make_draws: Make
) -> None:
    save_draws(make_draws(study, 8, 3), tmp_path / "shipped" / "small.npz")
    assert len(obtain_draws(study)) == 30
    assert fits.seeds == [0]


@pytest.mark.parametrize("content", [b"", b"corrupt", None])
def test_a_corrupt_cache_is_fitted_anew(
    study: Study, fits: Fits, tmp_path: Path, content: bytes | None
) -> None:
    obtain_draws(study)
    path = only_file(tmp_path / "cache")
    sound = path.read_bytes()
    path.write_bytes(sound[: len(sound) // 2] if content is None else content)
    obtain_draws(study)
    assert fits.seeds == [0, 0]
    obtain_draws(study)
    assert fits.seeds == [0, 0]


def test_a_foreign_cache_is_fitted_anew(
    study: Study, fits: Fits, tmp_path: Path, make_study: Make, make_draws: Make
) -> None:
    obtain_draws(study)
    path = only_file(tmp_path / "cache")
    save_draws(replace(make_draws(study, 5), digest="somebody else's"), path)
    assert len(obtain_draws(study)) == 30
    assert fits.seeds == [0, 0]


def test_another_seed_is_another_fit(study: Study, fits: Fits) -> None:
    obtain_draws(study)
    obtain_draws(study, seed=1)
    assert fits.seeds == [0, 1]


def test_an_unwritable_cache_warns_and_goes_on(
    study: Study, fits: Fits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("TARJIH_CACHE", str(tmp_path / "a file"))
    with pytest.warns(UserWarning, match="cannot be kept"):
        assert len(obtain_draws(study)) == 30


def test_a_later_judgement_changes_nothing(study: Study, make_judgement: Make) -> None:
    late = make_judgement(
        "late", "now", 0.9, scenario="war", known=study.origin + dt.timedelta(days=1)
    )
    longer = replace(study, judgements=(*study.judgements, late))
    assert draws_digest(longer) == draws_digest(study)


def test_labels_and_texts_change_nothing(study: Study) -> None:
    renamed = replace(
        study,
        title={"en": "another title"},
        judgements=tuple(replace(j, note={"en": "a note"}) for j in study.judgements),
    )
    assert draws_digest(renamed) == draws_digest(study)


def test_what_enters_the_fit_changes_the_digest(study: Study, make_judgement: Make) -> None:
    first = study.judgements[0]
    war, *scenarios = study.scenarios
    army, *drivers = study.drivers
    others = [
        replace(study, judgements=study.judgements[1:]),
        replace(study, judgements=(replace(first, says="unlikely"), *study.judgements[1:])),
        replace(study, judgements=(replace(first, wording={"ar": "مرجح"}), *study.judgements[1:])),
        replace(study, judgements=(replace(first, scale="icd203"), *study.judgements[1:])),
        replace(study, base_rates=None),
        replace(study, assumptions={"bias_spread": 0.4}),
        replace(study, step="week"),
        replace(study, scenarios=(replace(war, review_time=8.0), *scenarios)),
        replace(study, drivers=(replace(army, months_before_rise=9.0), *drivers)),
        replace(study, links=()),
    ]  # fmt: skip
    digests = {draws_digest(other) for other in others}
    assert len(digests) == len(others)
    assert draws_digest(study) not in digests
    assert draws_digest(study, seed=1) != draws_digest(study)


def test_importing_is_cheap() -> None:
    code = (
        "import sys, tarjih.priors\n"
        "heavy = {'pymc', 'pytensor', 'arviz', 'arviz_stats', 'scipy', 'pandas', 'xarray',\n"
        "         'nutpie', 'numba', 'matplotlib', 'preliz'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert result.stdout.strip() == "[]"
