"""A forecast made of invented numbers, so that reports are tested without a model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tarjih.calendar import Calendar
from tarjih.evidence.weighing.likelihood import Entry, Evidence
from tarjih.models.asked.influence import Influence
from tarjih.models.record import Diagnostics, Forecast, Intervention
from tarjih.scenarios.records import Driver, Item, Level, LevelSeen, Scenario, Seen, Study

Floats = NDArray[np.float64]
DRAWS = 400
ORIGIN = dt.date(2025, 8, 6)
NAMES = [
    ("overt_support", "Overt, wide support of the counter-revolution", "دعم علني واسع"),
    ("limited_leverage", "Limited leverage", "نفوذ محدود غير مباشر"),
    ("sovereign_partnership", "Sovereign partnership", "شراكة سيادية"),
    ("rupture", "Rupture", "قطيعة"),
    ("guarantor", "Guarantor of local deals", "ضامن لتسويات محلية"),
    ("frozen", "A frozen relation", "علاقة مجمدة"),
    ("proxy_war", "War by proxies", "حرب بالوكالة"),
]
LONG_EN = "A partnership of equals under a guarantee nobody can enforce"
LONG_AR = "شراكة بين ندّين بضمانة لا يستطيع أحد إنفاذها على أرض الواقع"
LABELS = [
    ("Presidents meet in Moscow", "لقاء الرئيسين في موسكو"),
    (
        "Russian forces leave Qamishli airport for Hmeimim, with their equipment",
        "القوات الروسية تغادر مطار القامشلي إلى حميميم مع معداتها",
    ),
    (
        "Officials name a price of $5bn to $7bn for the arms debt",
        "مسؤولون يذكرون ثمنًا بين 5 و7 مليارات دولار لديون السلاح",
    ),
    ("Joint military commission begins work", "اللجنة العسكرية المشتركة تبدأ عملها"),
    ("Second visit of the ministers", "الزيارة الثانية للوزيرين"),
]


def make_study(
    scenarios: int = 5, *, long_names: bool = False, retrospective: bool = True, horizon: int = 12
) -> Study:
    rows = [*NAMES[: scenarios - 1], ("other", "Something else", "غير ذلك")]
    if long_names:
        rows = [(id, LONG_EN, LONG_AR) for id, _, _ in rows]
    driver = Driver(
        id="us_withdrawal",
        label={"en": "US withdrawal", "ar": "الانسحاب الأميركي"},
        levels=(
            Level("stays", {"en": "stays", "ar": "باقية"}, 0.0),
            Level("full", {"en": "full", "ar": "كامل"}, 1.0),
        ),
        reference=0,
        at_origin=(0.85, 0.15),
        months_before_rise=24.0,
        months_before_fall=float("inf"),
        description={},
        cites="",
    )
    other: dict[str, Any] = {
        field: getattr(driver, field)
        for field in ("levels", "reference", "at_origin", "months_before_rise")
    }
    ukraine = Driver(
        id="ukraine_war",
        label={"en": "War in Ukraine", "ar": "حرب أوكرانيا"},
        months_before_fall=12.0,
        description={},
        cites="",
        **other,
    )
    return Study(
        id="demo",
        title={"en": "Russia and the new Syria", "ar": "روسيا وسورية الجديدة"},
        description={},
        origin=ORIGIN,
        step="month",
        horizon=horizon,
        retrospective=retrospective,
        retrospective_note={
            "en": "coded in 2026 by someone who knew what came later.",
            "ar": "رُمّزت عام 2026 بمعرفة ما جرى لاحقًا.",
        },
        scale="survey",
        scenarios=tuple(
            Scenario(
                id=id, label={"en": en, "ar": ar}, short={"en": en, "ar": ar}, definition={},
                resolution={}, settled_by=(), analogues=(), review_time=6.0, effects={},
                conjunction_effects={}, cites="",
            )
            for id, en, ar in rows
        ),
        drivers=(driver, ukraine),
        conjunctions=(),
        links=(),
        judgements=(),
        indicators=(),
        sources=(),
        items=(),
        questions=(),
        base_rates=None,
        assumptions={},
    )  # fmt: skip


def make_item(index: int, day: dt.date, *, level: bool = False) -> Item:
    en, ar = LABELS[index % len(LABELS)]
    return Item(
        id=f"e{index:02d}",
        start=day - dt.timedelta(days=index % 3 * 4),
        end=day,
        known=day,
        bears_on=LevelSeen("us_withdrawal", 0) if level else Seen("visit"),
        kind="act",
        sources=("a", "b") if index % 2 else ("c",),
        relays={},
        credibility=2,
        cluster=None,
        note={},
        url="",
        label={"en": en, "ar": ar},
        cites="",
        retrospective=True,
    )


def make_forecast(
    scenarios: int = 5,
    *,
    items: int = 8,
    months: int = 5,
    extreme: bool = False,
    reliable: bool = True,
    interventions: tuple[Intervention, ...] = (),
    **study_options: Any,
) -> tuple[Forecast, tuple[Influence, ...]]:
    """Return a forecast as of ``months`` after the origin, and ``items`` influences."""
    study = make_study(scenarios, **study_options)
    calendar = Calendar(ORIGIN, "month")
    last = months + int(study.horizon)
    as_of = calendar.last_day(months) if months else ORIGIN
    dates = tuple(ORIGIN if step == 0 else calendar.last_day(step) for step in range(last + 1))
    dates = tuple(as_of if step == months else date for step, date in enumerate(dates))
    path = _path(len(study.scenarios), last + 1, months, extreme)
    rng = np.random.default_rng(7)
    noise = rng.normal(size=(DRAWS, len(study.scenarios)))
    spread = 0.25 + 0.5 * (np.arange(last + 1) > months) * np.sqrt(
        np.clip(np.arange(last + 1) - months, 0, None) / 12
    )
    if extreme:
        spread = spread * 0.1
    values = _softmax(np.log(path)[:, None] + spread[:, None, None] * noise)
    ever = np.maximum.accumulate(values[months:], axis=0)
    equal = np.full(DRAWS, -np.log(DRAWS))
    days = [
        ORIGIN + dt.timedelta(days=int(20 + (i * 37) % max(21, (as_of - ORIGIN).days - 20)))
        for i in range(items)
    ]
    made = [make_item(i, day, level=i == 0) for i, day in enumerate(days)]
    entries = tuple(Entry(item, 1, 1.0, True, "", 0.8) for item in made)
    forecast = Forecast(
        study=study,
        as_of=as_of,
        as_of_step=months,
        horizon_step=last,
        engine="particle",
        seed=0,
        dates=dates,
        replayed_steps=tuple(range(months + 1)),
        replayed_dates=dates[: months + 1],
        replayed=values[: months + 1],
        replayed_log_weight=np.tile(equal, (months + 1, 1)),
        probability=values[months:],
        ever=ever,
        levels=(),
        log_weight=equal,
        evidence=Evidence(np.zeros((1, len(study.scenarios))), (), entries),
        interventions=interventions,
        diagnostics=Diagnostics(
            DRAWS, 16, 300.0, 900.0, 0.2, reliable, "" if reliable else "khat is 0.90; remedy: more"
        ),
    )
    influences = tuple(
        Influence(item.id, (item,) if i % 4 else (item, item), item.end,
                  _shift(i, len(study.scenarios)), 4 * _shift(i, len(study.scenarios)))
        for i, item in enumerate(made)
    )  # fmt: skip
    return forecast, influences


def _shift(index: int, count: int) -> Floats:
    shift = np.full(count, -0.2 / (index + 1) / max(count - 1, 1))
    shift[(2 * index + 2) % count] = 0.2 / (index + 1)
    return shift


def _path(count: int, steps: int, now: int, extreme: bool) -> Floats:
    time = np.arange(steps)
    if extreme:
        small = np.full((steps, count), 0.0003 / max(count - 1, 1))
        small[:, 0] = 0.9997
        return small
    start = _shares([0.05, 0.70, 0.17, 0.05, 0.04, 0.03, 0.02], count)
    end = _shares([0.015, 0.10, 0.84, 0.02, 0.04, 0.03, 0.02], count)
    rest = _shares([0.12, 0.28, 0.45, 0.08, 0.05, 0.04, 0.03], count)
    rise = 1 / (1 + np.exp(-(time - 0.6 * now) * 1.3))
    fade = np.clip((time - now) / max(steps - now, 1), 0, 1) ** 0.7
    known = start + rise[:, None] * (end - start)
    path: Floats = known + fade[:, None] * (rest - known)
    return path


def _shares(values: Sequence[float], count: int) -> Floats:
    shares = np.array([*values[: count - 1], 0.03])
    divided: Floats = shares / shares.sum()
    return divided


def _softmax(utility: Floats) -> Floats:
    raised = np.exp(utility - utility.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


@pytest.fixture
def forecast_maker() -> Callable[..., tuple[Forecast, tuple[Influence, ...]]]:
    """Makes forecasts of invented numbers, with what each item did to them."""
    return make_forecast


@pytest.fixture
def forecast() -> Forecast:
    return make_forecast()[0]
