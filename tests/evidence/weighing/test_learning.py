"""What is learned about tellers: against integration over what they may be."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import scipy.integrate
from numpy.typing import NDArray

from tarjih.evidence import Evidence, Trust, throw_trust, weigh_evidence
from tarjih.evidence.weighing import trust
from tarjih.evidence.weighing.trust import centred_logit
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Checked, Item, LevelSeen, Seen, Study, Weights

MakeItem = Callable[..., Item]
MakeStudy = Callable[..., Study]
Array = NDArray[np.float64]

AS_OF = dt.date(2026, 1, 31)


def weigh(study: Study, items: Sequence[Item], trust: Trust | None = None) -> Evidence:
    return weigh_evidence(study, items, as_of=AS_OF, last_step=5, trust=trust)


def arrays(evidence: Evidence) -> list[Array]:
    return [evidence.scenario_loglik, *evidence.driver_loglik]


@pytest.mark.parametrize(
    "bears_on",
    [
        Seen("visit"),
        Seen("bulletin"),
        Checked("strike"),
        LevelSeen("war", 2),
        Weights({"turn": "for"}),
    ],
)
@pytest.mark.parametrize("kind", ["act", "statement"])
@pytest.mark.parametrize("sources", [("b",), ("e",), ("b", "c"), ("b", "f")])
def test_one_report_says_what_it_says_under_fixed_trust(
    study: Study, make_item: MakeItem, bears_on: Any, kind: str, sources: tuple[str, ...]
) -> None:
    """A grade is the mean of a reliability, and one report's likelihood is linear in that."""
    start = dt.date(2025, 10, 1)
    item = make_item("i", bears_on, kind=kind, sources=sources, start=start)
    law = Law.of(study, sources)
    fixed, learned = weigh(study, [item]), weigh(study, [item], law.nodes)
    for alone, both in zip(arrays(fixed), arrays(learned), strict=True):
        mean = np.einsum("m,mtk->tk", law.weight, np.exp(both))
        np.testing.assert_allclose(mean, np.exp(alone), rtol=1e-9)


@dataclass(frozen=True)
class Law:
    """The law of some tellers' shifts, as a grid of draws with weights."""

    nodes: Trust
    weight: Array

    @classmethod
    def of(cls, study: Study, tellers: Sequence[str], points: int = 161) -> Law:
        z = np.linspace(-8.5, 8.5, points)
        grid = np.meshgrid(*([z] * len(tellers)), indexing="ij")
        weight = np.exp(-sum(axis.ravel() ** 2 for axis in grid) / 2)
        spread = assumptions_of(study).trust_spread
        shifts = {s: spread * axis.ravel() for s, axis in zip(tellers, grid, strict=True)}
        return cls(Trust(spread, len(weight), shifts), weight / weight.sum())


# --- what is learned ------------------------------------------------------------------------


@dataclass(frozen=True)
class Learned:
    """What follows for `turn` against `hold`, equally probable at first, and for teller b."""

    turn: float
    reliability: float

    @classmethod
    def of(cls, evidence: Evidence, weight: Array) -> Learned:
        joint = weight[:, None] * np.exp(evidence.scenario_loglik.sum(axis=1))
        assert evidence.trust is not None
        reliability = evidence.trust.reliability("b", 0.85)
        total = joint.sum()
        return cls(
            float(joint[:, 1].sum() / total),
            float(reliability @ joint.sum(axis=1) / total),
        )


@pytest.fixture(scope="module")
def duel(make_study: MakeStudy) -> Study:
    """Two scenarios, and tellers enough for one to each report."""
    study = make_study()
    more = [replace(study.sources[1], id=f"b{n}") for n in range(4)]
    return replace(study, scenarios=study.scenarios[:2], sources=(*study.sources, *more))


@pytest.fixture(scope="module")
def reports(make_item: MakeItem) -> list[Item]:
    """Teller b says `turn` three times, each in its own cluster; a, b and c deny it."""
    told = [
        make_item(f"i{n}", Weights({"turn": "strongly for"}), cluster=f"c{n}") for n in range(3)
    ]
    denied = [
        make_item(f"j{n}", Weights({"turn": "strongly against"}), sources=sources, credibility=1)
        for n, sources in enumerate([("a",), ("a", "c"), ("c",)])
    ]
    return [*told, *denied]


