"""``tarjih score FILE.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.options import Json, Lang, Quiet, Seed

if TYPE_CHECKING:
    from pathlib import Path

    from tarjih.scoring.scorecards import Scorecard, ScoreReport

__all__ = ["score_file"]

_MOST = 100_000

Forecasts = Annotated[
    str,
    typer.Argument(
        metavar="FILE.csv",
        help="Forecasts, one a row: id, date, probability, outcome, and more (docs/scoring.md).",
        show_default=False,
    ),
]
Resamples = Annotated[
    str,
    typer.Option(
        "--resamples", metavar="N", help="How often questions are drawn again for the intervals."
    ),
]
Author = Annotated[
    str | None,
    typer.Option(
        "--author",
        metavar="NAME",
        help="With --out: whose reliability is drawn. Needed where there are several.",
        show_default=False,
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Draw a reliability diagram; its ending chooses png, svg or pdf. Of yes-or-no "
        "questions, or where there are none of the others.",
        show_default=False,
    ),
]


def score_file(
    file: Forecasts,
    resamples: Resamples = "2000",
    author: Author = None,
    out: Out = None,
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score anyone's forecasts, once it is known what came true.

    Brier, logarithmic and other proper scores of yes-or-no questions, of several options and of
    ordered ones; against the base rate and other baselines, with intervals over questions, and
    with a plain word where there are too few of them to tell.
    """
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import parse_chart_path, parse_seed
    from tarjih.reports.texts.scores import scores_document, scores_lines, scores_summary
    from tarjih.reports.words.strings import language
    from tarjih.scoring.files import read_forecasts
    from tarjih.scoring.scorecards import score_forecasts

    language(lang)
    number, draws = parse_seed(seed), _parse_resamples(resamples)
    target = None if out is None else parse_chart_path(out)
    _check_file(file)
    found = score_forecasts(read_forecasts(file), resamples=draws, seed=number)
    if target is not None:
        _draw(_drawn(found, author), target, number, lang)
    if json:
        write_document(scores_document(found))
    else:
        write = scores_summary if quiet else scores_lines
        write_text(write(found, lang))


def _drawn(found: ScoreReport, author: str | None) -> Scorecard:
    """Return the scorecard whose reliability is drawn.

    Raises
    ------
    InvalidRequest
        If there is no such author, or several and none is named, or nothing is scored yet.
    """
    from tarjih.errors import InvalidRequest, Problem, nearest

    cards = [card for card in found.cards if card.scores and not card.retrospective]
    names = sorted({card.author for card in cards})
    told = ", ".join(names)
    if author is not None and author not in names:
        mend = nearest(author, names)
        raise InvalidRequest(Problem("--author", "no scored forecasts", author, told, mend))
    if author is None and len(names) > 1:
        raise InvalidRequest(Problem("--author", "whose reliability is to be drawn?", None, told))
    for card in cards:
        if author is None or card.author == author:
            return card
    raise InvalidRequest(
        Problem(
            "--out", "nothing to draw: no resolved question was forecast other than in retrospect"
        )
    )


def _draw(card: Scorecard, target: Path, seed: int, lang: str) -> None:
    from tarjih.cli.output import note
    from tarjih.reports.charts.figures import save_figure
    from tarjih.reports.charts.reliability import draw_reliability
    from tarjih.reports.words.numbers import isolated
    from tarjih.reports.words.strings import say
    from tarjih.scoring.scorecards import card_reliability

    curve = card_reliability(card, seed=seed)
    if curve is not None:
        save_figure(draw_reliability(curve, lang=lang), target)
        note(say("run.chart", lang, path=isolated(str(target), lang)))


def _check_file(name: str) -> None:
    """Refuse a study, whose own questions cannot be scored yet.

    Raises
    ------
    InvalidRequest
    """
    from pathlib import Path

    from tarjih.errors import InvalidRequest, Problem
    from tarjih.scenarios.catalogue import shipped_studies

    path = Path(name)
    shipped = name.replace("-", "_") in shipped_studies() and not path.exists()
    if shipped or path.is_dir() or path.suffix.lower() in (".yaml", ".yml"):
        raise InvalidRequest(
            Problem(
                name,
                "not a file of forecasts",
                allowed="a CSV file with one forecast a row",
                mend="the questions of a study cannot be scored yet",
            )
        )


def _parse_resamples(text: str) -> int:
    from tarjih.errors import InvalidRequest, Problem

    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 20 <= number <= _MOST:
        raise InvalidRequest(
            Problem("--resamples", "out of range", text, f"a whole number from 20 to {_MOST}")
        )
    return number
