"""Records of invented numbers behind charts, as many and as extreme as a test asks for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tarjih.models.asked.comparison import Comparison, Opinion
from tarjih.models.asked.explanation import Bar, Explanation
from tarjih.models.asked.hand_set import HandSet
from tarjih.models.asked.influence import Influence
from tarjih.models.asked.levers import Held, Lever, Tornado
from tarjih.models.asked.pulling import Answer, Pulls
from tarjih.models.asked.watching import Outcome, Watched, WatchList
from tarjih.models.record import Forecast, Intervention
from tarjih.models.tipping.sets import Band, Tipping, TippingSet
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Analyst, Conjunction, Driver, Indicator, Level, Study
from tarjih.scoring.calibration.reliability import Reliability, reliability_of

Floats = NDArray[np.float64]
Maker = Callable[..., tuple[Forecast, tuple[Influence, ...]]]
LONG_EN = "A partnership of equals under a guarantee nobody can enforce"
LONG_AR = "شراكة بين ندّين بضمانة لا يستطيع أحد إنفاذها على أرض الواقع"
DRIVERS = [
    ("Control on the ground", "السيطرة على الأرض", ["weak", "mixed", "dominant"]),
    ("War in Ukraine", "حرب أوكرانيا", ["ended", "reduced", "deep"]),
    ("US withdrawal", "الانسحاب الأميركي", ["stays", "partial", "full"]),
    ("Understandings between the neighbours", "تفاهمات الجوار", ["broken", "implicit", "firm"]),
    ("Sanctions", "العقوبات", ["low", "high"]),
]
ARABIC_LEVELS = ["أدنى", "وسط", "أعلى"]


@dataclass(frozen=True)
class Size:
    """How much there is to draw.

    ``things`` are pieces of news, drivers, indicators or analysts, whatever the chart is of.
    """

    scenarios: int = 5
    things: int = 8
    long_names: bool = False
    extreme: bool = False
    maker: Maker | None = None


def _forecast(size: Size, **more: Any) -> tuple[Forecast, tuple[Influence, ...]]:
    assert size.maker is not None
    found, influences = size.maker(
        size.scenarios, items=more.pop("items", 8), long_names=size.long_names,
        extreme=size.extreme, **more,
    )  # fmt: skip
    study = replace(found.study, drivers=_drivers(size))
    return replace(found, study=study), influences


def _drivers(size: Size) -> tuple[Driver, ...]:
    made = []
    for n in range(max(size.things, 3)):
        en, ar, levels = DRIVERS[n % len(DRIVERS)]
        if size.long_names:
            en, ar = LONG_EN, LONG_AR
        names = [(LONG_EN, LONG_AR)] * len(levels) if size.long_names else [
            (level, ARABIC_LEVELS[i]) for i, level in enumerate(levels)
        ]  # fmt: skip
        made.append(
            Driver(
                id=f"d{n:02d}",
                label={"en": en, "ar": ar},
                levels=tuple(
                    Level(f"l{i}", {"en": a, "ar": b}, i / (len(levels) - 1))
                    for i, (a, b) in enumerate(names)
                ),
                reference=n % len(levels),
                at_origin=tuple(1 / len(levels) for _ in levels),
                months_before_rise=12.0,
                months_before_fall=12.0,
                description={},
                cites="",
            )
        )
    return tuple(made)


def _shares(dice: np.random.Generator, size: Size, count: int) -> Floats:
    """Return probabilities (count, K) that go from one leader to another, 0.0003 to 0.9997."""
    k = size.scenarios
    start, end = np.zeros(k), np.zeros(k)
    start[-1] = end[0] = 8.0 + np.log(k) if size.extreme else 1.5
    way = np.linspace(0, 1, count)[:, None]
    noise = 0.35 * dice.normal(size=(count, k)) * np.minimum(1.0, 12.0 / count)
    if size.extreme:
        noise[[0, -1]] = 0.0
    scaled = np.exp(start * (1 - way) + end * way + noise)
    shares: Floats = scaled / scaled.sum(axis=1, keepdims=True)
    return shares


def explanation(size: Size) -> Explanation:
    """Return news, one piece after the other, with drift between some."""
    dice = np.random.default_rng(11)
    forecast, influences = _forecast(size, items=max(size.things, 1), months=8)
    ordered = sorted(influences, key=lambda one: one.date)
    path = _shares(dice, size, 2 * len(ordered) + 1)
    bars: list[Bar] = []
    at = forecast.study.origin
    for n, one in enumerate(ordered):
        if one.date > at:
            bars.append(Bar("drift", at, one.date, None, (), path[2 * n], path[2 * n + 1], 1.0))
            at = one.date
        before = bars[-1].after if bars else path[0]
        bars.append(Bar("news", at, at, None, one.items, before, path[2 * n + 2], 1.0))
    return Explanation(
        forecast=forecast,
        since=forecast.study.origin,
        start=path[0],
        end=path[-1],
        bars=tuple(bars),
        items=(),
        clusters=influences,
        sources=(),
        before=0,
        uncounted={},
        waterfall_draws=400,
        influence_draws=250,
        hand_set=HandSet(forecast.study.origin, (), *(path[-1] - path[0] for _ in range(4))),
    )


def tornado(size: Size) -> Tornado:
    """Return drivers that move the leader by less and less, some only downwards."""
    dice = np.random.default_rng(12)
    forecast, _ = _forecast(size)
    now = float(forecast.at_horizon[forecast.study.scenario_ids.index(forecast.leader)])
    levers = []
    for n, driver in enumerate(forecast.study.drivers):
        reach = 0.9 * now / (n + 1)
        down, up = -reach, min(0.5 * reach, 1 - now) if n % 3 else -0.3 * reach
        held = []
        for level, change in ((0, down), (len(driver.levels) - 1, up)):
            spread = abs(change) * float(dice.uniform(0.3, 0.9))
            low, high = max(change - spread, -now), min(change + spread, 1 - now)
            held.append(Held(level, now + change, change, low, high, ()))
        levers.append(Lever(driver.id, n % len(driver.levels), *held))
    return Tornado(forecast, forecast.leader, "horizon", now, tuple(levers))


def tipping(size: Size, *, lead: bool = False) -> Tipping:
    """Return sets of one to three changes; none where there are no things."""
    forecast, _ = _forecast(size)
    study = forecast.study
    ids = study.scenario_ids
    scenario = ids[1]
    low = 0.0003 if size.extreme else 0.2
    sets = []
    for n in range(size.things):
        changed = sorted({(n + step * (n % 4 + 1)) % len(study.drivers) for step in range(3)})
        levels = [(n + j) % len(study.drivers[j].levels) for j in changed]
        others = np.full(len(ids), (1 - 0.9997 if size.extreme else 0.4) / max(len(ids) - 1, 1))
        k = (n % 2) if lead else 1
        others[k] = 1 - others.sum() + others[k]
        sets.append(
            TippingSet(
                tuple(Intervention(study.drivers[j].id, level)
                      for j, level in zip(changed, levels, strict=True)),
                ids[k],
                Band(float(others[k]), low, float(min(others[k] + 0.2, 0.9999))),
                dict(zip(ids, others.tolist(), strict=True)),
                Band(0.3 / (n + 1), 0.0003, 0.5 / (n + 1)),
            )
        )  # fmt: skip
    return Tipping(
        forecast, None if lead else scenario, None if lead else 0.5,
        {driver.id: 0 for driver in study.drivers}, tuple(sets), 400, 64, 40, 3 if sets else 0,
    )  # fmt: skip


def pulls(size: Size) -> Pulls:
    """Return how scenarios answer to drivers; the last driver acts only with another."""
    dice = np.random.default_rng(13)
    study = _forecast(size)[0].study
    names = {study.drivers[-1].id: 1, study.drivers[0].id: 1}
    study = replace(study, conjunctions=(Conjunction("both", {}, names, ""),))
    answers = []
    for n, driver in enumerate(study.drivers):
        levels = len(driver.levels)
        mean = _shares(dice, size, levels)
        if n == len(study.drivers) - 1:
            mean = np.tile(mean[:1], (levels, 1))
        change = mean[-1] - mean[0]
        answers.append(
            Answer(driver.id, driver.reference, mean, 0.6 * mean, np.minimum(1.3 * mean, 1.0),
                   change, change - 0.1, change + 0.1)
        )  # fmt: skip
    return Pulls(study, answers[0].mean[0], tuple(answers), "digest", 400)


def watch(size: Size) -> WatchList:
    """Return indicators, each telling less than the one before."""
    forecast, _ = _forecast(size)
    labels = [("Ministers meet", "لقاء الوزراء"), ("Arms deliveries", "تسليم أسلحة")]
    indicators, watched = [], []
    now = forecast.at_horizon
    for n in range(size.things):
        en, ar = (LONG_EN, LONG_AR) if size.long_names else labels[n % 2]
        indicators.append(Indicator(f"i{n:02d}", {"en": en, "ar": ar}, {}, False, 0.9, {}, ""))
        k = n % size.scenarios
        chance = 0.0003 if size.extreme else 0.3 / (n + 1)
        seen = np.full(size.scenarios, 0.0003 / max(size.scenarios - 1, 1))
        seen[k] = 0.9997
        seen = seen if size.extreme else 0.5 * seen + 0.5 * now
        missed = np.maximum((now - chance * seen) / (1 - chance), 0.0)
        outcomes = (Outcome("found", chance, seen), Outcome("missed", 1 - chance, missed))
        watched.append(Watched("indicator", f"i{n:02d}", 0.4 / (n + 1), outcomes))
    study = replace(forecast.study, indicators=tuple(indicators))
    return WatchList(
        replace(forecast, study=study), forecast.dates[forecast.as_of_step + 3], 3, now, 1.2,
        tuple(watched), (), 400,
    )  # fmt: skip


def compare(size: Size) -> Comparison:
    """Return two to five analysts who differ, and their pool."""
    dice = np.random.default_rng(14)
    forecast, _ = _forecast(size)
    count = min(max(size.things, 2), 5)
    names = [("Amal Haddad", "أمل حداد"), ("Basil Khoury", "باسل خوري")]
    if size.long_names:
        names = [(LONG_EN, LONG_AR)]
    analysts = tuple(
        Analyst(f"a{n}", dict(zip(("en", "ar"), names[n % len(names)], strict=True)), 1.0, {}, "")
        for n in range(count)
    )
    study: Study = replace(forecast.study, analysts=analysts)
    opinions = []
    for analyst in analysts:
        shift = np.exp(0.6 * dice.normal(size=size.scenarios))
        moved = forecast.probability * shift
        own = replace(forecast, study=study, probability=moved / moved.sum(axis=2, keepdims=True))
        share = 1 / count
        opinions.append(Opinion(analyst, share, share, own, _draws()))
    return Comparison(study, tuple(opinions), replace(forecast, study=study), _draws(), ())


def _draws() -> Draws:
    flat, deep = np.zeros((0, 0)), np.zeros((0, 0, 0))
    return Draws(
        alpha=flat, beta=deep, gamma=deep, initial=flat, review_time=flat, up=flat, down=flat,
        chain=np.zeros(0, dtype=np.int64), digest="invented",
    )  # fmt: skip


def reliability(size: Size) -> Reliability:
    """Return forecasts that are too bold, on as many questions."""
    dice = np.random.default_rng(15)
    forecast = dice.uniform(size=size.things)
    if size.extreme:
        forecast = np.where(forecast > 0.5, 0.9997, 0.0003)
    outcome = dice.uniform(size=size.things) < 0.3 + 0.4 * forecast
    label = LONG_EN if size.long_names else ""
    return reliability_of(forecast, outcome, resamples=40, retrospective=True, label=label)


MAKERS: dict[str, Callable[..., Any]] = {
    "waterfall": explanation,
    "tornado": tornado,
    "tipping": tipping,
    "pull": pulls,
    "watch": watch,
    "compare": compare,
    "reliability": reliability,
}


@pytest.fixture
def made(forecast_maker: Maker) -> Callable[..., Any]:
    """Makes the record behind a chart of a kind, of a size."""

    def make(kind: str, *, lead: bool = False, **size: Any) -> Any:
        record = MAKERS[kind]
        how = {"lead": True} if lead else {}
        return record(Size(**size, maker=forecast_maker), **how)

    return make


@pytest.fixture
def drawn(made: Callable[..., Any]) -> Callable[..., Figure]:
    """Draws a chart of a kind, from a record that is given or made."""

    def draw(
        kind: str, record: Any = None, *, size: Any = MappingProxyType({}), **look: Any
    ) -> Figure:
        module = importlib.import_module(f"tarjih.reports.charts.{kind}")
        figure: Figure = getattr(module, f"draw_{kind}")(
            made(kind, **size) if record is None else record, **look
        )
        return figure

    return draw