def integrated(spread: float = 1.0) -> Learned:
    """The same by direct integration over the three tellers, in plain numbers.

    ℓ = (1, 5.12) normalised: the mean of the lognormal whose central 90% is 3 to 8; a tells
    at A1 (.95), c at C1.
    """

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    ratio = math.sqrt(24) * math.exp((math.log(8 / 3) / (2 * 1.6448536269514722)) ** 2 / 2)
    inverse = math.exp((math.log(8 / 3) / (2 * 1.6448536269514722)) ** 2 / 2) / math.sqrt(24)
    c1 = 1 / (1 + math.exp(-(logit(0.7) + 2 * logit(0.95)) / 3))
    grid = np.linspace(-8.0, 8.0, 97)
    mass = np.exp(-(grid**2) / 2)

    def trusted(graded: float, shift: Any) -> Any:
        return 1 / (1 + np.exp(-centred_logit(graded, spread) - spread * shift))

    def report(r: Any, said: float, k: int) -> Any:
        """Likelihood over its mean, of a report that favours state 1 over 0 by a ratio."""
        likelihood = (1.0, said)[k]
        return 1 + r * (2 * likelihood / (1 + said) - 1)

    a, c = trusted(0.95, grid)[:, None], trusted(c1, grid)[None, :]
    denial = [
        float(
            mass
            @ (
                report(a, inverse, k)
                * report(1 - (1 - a) * (1 - c), inverse, k)
                * report(c, inverse, k)
            )
            @ mass
        )
        for k in (0, 1)
    ]

    def integral(k: int, power: int) -> float:
        def at(shift: float) -> float:
            r = float(trusted(0.85, shift))
            return float(r**power * report(r, ratio, k) ** 3 * math.exp(-(shift**2) / 2))

        return float(scipy.integrate.quad(at, -10, 10, epsabs=1e-13, limit=300)[0]) * denial[k]

    total = integral(0, 0) + integral(1, 0)
    return Learned(integral(1, 0) / total, (integral(0, 1) + integral(1, 1)) / total)


def test_learned_trust_is_that_of_direct_integration(duel: Study, reports: list[Item]) -> None:
    law = Law.of(duel, ("a", "b", "c"), 41)
    got, expected = Learned.of(weigh(duel, reports, law.nodes), law.weight), integrated()
    assert got.turn == pytest.approx(expected.turn, rel=1e-7)
    assert got.reliability == pytest.approx(expected.reliability, rel=1e-7)


DRAWS = 100_000
Change = Callable[[Study, list[Item]], Evidence]


def check_against_integration(thrown: Evidence) -> None:
    """Importance sampling over thrown draws, within four of its own standard errors."""
    expected = integrated()
    got = Learned.of(thrown, np.full(DRAWS, 1 / DRAWS))
    joint = np.exp(thrown.scenario_loglik.sum(axis=1))
    weight = joint.sum(axis=1) / joint.sum()
    assert thrown.trust is not None
    for mean, wanted, values in [
        (got.turn, expected.turn, joint[:, 1] / joint.sum(axis=1)),
        (got.reliability, expected.reliability, thrown.trust.reliability("b", 0.85)),
    ]:
        error = math.sqrt(float((weight**2 * (values - mean) ** 2).sum()))
        assert error < 0.005
        assert abs(mean - wanted) < 4 * error


def as_it_is(duel: Study, reports: list[Item]) -> Evidence:
    return weigh(duel, reports, throw_trust(duel, DRAWS, 5))


def a_latent_for_each_report(duel: Study, reports: list[Item]) -> Evidence:
    own = [
        replace(item, sources=(f"b{n}",)) if item.sources == ("b",) else item
        for n, item in enumerate(reports)
    ]
    return as_it_is(duel, own)


def without_the_gain_over_noise(duel: Study, reports: list[Item]) -> Evidence:
    evidence = as_it_is(duel, reports)
    best = evidence.scenario_loglik.max(axis=-1, keepdims=True)
    return replace(evidence, scenario_loglik=evidence.scenario_loglik - best)


