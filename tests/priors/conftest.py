"""A small study with every kind of judgement, and one real fit of it for the session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from tarjih.priors.draws import Draws
from tarjih.scenarios.records import (
    BaseRates,
    Conjunction,
    Driver,
    Judgement,
    Level,
    Link,
    Scenario,
    Source,
    Study,
)

ORIGIN = dt.date(2025, 8, 6)
NEVER = float("inf")


def _text(words: str) -> dict[str, str]:
    return {"en": words}


def build_driver(id: str, levels: int, reference: int, rise: float, fall: float) -> Driver:
    """A driver with evenly spaced levels l0, l1, … ."""
    scores = [v / (levels - 1) for v in range(levels)]
    return Driver(
        id=id,
        label=_text(id),
        levels=tuple(Level(f"l{v}", _text(f"l{v}"), score) for v, score in enumerate(scores)),
        reference=reference,
        at_origin=tuple(float(v == reference) for v in range(levels)),
        months_before_rise=rise,
        months_before_fall=fall,
        description={},
        cites="",
    )


def build_scenario(id: str, review_time: float, **effects: Any) -> Scenario:
    """A scenario; an effect on ``both`` is the conjunction's."""
    return Scenario(
        id=id, label=_text(id), short=_text(id), definition=_text(id), resolution={},
        settled_by=(), analogues=(), review_time=review_time,
        effects={name: word for name, word in effects.items() if name != "both"},
        conjunction_effects={name: word for name, word in effects.items() if name == "both"},
        cites="",
    )  # fmt: skip


def build_judgement(id: str, about: str, says: str | float, **changes: Any) -> Judgement:
    """A judgement of source ``press`` known at the origin."""
    given: dict[str, Any] = {
        "source": "press", "known": ORIGIN, "scenario": None, "driver": None, "level": None,
        "over": (), "within": None, "levels": {}, "wording": {}, "scale": None, "cites": "",
        "note": {}, "retrospective": False,
    }  # fmt: skip
    return Judgement(id=id, about=about, says=says, **{**given, **changes})  # type: ignore[arg-type]


JUDGEMENTS = (
    build_judgement("calm_now", "now", "likely", scenario="calm"),
    build_judgement("war_now", "now", 0.05, scenario="war", source="desk"),
    build_judgement("calm_leads", "now", "most likely", scenario="calm", over=("war", "other")),
    build_judgement("war_held", "if_held", "realistic possibility", scenario="war",
                    levels={"army": 2, "talks": 0}, source="desk"),
    build_judgement("war_possible", "if_held", "possible", scenario="war", levels={"army": 2}),
    build_judgement("war_ever", "ever", "مُستبعَدة", scenario="war", within=12),
    build_judgement("war_soon", "ever", "improbable", scenario="war", within=3, source="desk"),
    build_judgement("calm_later", "at", "better than even", scenario="calm", within=6),
    build_judgement("calm_rank", "at", "most likely", scenario="calm", over=("war",), within=12),
    build_judgement("army_full", "reaches", "unlikely", driver="army", level=2, within=12),
    build_judgement("talks_end", "reaches", 0.3, driver="talks", level=0, within=12,
                    source="desk", levels={"army": 2}),
)  # fmt: skip


def build_study(
    judgements: tuple[Judgement, ...] = JUDGEMENTS,
    base_rates: bool = True,
    assumptions: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Study:
    """Three scenarios, three drivers, a conjunction, a link, two sources."""
    given: dict[str, Any] = {
        "id": "small",
        "title": _text("small"),
        "description": {},
        "origin": ORIGIN,
        "step": "month",
        "horizon": 12.0,
        "retrospective": False,
        "retrospective_note": {},
        "scale": "survey",
        "scenarios": (
            build_scenario("war", 9.0, army="strongly raises", talks="lowers", both="raises"),
            build_scenario("calm", 12.0, army="unclear"),
            build_scenario("other", 6.0),
        ),
        "drivers": (
            build_driver("army", 3, 0, 24.0, 48.0),
            build_driver("talks", 3, 1, 12.0, 18.0),
            build_driver("oil", 2, 0, NEVER, NEVER),
        ),
        "conjunctions": (Conjunction("both", _text("both"), {"army": 2, "oil": 1}, ""),),
        "links": (Link("army", "talks", (1.0, 1.0, 2.0), (1.0, 1.5, 3.0), ""),),
        "judgements": judgements,
        "indicators": (),
        "sources": tuple(Source(id, _text(id), "B", "", {}, "") for id in ("press", "desk")),
        "items": (),
        "questions": (),
        "base_rates": BaseRates(
            "external_support",
            "any_supporter_rebel_recipients_1975_2017",
            {"none": ("calm",), "overt": ("war",)},
            10.0,
        )
        if base_rates
        else None,
        "assumptions": assumptions or {},
    }
    return Study(**{**given, **changes})


@pytest.fixture(scope="session")
def make_study() -> Callable[..., Study]:
    return build_study


@pytest.fixture(scope="session")
def make_judgement() -> Callable[..., Judgement]:
    return build_judgement


@pytest.fixture(scope="session")
def study() -> Study:
    return build_study()


def random_draws(study: Study, count: int, seed: int = 0) -> Draws:
    """Draws of the prior's own rough shape; they need no fit."""
    rng = np.random.default_rng(seed)
    k, j, c = len(study.scenarios), len(study.drivers), len(study.conjunctions)
    return Draws(
        alpha=rng.normal(size=(count, k)),
        beta=rng.normal(size=(count, j, k)),
        gamma=rng.normal(size=(count, c, k)),
        initial=rng.normal(size=(count, k)),
        review_time=rng.uniform(2, 20, size=(count, k)),
        up=rng.uniform(0.01, 0.2, size=(count, j)),
        down=rng.uniform(0.01, 0.2, size=(count, j)),
        chain=np.arange(count) * 2 // count,
        digest="random",
        diagnostics={"rhat": 1.0, "divergences": 0, "sound": True},
        bias=rng.normal(size=(count, 2, k)),
        bias_scale=rng.uniform(0.1, 0.5, size=count),
        noise=rng.uniform(0.2, 0.9, size=(count, 2)),
    )


@pytest.fixture(scope="session")
def make_draws() -> Callable[..., Draws]:
    return random_draws
