"""The same numbers to the last bit, whoever does the work and in whatever order items come."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.reports.texts.backtests import backtest_document
from tarjih.reports.texts.documents import document_text
from tarjih.scenarios.records import Item, Seen
from tarjih.scoring.backtest import Backtest
from tests.scoring.backtest.conftest import item, run, small_study


def _bytes(found: Backtest) -> bytes:
    return document_text(backtest_document(found)).encode()


def _bits(found: Backtest) -> list[Any]:
    """Everything that was computed, no digit dropped."""
    return [(one.question.id, one.chances, one.score) for one in found.questions] + [
        (name, card.scores, card.comparisons.keys())
        for group in found.groups
        for name, card in group.cards.items()
    ]


def _same(one: Backtest, other: Backtest) -> bool:
    return _bytes(one) == _bytes(other) and repr(_bits(one)) == repr(_bits(other))


@pytest.mark.parametrize("engine", ["exact", "particle"])
def test_the_order_of_items_changes_nothing(some_items: tuple[Item, ...], engine: str) -> None:
    whole = run(small_study(), some_items, engine=engine)
    for seed in range(3):
        shuffled = random.Random(seed).sample(some_items, len(some_items))
        assert _same(run(small_study(), shuffled, engine=engine), whole)


def test_processes_change_nothing(some_items: tuple[Item, ...]) -> None:
    told: list[tuple[int, int]] = []
    whole = run(small_study(), some_items, engine="particle")
    found = run(
        small_study(), some_items, engine="particle", jobs=3,
        tell=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert _same(found, whole)
    assert told == [(n + 1, whole.units) for n in range(whole.units)]


def test_another_seed_is_told_apart(some_items: tuple[Item, ...]) -> None:
    """What the tests above would see if dice were not the same."""
    whole = run(small_study(), some_items, engine="particle")
    other = run(small_study(), some_items, engine="particle", seed=1)
    assert not _same(whole, other)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A real Dask cluster: a scheduler and two worker processes that speak TCP; its address."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None,
        host="tcp://127.0.0.1", silence_logs=50,
    ) as made:  # fmt: skip
        yield made.scheduler_address


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_changes_nothing(some_items: tuple[Item, ...], cluster: str) -> None:
    assert cluster.startswith("tcp://")
    for engine in ("exact", "particle"):
        whole = run(small_study(), some_items, engine=engine)
        assert _same(run(small_study(), some_items, engine=engine, dask=cluster), whole)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_what_is_wrong_is_said_from_a_cluster_too(cluster: str) -> None:
    with pytest.raises(InvalidRequest, match="unknown source: got 'nobody'"):
        run(small_study(), [item("a", Seen("visit"), sources=("nobody",))], dask=cluster)


def test_what_is_wrong_is_said_from_processes_too() -> None:
    with pytest.raises(InvalidRequest, match="unknown source: got 'nobody'"):
        run(small_study(), [item("a", Seen("visit"), sources=("nobody",))], jobs=2)


def test_no_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarjih.scoring.backtest.working._PATIENCE", "1s")
    with pytest.raises(CannotCompute, match=r"no scheduler answers at tcp://127\.0\.0\.1:1"):
        run(small_study(), dask="tcp://127.0.0.1:1")
    with pytest.raises(InvalidRequest, match="not an address"):
        run(small_study(), dask="nonsense://here")


def test_without_dask_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(CannotCompute, match=r"install the extra: pip install 'tarjih\[cluster\]'"):
        run(small_study(), dask="tcp://127.0.0.1:1")


def test_what_is_shared_travels_whole(some_items: tuple[Item, ...]) -> None:
    """Draws and items come back as they were, and nothing of how questions came out goes along."""
    from tarjih.scoring.backtest.working import Shared, _shared_from
    from tests.scoring.backtest.conftest import draws_of

    study = small_study(questions=())
    asked = tuple(one.about for one in small_study().questions)
    sent = Shared(study, some_items, asked, draws_of(study), "exact", 3)
    back = _shared_from(sent.to_bytes())
    assert (back.study, back.items, back.asked) == (study, some_items, asked)
    assert np.array_equal(back.draws.alpha, sent.draws.alpha)
    assert (back.engine, back.seed) == ("exact", 3)