def another_throw_for_each_step_of_belief(duel: Study, reports: list[Item]) -> Evidence:
    """Draws in another order for the reports of b than for those that deny it."""
    evidence = as_it_is(duel, reports)
    denied = weigh(duel, reports[3:], evidence.trust).scenario_loglik
    mixed = evidence.scenario_loglik - denied + denied[::-1]
    assert evidence.trust is not None
    turned = evidence.trust.take(np.arange(DRAWS)[::-1])
    return replace(evidence, scenario_loglik=mixed, trust=turned)


def test_importance_weights_learn_trust(duel: Study, reports: list[Item]) -> None:
    check_against_integration(as_it_is(duel, reports))


@pytest.mark.parametrize(
    "mistake",
    [
        a_latent_for_each_report,
        without_the_gain_over_noise,
        another_throw_for_each_step_of_belief,
    ],
)
def test_integration_catches_a_planted_mistake(
    duel: Study, reports: list[Item], mistake: Change
) -> None:
    with pytest.raises(AssertionError):
        check_against_integration(mistake(duel, reports))


def test_integration_catches_a_centre_that_is_none(
    duel: Study, reports: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    law = as_it_is(duel, reports).trust
    assert law is not None
    monkeypatch.setattr(trust, "centred_logit", lambda mean, spread: math.log(mean / (1 - mean)))
    evidence = weigh(duel, reports, law)
    monkeypatch.undo()
    with pytest.raises(AssertionError):
        check_against_integration(evidence)


@pytest.mark.parametrize("count", [2, 5, 10])
def test_contradicted_reports_lower_their_tellers_trust(
    duel: Study, make_item: MakeItem, count: int
) -> None:
    """Five others deny what one outlet tells, item by item and in no cluster."""
    told = [make_item(f"i{n}", Weights({"turn": "for"})) for n in range(count)]
    denied = [
        make_item(f"j{n}", Weights({"turn": "strongly against"}), sources=("a", f"b{n}"))
        for n in range(4)
    ]
    law = Law.of(duel, ("b",), 161)
    sure = Trust(1.0, len(law.weight), {s.id: np.zeros(len(law.weight)) for s in duel.sources})
    nodes = replace(sure, shifts={**sure.shifts, **law.nodes.shifts})

    def turn(items: list[Item]) -> float:
        """With fixed trust."""
        odds = weigh(duel, items).scenario_loglik.sum(axis=0)
        return float(1 / (1 + np.exp(odds[0] - odds[1])))

    learned = Learned.of(weigh(duel, [*told, *denied], nodes), law.weight)
    believed = Learned.of(weigh(duel, told, nodes), law.weight)
    assert learned.reliability < 0.85 < believed.reliability
    # What its reports moved is less than under fixed trust, in log-odds.
    moved = math.log(learned.turn / (1 - learned.turn)) - math.log(
        (before := turn(denied)) / (1 - before)
    )
    fixed = math.log((after := turn([*told, *denied])) / (1 - after)) - math.log(
        before / (1 - before)
    )
    assert 0 < moved < fixed


def test_trust_is_lost_where_reports_are_denied_and_kept_where_they_agree(
    duel: Study, make_item: MakeItem
) -> None:
    """A teller who agrees with others gains by it."""
    law = Law.of(duel, ("b",), 161)
    sure = {s.id: np.zeros(len(law.weight)) for s in duel.sources} | dict(law.nodes.shifts)
    nodes = replace(law.nodes, shifts=sure)
    told = [make_item(f"i{n}", Weights({"turn": "for"})) for n in range(4)]
    agreed = [make_item(f"j{n}", Weights({"turn": "for"}), sources=("a",)) for n in range(3)]
    denied = [
        replace(i, id=f"k{n}", bears_on=Weights({"turn": "against"})) for n, i in enumerate(agreed)
    ]
    alone, more, less = (
        Learned.of(weigh(duel, [*told, *others], nodes), law.weight).reliability
        for others in ([], agreed, denied)
    )
    assert less < alone < more
