"""The probability of every kind of question, against the sum over every history."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import tarjih
from tarjih.errors import InvalidRequest
from tarjih.evidence.weighing.likelihood import Entry, Evidence
from tarjih.models import forecast
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.posterior import Posterior, believe
from tarjih.scenarios.asked import AtOrPast, EverInForce, IndicatorSeen, InForce
from tarjih.scenarios.records import Checked, Indicator, Item, Seen
from tarjih.scoring.questions import Asked, WhichLevel, WhichScenario, chances_of
from tests.models.conftest import build_draws, build_evidence, build_study, enumerate_everything

AS_OF, LAST = 1, 3
NEVER = -1e4  # log likelihood of what is taken out


def _study(step: str = "month", *, monitored: bool = False) -> Any:
    study = build_study(2, (2, 2), [(0, 1)], True, step)  # type: ignore[arg-type]
    indicator = Indicator(
        id="seen",
        label={"en": "seen"},
        monthly={"s0": 0.35, "other": 0.1},
        monitored=monitored,
        detection=0.8,
        description={},
        cites="",
    )
    return replace(study, indicators=(indicator,))


def _believed(study: Any, draws: Any, evidence: Evidence, engine: Any = ExactEngine) -> Posterior:
    made = engine(study, draws)
    day = study.calendar.last_day(AS_OF)
    return Posterior(study, (), day, AS_OF, evidence, made, "test", np.zeros(len(draws)))


def _extended(evidence: Evidence, last: int) -> Evidence:
    """The same evidence, with empty rows up to a step."""

    def longer(rows: Any) -> Any:
        return np.vstack([rows, np.zeros((last + 1 - len(rows), rows.shape[1]))])

    return Evidence(
        longer(evidence.scenario_loglik), tuple(longer(one) for one in evidence.driver_loglik), ()
    )


class Truth:
    """Sums over every history, with some histories taken out."""

    def __init__(self, step: str = "month", *, monitored: bool = False) -> None:
        self.study = _study(step, monitored=monitored)
        self.draws = build_draws(self.study, 1, 5)
        self.evidence = build_evidence(self.study, AS_OF, 3)
        self.calendar = self.study.calendar
        self.whole = self.log_evidence(_extended(self.evidence, LAST))

    def log_evidence(self, evidence: Evidence) -> float:
        return enumerate_everything(self.study, self.draws, evidence, LAST, LAST).log_evidence

    def yes(
        self, steps: range, *, scenario: int | None = None, driver: int = 0, level: int = 0,
        unseen: dict[int, Any] | None = None,
    ) -> float:  # fmt: skip
        without = _extended(self.evidence, LAST)
        for step in steps:
            if unseen is not None:
                without.scenario_loglik[step] += unseen.get(step, 0.0)
            elif scenario is not None:
                without.scenario_loglik[step, scenario] += NEVER
            else:
                without.driver_loglik[driver][step, level:] += NEVER
        return 1 - float(np.exp(self.log_evidence(without) - self.whole))

    def day(self, step: int) -> dt.date:
        day: dt.date = self.calendar.last_day(step)
        return day

    def chance(self, asked: Any, engine: Any = ExactEngine, draws: Any = None) -> float:
        belief = _believed(self.study, draws or self.draws, self.evidence, engine)
        return chances_of(belief, [asked])[0].yes


@pytest.fixture(scope="module", params=["month", "week"])
def truth(request: pytest.FixtureRequest) -> Truth:
    return Truth(request.param)


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_in_force_at_any_date(truth: Truth, step: int) -> None:
    """Ahead of as-of, at it, and behind it with the evidence that came since."""
    found = truth.chance(InForce("s0", truth.day(step)))
    assert found == pytest.approx(truth.yes(range(step, step + 1), scenario=0), abs=1e-12)


@pytest.mark.parametrize("window", [(0, 3), (1, 3), (2, 3), (0, 1), (0, 0), (3, 3)])
def test_ever_in_force_in_a_window(truth: Truth, window: tuple[int, int]) -> None:
    first, last = window
    asked = EverInForce("other", truth.calendar.first_day(first), truth.day(last))
    expected = truth.yes(range(first, last + 1), scenario=1)
    assert truth.chance(asked) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("ever", [True, False])
@pytest.mark.parametrize("window", [(0, 3), (2, 3), (0, 1)])
def test_driver_at_or_past_a_level(truth: Truth, window: tuple[int, int], ever: bool) -> None:
    first, last = window
    asked = AtOrPast("d1", 1, truth.calendar.first_day(first), truth.day(last), ever)
    steps = range(first if ever else last, last + 1)
    expected = truth.yes(steps, driver=1, level=1)
    assert truth.chance(asked) == pytest.approx(expected, abs=1e-12)


def _unseen(truth: Truth, months: dict[int, float]) -> dict[int, Any]:
    monthly = np.array([0.35, 0.1])
    return {step: part * np.log(1 - monthly) for step, part in months.items()}


def test_indicator_seen_by_a_date(truth: Truth) -> None:
    """Behind as-of as well: silence about it says nothing."""
    months = truth.calendar.months
    asked = IndicatorSeen("seen", truth.calendar.first_day(0), truth.day(LAST))
    expected = truth.yes(range(4), unseen=_unseen(truth, dict.fromkeys(range(4), months)))
    assert truth.chance(asked) == pytest.approx(expected, abs=1e-12)


def test_part_of_a_step_counts_by_its_days(truth: Truth) -> None:
    first = truth.calendar.first_day(2) + dt.timedelta(days=2)
    last = truth.calendar.first_day(3) + dt.timedelta(days=1)

    def days(step: int) -> int:
        return int((truth.day(step) - truth.calendar.first_day(step)).days) + 1

    parts = {2: (days(2) - 2) / days(2), 3: 2 / days(3)}
    months = {step: part * truth.calendar.months for step, part in parts.items()}
    expected = truth.yes(range(2, 4), unseen=_unseen(truth, months))
    found = truth.chance(IndicatorSeen("seen", first, last))
    assert found == pytest.approx(expected, abs=1e-12)


def test_silence_is_no_check_even_of_what_is_monitored() -> None:
    """News may come late: only a recorded check makes silence count."""
    truth = Truth(monitored=True)
    asked = IndicatorSeen("seen", truth.calendar.first_day(0), truth.day(LAST))
    months = dict.fromkeys(range(4), truth.calendar.months)
    expected = truth.yes(range(4), unseen=_unseen(truth, months))
    assert truth.chance(asked) == pytest.approx(expected, abs=1e-12)


def _entry(study: Any, bears_on: Any, reliability: float, days: tuple[int, int]) -> Entry:
    start, end = (study.origin + dt.timedelta(days=day) for day in days)
    item = Item(
        id="e", start=start, end=end, known=end, bears_on=bears_on, kind="act",
        sources=("press",), relays={}, credibility=2, cluster=None, note={}, url="",
        label={"en": "e"}, retrospective=False, cites="",
    )  # fmt: skip
    return Entry(item=item, step=0, exponent=1.0, counted=True, reason="", reliability=reliability)


def test_a_recorded_sighting_counts_as_its_sources_are_trusted() -> None:
    truth = Truth()
    asked = IndicatorSeen("seen", truth.study.origin, truth.day(LAST))
    without = truth.chance(asked)
    for days, trusted in (((1, 3), 0.8), ((-9, -3), 0.0)):  # one of them before the window
        entry = _entry(truth.study, Seen("seen"), 0.8, days)
        belief = _believed(truth.study, truth.draws, replace(truth.evidence, entries=(entry,)))
        found = chances_of(belief, [asked])[0].yes
        assert found == pytest.approx(1 - (1 - trusted) * (1 - without), abs=1e-12)


def test_days_of_a_recorded_check_are_days_without_a_sighting() -> None:
    truth = Truth()
    start = truth.calendar.first_day(0)
    # the whole window behind as-of, looked at on every day of it
    entry = _entry(truth.study, Checked("seen"), 0.8, (-14, 60))
    belief = _believed(truth.study, truth.draws, replace(truth.evidence, entries=(entry,)))
    found = chances_of(belief, [IndicatorSeen("seen", start, truth.day(LAST))])[0].yes
    ahead = truth.chance(IndicatorSeen("seen", truth.calendar.first_day(2), truth.day(LAST)))
    assert found == pytest.approx(ahead, abs=1e-12)


def test_several_answers_sum_to_one_and_agree_with_yes_or_no(truth: Truth) -> None:
    belief = _believed(truth.study, truth.draws, truth.evidence)
    day = truth.day(LAST)
    which, level, s0, top = chances_of(
        belief,
        [WhichScenario(day), WhichLevel("d1", day), InForce("s0", day),
         AtOrPast("d1", 1, day, day, ever=False)],
    )  # fmt: skip
    assert which.options == ("s0", "other")
    assert level.options == ("l0", "l1")
    assert sum(which.mean) == pytest.approx(1, abs=1e-12)
    assert sum(level.mean) == pytest.approx(1, abs=1e-12)
    assert which.mean[0] == pytest.approx(s0.yes, abs=1e-12)
    assert level.mean[-1] == pytest.approx(top.yes, abs=1e-12)
    levels = enumerate_everything(
        truth.study, truth.draws, _extended(truth.evidence, LAST), LAST, LAST
    ).levels
    np.testing.assert_allclose(level.mean, levels[1][-1], atol=1e-12)


def test_many_questions_in_one_pass_are_what_each_is_alone(truth: Truth) -> None:
    belief = _believed(truth.study, truth.draws, truth.evidence)
    asked: list[Asked] = [
        InForce("s0", truth.day(2)),
        EverInForce("s0", truth.calendar.first_day(0), truth.day(3)),
        IndicatorSeen("seen", truth.calendar.first_day(1), truth.day(2)),
        InForce("s0", truth.day(0)),
    ]
    together = chances_of(belief, asked)
    for one, chance in zip(asked, together, strict=True):
        assert chances_of(belief, [one])[0].yes == pytest.approx(chance.yes, abs=1e-12)


def test_draws_weigh_by_all_their_evidence(truth: Truth) -> None:
    """Also where belief is taken up before as-of: against each draw alone."""
    draws = build_draws(truth.study, 3, 11)
    asked = EverInForce("s0", truth.calendar.first_day(0), truth.day(LAST))
    alone, weights = [], []
    for m in range(3):
        one = draws.take(np.array([m]))
        belief = _believed(truth.study, one, truth.evidence)
        alone.append(chances_of(belief, [asked])[0].yes)
        weights.append(
            enumerate_everything(
                truth.study, one, _extended(truth.evidence, LAST), LAST, LAST
            ).log_evidence
        )
    weight = np.exp(weights) / np.exp(weights).sum()
    found = truth.chance(asked, draws=draws)
    assert found == pytest.approx(float(weight @ alone), abs=1e-12)


def test_the_particle_engine_agrees(truth: Truth) -> None:
    draws = build_draws(truth.study, 3000, 5, same=True)
    questions: tuple[Asked, ...] = (
        EverInForce("s0", truth.calendar.first_day(0), truth.day(LAST)),
        AtOrPast("d1", 1, truth.calendar.first_day(0), truth.day(LAST), ever=True),
        IndicatorSeen("seen", truth.calendar.first_day(0), truth.day(LAST)),
        InForce("other", truth.day(LAST)),
    )
    for asked in questions:
        exact = truth.chance(asked, draws=draws)
        assert truth.chance(asked, ParticleEngine, draws) == pytest.approx(exact, abs=0.015)


def test_a_forecast_says_the_same() -> None:
    """Ahead of as-of, on the shipped study: its probability and its first passage."""
    study = tarjih.load("syria_russia")
    day = dt.date(2026, 6, 30)
    belief = believe(study, as_of="2026-01-31")
    shown = forecast(study, as_of="2026-01-31", horizon=day)
    asked: list[Asked] = [
        *(InForce(name, day) for name in study.scenario_ids),
        *(EverInForce(name, dt.date(2026, 1, 31), day) for name in study.scenario_ids),
        WhichLevel("us_withdrawal", day),
    ]
    *chances, level = chances_of(belief, asked)
    expected = [*shown.at_horizon, *shown.ever_by_horizon]
    np.testing.assert_allclose([one.yes for one in chances], expected, atol=1e-9)
    driver = study.driver_ids.index("us_withdrawal")
    np.testing.assert_allclose(level.mean, shown.levels[driver][-1], atol=1e-9)
    for one in chances:
        assert one.low[-1] <= one.yes <= one.high[-1]


def test_simulated_histories_say_the_same() -> None:
    from tarjih.models import simulate

    study = tarjih.load("syria_russia")
    day = dt.date(2026, 3, 31)
    belief = believe(study, as_of="2025-12-31")
    driver = study.driver_ids.index("coastal_remnants")
    asked: list[Asked] = [
        EverInForce("rupture", dt.date(2026, 1, 1), day),
        AtOrPast("coastal_remnants", 2, dt.date(2026, 1, 1), day, ever=True),
    ]
    found = [one.yes for one in chances_of(belief, asked)]
    simulated = simulate(study, as_of="2025-12-31", horizon=day, paths=20_000)
    k, ever, past, count = study.scenario_ids.index("rupture"), 0, 0, 0
    for histories in simulated.histories():
        ever += int((histories.scenario[1:] == k).any(axis=0).sum())
        past += int((histories.levels[1:, driver] >= 2).any(axis=0).sum())
        count += len(histories)
    np.testing.assert_allclose(found, [ever / count, past / count], atol=0.015)


def test_questions_of_the_shipped_study_are_answered_as_of_their_origin() -> None:
    study = tarjih.load("syria_russia")
    belief = believe(study, as_of=study.origin)
    chances = chances_of(belief, [question.about for question in study.questions])
    assert len(chances) == 28
    assert all(0 < one.yes < 1 for one in chances)
    # what became known later changes nothing
    early = replace(study, items=tuple(one for one in study.items if one.known <= study.origin))
    before = chances_of(believe(early, as_of=study.origin), [one.about for one in study.questions])
    assert before == chances


def test_outside_what_can_be_forecast(truth: Truth) -> None:
    belief = _believed(truth.study, truth.draws, truth.evidence)
    for day in (dt.date(2020, 1, 1), dt.date(2190, 1, 1)):
        with pytest.raises(InvalidRequest, match="its last day lies outside"):
            chances_of(belief, [InForce("s0", day)])
