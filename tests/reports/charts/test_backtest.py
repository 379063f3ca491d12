"""The chart of what each part of the method earned: readable, honest in its title, as it was."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

from tarjih.errors import InvalidRequest
from tarjih.reports.charts.backtest import draw_backtest
from tarjih.reports.charts.figures import save_figure
from tarjih.scenarios.asked import InForce, Question
from tarjih.scenarios.records import Source, Study
from tarjih.scoring.backtest import Ablation, Backtest, Replayed
from tarjih.scoring.backtest.scored import forecast_table, groups_of, mean_scores
from tests.reports.conftest import LONG_AR, LONG_EN, ORIGIN, make_study

BASELINE = Path(__file__).parent / "baseline"
DPI, TOLERANCE = 36, 2.0
LOOKS = {"en": ("en", "light"), "ar": ("ar", "light"), "en-dark": ("en", "dark"),
         "ar-print": ("ar", "print")}  # fmt: skip
PARTS = ("full", "no_evidence", "no_grading", "no_clusters", "no_review_time", "no_links",
         "no_judgements")  # fmt: skip


def _question(n: int, names: list[str], *, extreme: bool, retrospective: bool) -> Replayed:
    dice = np.random.default_rng(n)
    outcome = int(dice.random() < 0.4)
    text = {"en": "?"}
    day = ORIGIN + dt.timedelta(days=90)
    about = InForce("other", day)
    asked = Question(f"q{n}", text, about, text, "", day, None, "", retrospective)
    true = 0.9997 if extreme else 0.7
    chances = {}
    for place, name in enumerate(names):
        p = np.clip(true - 0.06 * place / len(names) + dice.normal(0, 0.02, 2), 0.0003, 0.9997)
        yes = p if outcome else 1 - p
        chances[name] = tuple((1 - float(one), float(one)) for one in yes)
    dates = (ORIGIN, ORIGIN + dt.timedelta(days=40))
    one = Replayed(
        asked, ("no", "yes"), "binary", ORIGIN, day, outcome, False, retrospective, dates,
        chances, {},
    )  # fmt: skip
    return replace(one, score=mean_scores("binary", one))


def invented(
    questions: int = 19, sources: int = 6, *, long_names: bool = False, extreme: bool = False,
    retrospective: bool = True,
) -> Backtest:  # fmt: skip
    label = {"en": LONG_EN, "ar": LONG_AR} if long_names else {"en": "Radio", "ar": "الإذاعة"}
    told = tuple(Source(f"teller{n}", label, "C", "", {}, "") for n in range(sources))
    study: Study = replace(make_study(retrospective=retrospective), sources=told)
    ablations: tuple[Ablation, ...] = (
        *(Ablation(part) for part in PARTS),  # type: ignore[arg-type]
        *(Ablation("without", one.id) for one in told),
    )
    names = [one.id for one in ablations]
    asked = tuple(
        _question(n, names, extreme=extreme, retrospective=retrospective) for n in range(questions)
    )
    dates = asked[0].dates if asked else (ORIGIN,)
    leaning = {date.toordinal(): retrospective for date in dates}
    table = forecast_table(asked, names, leaning)
    return Backtest(
        study, dates[-1], dates, ablations, frozenset(names[-1:] if sources > 1 else ()),
        frozenset(), asked, groups_of(table, resamples=50, seed=0), "auto", 0, 50, 1,
    )  # fmt: skip


SIZES: dict[str, dict[str, Any]] = {
    "few": {"questions": 3, "sources": 1},
    "as shipped": {},
    "many, long names": {"questions": 60, "sources": 12, "long_names": True},
    "extreme": {"questions": 40, "extreme": True, "retrospective": False},
}


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_every_word_can_be_read(readable: Callable[[Figure], None], size: str, lang: str) -> None:
    readable(draw_backtest(invented(**SIZES[size]), lang=lang))


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_on_every_ground(readable: Callable[[Figure], None], theme: str) -> None:
    readable(draw_backtest(invented(), theme=theme))


def _texts(figure: Figure) -> str:
    texts = [*figure.texts, *(text for ax in figure.axes for text in ax.texts)]
    return "\n".join(text.get_text() for text in texts)


def test_the_title_says_first_that_there_are_too_few() -> None:
    few = _texts(draw_backtest(invented(19)))
    assert "19 questions came out: too few to tell what any part earned" in few
    assert "RETROSPECTIVE" in few
    many = _texts(draw_backtest(invented(200, retrospective=False)))
    assert re.search(r"Earned most: Radio \(\+0\.0\d+, 90% interval \+0\.0", many)
    assert "RETROSPECTIVE" not in many


def test_dots_and_intervals_are_those_of_the_record() -> None:
    found = invented()
    (group,) = found.groups
    (ax,) = draw_backtest(found).axes
    lines = {line.get_gid(): line for line in ax.lines}
    for name, part in group.parts.items():
        if name in found.same:
            assert f"dot-{name}" not in lines
            continue
        assert np.array_equal(lines[f"dot-{name}"].get_xdata(), [part.earned.mean])
        ends = np.asarray(lines[f"interval-{name}"].get_xdata())
        assert ends.tolist() == [part.earned.low, part.earned.high]
        # nothing is claimed of 19 questions
        assert lines[f"dot-{name}"].get_color() != lines[f"interval-{name}"].get_color()


def test_without_intervals_there_are_dots_alone() -> None:
    (ax,) = draw_backtest(invented(3, 1)).axes
    assert not [line for line in ax.lines if str(line.get_gid()).startswith("interval-")]


def test_it_draws_into_axes_that_are_given() -> None:
    figure = Figure(figsize=(14, 10))
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.4, 0.1, 0.35, 0.75))
    assert draw_backtest(invented(), ax=ax) is figure
    assert figure.axes == [ax]


def test_nothing_scored_is_an_error() -> None:
    with pytest.raises(InvalidRequest, match="nothing was scored"):
        draw_backtest(replace(invented(), groups=()))


@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_as_it_did(request: pytest.FixtureRequest, tmp_path: Path, look: str) -> None:
    """Made anew as ``test_golden.py`` says."""
    lang, theme = LOOKS[look]
    name = f"backtest-{look}.png"
    figure = draw_backtest(invented(), lang=lang, theme=theme)
    made = request.config.getoption("--mpl-generate-path", default=None)
    if made:
        save_figure(figure, Path(str(made)) / name, dpi=DPI)
        pytest.skip(f"{name} is made anew")
    kept = BASELINE / name
    assert kept.exists(), f"{name} has no picture yet"
    found = save_figure(figure, tmp_path / name, dpi=DPI)
    difference = compare_images(str(kept), str(found), tol=TOLERANCE)
    assert difference is None, difference
