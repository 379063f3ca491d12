"""Studies and forecasts of invented numbers for every chart, and whether each can be read.

A figure can be read when no word is cut, overlapped, too small or too pale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from tarjih.evidence.weighing.likelihood import Entry
from tarjih.models.asked.influence import Influence
from tarjih.models.asked.prior_view import PriorView
from tarjih.models.record import Forecast
from tarjih.priors.draws import Draws
from tarjih.priors.examined import Compared, Spread
from tarjih.reports.palette import contrast
from tarjih.scenarios.records import (
    About,
    Conjunction,
    Driver,
    Judgement,
    Level,
    LevelSeen,
    Link,
    Source,
    Study,
)

Floats = NDArray[np.float64]
LEAST_SIZE = 7.0  # points
LEAST_CONTRAST = 4.5
MARGIN = 0.3  # inches that stay free at both sides: half an inch, less what hinting adds
# Letters below the line may reach the room of tall ones of the next, not meet them.
TOUCH = 0.5  # pixels


def texts(figure: Figure) -> list[Text]:
    """Return every text that is seen."""
    found: list[Any] = figure.findobj(Text)
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def box(figure: Figure, text: Text) -> Bbox:
    """Return where the letters of a text stand, in pixels."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    if isinstance(text, Annotation):
        return Text.get_window_extent(text, canvas.get_renderer())
    return text.get_window_extent(canvas.get_renderer())


def named(figure: Figure, prefix: str) -> list[Any]:
    """Return the artists whose gid begins so."""
    return [artist for artist in figure.findobj() if str(artist.get_gid() or "").startswith(prefix)]


def bare(text: Text) -> str:
    """Return what a text says, without direction marks."""
    return text.get_text().replace("\u200e", "").replace("\u200f", "")


