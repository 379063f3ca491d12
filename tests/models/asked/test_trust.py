"""Trust that is learned from what tellers tell, through the engines."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import tarjih
from tarjih.evidence import Evidence, Trust, throw_trust, weigh_evidence
from tarjih.models import Posterior, believe, teller_trust
from tarjih.models.asked.trust import counted_tellers, weighed_trust
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item, Letter, LevelSeen, Source, Study, Weights

Array = NDArray[np.float64]
MakeDraws = Callable[..., Draws]
AS_OF = dt.date(2026, 4, 10)


def item(id: str, word: str, day: dt.date, *sources: str, **changes: Any) -> Item:
    given: dict[str, Any] = {
        "bears_on": Weights({"s0": word}),  # type: ignore[dict-item]
        "kind": "act",
        "relays": {},
        "credibility": 2,
        "cluster": None,
        "note": {},
        "url": "",
        "label": {"en": id},
        "cites": "",
        "retrospective": False,
    }
    return Item(id, day, day, day, sources=sources, **(given | changes))


@pytest.fixture(scope="module")
def study(make_study: Callable[..., Study]) -> Study:
    """A press, told against by a rival and a witness, in three months and two drivers."""
    small = make_study(2, (2, 2), links=[(0, 1)])
    letters: dict[str, Letter] = {"press": "B", "rival": "A", "witness": "C", "silent": "D"}
    tellers = [
        replace(small.sources[0], id=id, letter=letter) for id, letter in letters.items()
    ]  # fmt: skip
    days = [dt.date(2026, month, 3) for month in (2, 3, 4)]
    items = (
        *(item(f"p{n}", "strongly for", day, "press") for n, day in enumerate(days)),
        item("p3", "for", days[1], "press", cluster="c"),
        item("p4", "strongly for", days[2], "press", "witness", cluster="c"),
        item("r0", "strongly against", days[1], "rival"),
        item("r1", "strongly against", days[2], "rival", "silent", relays={"silent": "rival"}),
        item("d0", "", days[0], "press", bears_on=LevelSeen("d0", 1)),
        item("o0", "against", days[2], "silent", kind="opinion"),
    )
    return replace(
        small, sources=tuple(tellers), items=items, assumptions={"trust": "learned"}
    )  # fmt: skip


def one_draw(evidence: Evidence, m: int) -> Evidence:
    return replace(
        evidence,
        scenario_loglik=evidence.scenario_loglik[m],
        driver_loglik=tuple(rows[m] for rows in evidence.driver_loglik),
        trust=None,
    )


def test_each_draw_is_filtered_by_its_own_trust(
    study: Study, make_draws: MakeDraws, enumerated: Callable[..., Any]
) -> None:
    """The sum over every history, draw by draw."""
    draws = make_draws(study, 3)
    belief = believe(study, as_of=AS_OF, draws=draws, engine="exact", seed=4)
    assert belief.evidence.trust is not None
    run = belief.run(belief.as_of_step)
    shifts = belief.evidence.trust.shifts["press"]
    assert len(set(shifts)) == 3
    for m in range(3):
        expected = enumerated(
            study, draws.take(np.array([m])), one_draw(belief.evidence, m),
            belief.as_of_step, belief.as_of_step,
        )  # fmt: skip
        assert run.log_weight[m] == pytest.approx(expected.log_evidence, abs=1e-10)
        np.testing.assert_allclose(run.probability[:, m], expected.probability, atol=1e-10)


def test_particles_agree_with_the_exact_engine(study: Study, make_draws: MakeDraws) -> None:
    draws = make_draws(study, 400)
    exact, sampled = (
        believe(study, as_of=AS_OF, draws=draws, engine=name, seed=1)
        for name in ("exact", "particle")
    )
    one, other = (belief.run(belief.as_of_step).log_weight for belief in (exact, sampled))
    assert np.sqrt(np.mean((one - other) ** 2)) < 0.2
    for true, near in zip(teller_trust(exact), teller_trust(sampled), strict=True):
        assert (near.teller, near.before) == (true.teller, true.before)
        assert near.after.mean == pytest.approx(true.after.mean, abs=0.02)


@pytest.fixture(scope="module")
def integrated(study: Study, make_draws: MakeDraws) -> tuple[Array, dict[str, float]]:
    """Scenarios at as-of and reliabilities after, all three tellers integrated on a grid."""
    axis = np.linspace(-6.0, 6.0, 21)
    grid = np.meshgrid(axis, axis, axis, indexing="ij")
    names = ("press", "rival", "witness")
    log_law: Array = -0.5 * np.sum([each.ravel() ** 2 for each in grid], axis=0)
    count = len(log_law)
    shifts = {id: each.ravel() for id, each in zip(names, grid, strict=True)}
    nodes = Trust(1.0, count, {**shifts, "silent": np.zeros(count)})
    belief = with_trust(study, make_draws(study, count, same=True), nodes)
    run = belief.run(belief.as_of_step)
    weight = np.exp(log_law + run.log_weight - (log_law + run.log_weight).max())
    weight /= weight.sum()
    letters = {"press": 0.85, "rival": 0.95, "witness": 0.7}
    after = {id: float(weight @ nodes.reliability(id, p)) for id, p in letters.items()}
    return weight @ run.probability[0], after


def with_trust(study: Study, draws: Draws, trust: Trust, items: Any = None) -> Posterior:
    belief = believe(study, items, as_of=AS_OF, draws=draws, engine="exact")
    step = belief.as_of_step
    said = weigh_evidence(study, belief.items, as_of=AS_OF, last_step=step, trust=trust)
    return replace(belief, evidence=said)


def test_draws_agree_with_integration(
    study: Study, make_draws: MakeDraws, integrated: tuple[Array, dict[str, float]]
) -> None:
    count = 20_000
    draws = make_draws(study, count, same=True)
    belief = believe(study, as_of=AS_OF, draws=draws, engine="exact", seed=2)
    run = belief.run(belief.as_of_step)
    weight = np.exp(run.log_weight - run.log_weight.max())
    weight /= weight.sum()
    now, after = integrated

    def close(values: Array, wanted: float) -> bool:
        mean = float(weight @ values)
        error = math.sqrt(float((weight**2) @ (values - mean) ** 2))
        assert error < 0.01
        return abs(mean - wanted) < 4 * error

    assert close(run.probability[0, :, 0], now[0])
    found = {one.teller: one for one in teller_trust(belief)}
    assert set(found) == {"press", "rival", "witness"}
    assert belief.evidence.trust is not None
    for id, p in {"press": 0.85, "rival": 0.95, "witness": 0.7}.items():
        assert close(belief.evidence.trust.reliability(id, p), after[id])
        assert found[id].after.mean == pytest.approx(after[id], abs=0.02)

    # Throws of other tellers, or of other draws, are another law, and are found out.
    turned = with_trust(study, draws, belief.evidence.trust.take(np.arange(count)[::-1]))
    log_weight = turned.run(turned.as_of_step).log_weight
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    assert not close(belief.evidence.trust.reliability("press", 0.85), after["press"])


def test_what_a_record_says(study: Study) -> None:
    belief = believe(study, as_of=AS_OF, draws=made_up(study, 4), engine="exact", seed=1)
    trust = belief.evidence.trust
    assert trust is not None
    weight = np.array([0.1, 0.2, 0.3, 0.4])
    found = weighed_trust(study, belief.evidence, np.log(weight) + 7)
    assert {one.teller: one.items for one in found} == {"press": 6, "rival": 2, "witness": 1}
    assert [abs(one.change) for one in found] == sorted(
        (abs(one.change) for one in found), reverse=True
    )
    press = next(one for one in found if one.teller == "press")
    values = trust.reliability("press", 0.85)
    assert press.letter == "B"
    assert press.before.mean == pytest.approx(values.mean(), abs=1e-12)
    assert press.after.mean == pytest.approx(weight @ values, abs=1e-12)
    sd = math.sqrt(weight @ (values - weight @ values) ** 2)
    assert press.after.sd == pytest.approx(sd, abs=1e-12)
    assert values.min() <= press.after.q05 < press.after.q50 < press.after.q95 <= values.max()


def made_up(study: Study, count: int) -> Draws:
    """Draws that are all alike, and flat."""
    scenarios, drivers = len(study.scenarios), len(study.drivers)
    return Draws(
        alpha=np.zeros((count, scenarios)), beta=np.zeros((count, drivers, scenarios)),
        gamma=np.zeros((count, 0, scenarios)), initial=np.zeros((count, scenarios)),
        review_time=np.full((count, scenarios), 6.0), up=np.full((count, drivers), 0.1),
        down=np.full((count, drivers), 0.1), chain=np.zeros(count, dtype=np.int64), digest="",
    )  # fmt: skip


def test_fixed_trust_is_the_letters(study: Study) -> None:
    fixed = replace(study, assumptions={"letters": {"B": 0.8}})
    belief = believe(fixed, as_of=AS_OF, draws=made_up(study, 4), engine="exact")
    assert belief.evidence.trust is None
    press = next(one for one in teller_trust(belief) if one.teller == "press")
    assert press.before == press.after
    assert (press.after.mean, press.after.sd, press.after.q05, press.change) == (0.8, 0, 0.8, 0)


def test_only_what_counts_is_counted(study: Study) -> None:
    belief = believe(study, as_of="2026-02-10", draws=made_up(study, 2), engine="exact")
    assert counted_tellers(study, belief.evidence.entries) == {"press": 2}
    assert [one.teller for one in teller_trust(belief)] == ["press"]


def test_ten_contradicted_reports(study: Study) -> None:
    """They cost their teller trust, and move the scenarios less than fixed trust lets them."""
    days = [dt.date(2026, 2, 1) + dt.timedelta(days=6 * n) for n in range(10)]
    told = [item(f"p{n}", "strongly for", day, "press") for n, day in enumerate(days)]
    denied = [
        item(f"r{n}", "strongly against", day, "rival", "witness", credibility=1)
        for n, day in enumerate(days)
    ]
    draws = made_up(study, 4_000)

    def belief(learned: str, items: list[Item]) -> Posterior:
        view = replace(study, assumptions={"trust": learned})
        return believe(view, items, as_of=AS_OF, draws=draws, engine="exact")

    def odds(posterior: Posterior) -> float:
        run = posterior.run(posterior.as_of_step)
        weight = np.exp(run.log_weight - run.log_weight.max())
        now = weight @ run.probability[0, :, 0] / weight.sum()
        return math.log(now / (1 - now))

    press = next(o for o in teller_trust(belief("learned", told + denied)) if o.teller == "press")
    assert press.after.mean < 0.6
    assert press.before.mean == pytest.approx(0.85, abs=0.01)
    moved = {
        trust: odds(belief(trust, told + denied)) - odds(belief(trust, denied))
        for trust in ("fixed", "learned")
    }
    assert 0 < moved["learned"] < 0.7 * moved["fixed"]
    # Where nobody denies it, what it tells wins it trust.
    believed = next(o for o in teller_trust(belief("learned", told)) if o.teller == "press")
    assert believed.after.mean > 0.85


def test_sources_that_tell_nothing_change_no_bit(study: Study) -> None:
    more = Source("newcomer", {"en": "new"}, "A", "", {}, "")
    crowd = replace(study, sources=(more, *study.sources[::-1]))
    items = study.items[::-1]
    one, other = (
        tarjih.forecast(each, told, as_of=AS_OF, draws=made_up(study, 50), engine="exact", seed=3)
        for each, told in ((study, study.items), (crowd, items))
    )
    assert one.log_weight.tobytes() == other.log_weight.tobytes()
    assert one.probability.tobytes() == other.probability.tobytes()
    assert one.replayed.tobytes() == other.replayed.tobytes()


def test_the_shipped_study_may_learn_with_the_draws_of_fixed_trust() -> None:
    fixed = tarjih.load("syria_russia")
    learned, sure = (
        replace(fixed, assumptions={"trust": "learned", "trust_spread": spread})
        for spread in (1.0, 0.001)
    )
    draws = obtain_draws(learned)
    assert draws.digest == obtain_draws(fixed).digest
    few = draws.thin(250)
    as_it_is, same, other = (
        tarjih.forecast(each, as_of="2026-01-31", draws=few, replay=False)
        for each in (fixed, sure, learned)
    )
    np.testing.assert_allclose(same.now, as_it_is.now, atol=1e-3)
    assert np.abs(other.now - as_it_is.now).max() < 0.1
    assert other.evidence.trust is not None
    thrown = throw_trust(learned, 250, 0)
    assert other.evidence.trust.shifts["bayan"].tobytes() == thrown.shifts["bayan"].tobytes()