def assert_readable(figure: Figure, margin: float = MARGIN) -> None:
    """Fail with the first text that is cut, overlaps another, or is too small or too pale."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    figure.draw_without_rendering()  # ticks have words only then
    placed = [(text, box(figure, text)) for text in texts(figure)]
    assert placed, "a chart without words"
    width, height = canvas.get_width_height()
    margin *= figure.dpi
    for text, around in placed:
        inside = around.x0 >= margin and around.x1 <= width - margin
        inside = inside and around.y0 >= 0 and around.y1 <= height
        assert inside, f"cut: {text.get_text()!r}"
        assert float(text.get_fontsize()) >= LEAST_SIZE, f"too small: {text.get_text()!r}"
    low, high = (np.array([getattr(around, end) for _, around in placed]) for end in ("min", "max"))
    shared = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    for one, two in np.argwhere(np.triu(shared.min(axis=-1) >= TOUCH, k=1)):
        pair = placed[one][0].get_text(), placed[two][0].get_text()
        raise AssertionError(f"overlap: {pair[0]!r} and {pair[1]!r}")
    grounds = _without_texts(figure)
    for text, around in placed:
        worst = _contrast(text, grounds, around, height)
        assert worst >= LEAST_CONTRAST, f"too pale ({worst:.1f}): {text.get_text()!r}"


def _without_texts(figure: Figure) -> np.ndarray[Any, Any]:
    """Return the picture as it is without its words."""
    hidden = texts(figure)
    for text in hidden:
        text.set_alpha(0.0)
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba()).copy()
    for text in hidden:
        text.set_alpha(None)
    return picture


def _contrast(text: Text, grounds: np.ndarray[Any, Any], around: Bbox, height: float) -> float:
    """Return the contrast of a text with what it mostly stands on."""
    rows = slice(int(height - around.y1), max(int(height - around.y0), int(height - around.y1) + 1))
    columns = slice(int(around.x0), max(int(around.x1), int(around.x0) + 1))
    under = grounds[rows, columns, :3].reshape(-1, 3)
    ground = "#" + "".join(f"{int(c):02x}" for c in np.median(under, axis=0))
    return contrast(to_hex(to_rgba(text.get_color())), ground)


# ── invented studies ──

LONG = {
    "en": "A name of exactly sixty letters that nobody would ever choose",
    "ar": "اسم من ستين حرفًا لا يختاره أحد إلا ليرى أين ينتهي السطر هنا",
}
DRIVERS = [
    ("us_withdrawal", "US withdrawal", "الانسحاب الأميركي", 3),
    ("ukraine_war", "War in Ukraine", "حرب أوكرانيا", 3),
    ("deal", "A Russian-Western deal", "صفقة روسية غربية", 4),
    ("tension", "Turkish-Israeli tension", "التوتر التركي الإسرائيلي", 2),
    ("control", "Control on the ground", "السيطرة على الأرض", 3),
]
LEVELS = [("low", "منخفض"), ("middling", "متوسط"), ("high", "مرتفع"), ("extreme", "أقصى")]
SOURCES = [("a", "Reuters", "رويترز"), ("b", "SANA", "سانا"), ("c", "Al Jazeera", "الجزيرة")]


def with_drivers(study: Study, long_names: bool = False) -> Study:
    """Give an invented study five drivers, links, a conjunction and named sources."""
    drivers = tuple(
        replace(
            study.drivers[0],
            id=id,
            label=LONG if long_names else {"en": en, "ar": ar},
            levels=tuple(
                Level(f"l{n}", LONG if long_names else {"en": LEVELS[n][0], "ar": LEVELS[n][1]},
                      n / (count - 1))
                for n in range(count)
            ),
            at_origin=tuple(1 / count for _ in range(count)),
        )
        for id, en, ar, count in DRIVERS
    )  # fmt: skip
    flat = (1.0,) * 4
    both = LONG if long_names else {"en": "An exit with a deal", "ar": "انسحاب مع صفقة"}
    return replace(
        study,
        drivers=drivers,
        links=(
            Link("deal", "us_withdrawal", flat, flat, ""),
            Link("deal", "tension", flat, flat, ""),
            Link("control", "ukraine_war", flat[:3], flat[:3], ""),
        ),
        conjunctions=(Conjunction("exit_deal", both, {"us_withdrawal": 2, "deal": 3}, ""),),
        sources=tuple(
            Source(id, LONG if long_names else {"en": en, "ar": ar}, "B", "", {}, "")
            for id, en, ar in SOURCES
        ),
    )


def walk(rng: np.random.Generator, steps: int, driver: Driver) -> Floats:
    """Return (steps, L) probabilities that drift."""
    drift = rng.normal(0, 0.4, (steps, len(driver.levels))).cumsum(axis=0)
    raised = np.exp(drift)
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def with_levels(forecast: Forecast, long_names: bool = False) -> Forecast:
    """Give an invented forecast drivers that move, clusters and items that do not count."""
    study = with_drivers(forecast.study, long_names)
    rng = np.random.default_rng(3)
    past, ahead = len(forecast.replayed_dates), len(forecast.probability)
    moved = [walk(rng, past + ahead - 1, driver) for driver in study.drivers]
    entries: list[Entry] = []
    for n, entry in enumerate(forecast.evidence.entries):
        item = replace(
            entry.item,
            id=f"i{n:03d}",
            cluster=("visits", "exit", None, None)[n % 4],
            label=LONG if long_names else entry.item.label,
        )
        if n % 3 == 0:
            seen = study.drivers[n % 4]
            item = replace(item, bears_on=LevelSeen(seen.id, n % len(seen.levels)))
        reason = ("opinion", "before the origin", "not known by 2026-01-31")[n % 3]
        counted = n % 5 != 4
        entries.append(
            Entry(item, 1 if counted else None, float(counted), counted,
                  "" if counted else reason, 0.8)
        )  # fmt: skip
    return replace(
        forecast,
        study=study,
        levels=tuple(level[past - 1 :] for level in moved),
        replayed_levels=tuple(level[:past] for level in moved),
        evidence=replace(forecast.evidence, entries=tuple(entries)),
    )


def alone_of(forecast: Forecast) -> tuple[Influence, ...]:
    """Invent what each counted item would do by itself."""
    rng = np.random.default_rng(5)
    found = []
    for entry in forecast.evidence.entries:
        if entry.counted:
            shift = rng.normal(0, 0.06, len(forecast.study.scenarios))
            shift -= shift.mean()
            found.append(Influence(entry.item.id, (entry.item,), entry.item.end, shift, 4 * shift))
    return tuple(found)


def draws_of(study: Study, *, extreme: bool = False) -> Draws:
    """Invent draws of the parameters: some effects raise, some lower, some are unclear."""
    rng = np.random.default_rng(11)
    m, k, j, c = 200, len(study.scenarios), len(study.drivers), len(study.conjunctions)
    sign: Floats = rng.choice(np.array([-1.0, 0.0, 0.0, 1.0]), (1, j, k))
    sign[..., -1] = 0.0
    beta: Floats = sign * np.abs(rng.normal(1.0, 0.5, (m, j, k)))
    beta[:, 0, 0] = rng.normal(0, 1, m)
    gamma = np.zeros((m, c, k))
    gamma[:, :, 0] = np.abs(rng.normal(9.0 if extreme else 2.0, 0.3, (m, c)))
    return Draws(
        alpha=rng.normal(size=(m, k)), beta=beta, gamma=gamma, initial=rng.normal(size=(m, k)),
        review_time=np.full((m, k), 6.0), up=np.full((m, j), 0.1), down=np.full((m, j), 0.1),
        chain=np.zeros(m, dtype=np.int64), digest="invented",
    )  # fmt: skip


def prior_of(study: Study, count: int) -> PriorView:
    """Invent judgements and what draws imply of them, every fifth far from the other."""
    rows = []
    ids = study.scenario_ids
    for n in range(count):
        about: About = ("now", "ever", "at", "if_held")[n % 4]
        judgement = Judgement(
            id=f"j{n:02d}", source=SOURCES[n % 3][0], known=study.origin, about=about,
            scenario=ids[n % len(ids)], driver=None, level=None, says=0.3, over=(),
            within=None if about in ("now", "if_held") else 12.0,
            levels={"us_withdrawal": 2, "deal": 1} if about == "if_held" else {}, wording={},
            scale=None, cites="", note={}, retrospective=False,
        )  # fmt: skip
        middle = (0.0003, 0.9997, 0.4, 0.15, 0.6)[n % 5]
        said = (max(middle - 0.1, 0.0001), middle, min(middle + 0.1, 0.9999))
        far = n % 5 == 4
        mean = 0.05 if far else middle
        spread = Spread(mean, 0.03, max(mean - 0.05, 0.0001), mean, min(mean + 0.05, 0.9999))
        rows.append(Compared(judgement, said, spread, None, "apart" if far else "agrees"))
    return PriorView(study, draws_of(study), (), tuple(rows), (), (), None)


class Invented:
    """Everything charts are drawn from, invented."""

    def __init__(self, maker: Callable[..., tuple[Forecast, tuple[Influence, ...]]]) -> None:
        self._maker = maker

    def forecast(self, **options: Any) -> tuple[Forecast, tuple[Influence, ...]]:
        """Return a forecast with drivers, clusters and sources, and its influences."""
        long_names = bool(options.get("long_names"))
        forecast, found = self._maker(**options)
        return with_levels(forecast, long_names), found

    alone = staticmethod(alone_of)
    draws = staticmethod(draws_of)
    prior = staticmethod(prior_of)


@pytest.fixture
def invented(forecast_maker: Callable[..., Any]) -> Invented:
    return Invented(forecast_maker)


@pytest.fixture
def readable() -> Callable[..., None]:
    """Fails with the first word of a figure that cannot be read."""
    return assert_readable
