"""``tarjih score FILE.csv|STUDY``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tarjih.cli.options import AsOf, Json, Lang, LedgerOption, Quiet, Seed

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from tarjih.scoring.scorecards import Scorecard, ScoreReport, StudyScores

__all__ = ["score_command"]

_MOST = 100_000

Forecasts = Annotated[
    str,
    typer.Argument(
        metavar="FILE.csv|STUDY",
        help="A file with one forecast a row: id, date, probability, outcome, and more "
        "(docs/scoring.md). Or a study, for what was frozen of its own questions.",
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
        help="Of a file, with --out: whose reliability is drawn. Needed where there are several.",
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


def score_command(
    what: Forecasts,
    resamples: Resamples = "2000",
    author: Author = None,
    out: Out = None,
    as_of: AsOf = None,
    ledger: LedgerOption = None,
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score forecasts, once it is known what came true: anyone's, or a study's own.

    Brier, logarithmic and other proper scores of yes-or-no questions, of several options and of
    ordered ones; against the base rate and other baselines, with intervals over questions, and
    with a plain word where there are too few of them to tell. Of a study: what was frozen in the
    ledger; with --as-of only what had come out by then.
    """
    from tarjih.cli.requests import Reading, parse_as_of, parse_chart_path, parse_seed
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    number, draws = read(parse_seed, seed), read(_parse_resamples, resamples)
    target = None if out is None else read(parse_chart_path, out)
    day = read(parse_as_of, as_of)
    read.done()
    of_study = _is_study(what)
    _check_options(of_study, author=author, as_of=as_of, ledger=ledger)
    if of_study:
        scores = _score_study(what, day, ledger, draws, number, lang, quiet=quiet)
        card = None if target is None else _drawn_of_study(scores)
        lines, document = _told_of_study(scores, lang, json=json, quiet=quiet)
    else:
        found = _score_file(what, draws, number)
        card = None if target is None else _drawn(found, author)
        lines, document = _told_of_file(found, lang, json=json, quiet=quiet)
    if card is not None and target is not None:
        _draw(card, target, number, lang)
    if document is not None:
        from tarjih.cli.output import write_document

        write_document(document)
    else:
        from tarjih.cli.output import write_text

        write_text(lines)


def _score_file(name: str, resamples: int, seed: int) -> ScoreReport:
    from tarjih.scoring.files import read_forecasts
    from tarjih.scoring.scorecards import score_forecasts

    return score_forecasts(read_forecasts(name), resamples=resamples, seed=seed)


def _told_of_file(
    found: ScoreReport, lang: str, *, json: bool, quiet: bool
) -> tuple[list[str], dict[str, Any] | None]:
    from tarjih.reports.texts.scores import scores_document, scores_lines, scores_summary

    if json:
        return [], scores_document(found)
    return (scores_summary if quiet else scores_lines)(found, lang), None


def _score_study(
    name: str,
    as_of: dt.date | None,
    ledger: str | None,
    resamples: int,
    seed: int,
    lang: str,
    *,
    quiet: bool,
) -> StudyScores:
    """Score what was frozen of a study's questions.

    Raises
    ------
    CannotCompute
        If nothing was.
    """
    from tarjih.cli.ledgers import load_study
    from tarjih.cli.question.asking import published_of
    from tarjih.scoring.scorecards import score_study

    study = load_study(name, ledger=ledger, lang=lang, quiet=quiet)
    register = published_of(study, name, ledger)
    return score_study(study, register, as_of=as_of, resamples=resamples, seed=seed)


def _told_of_study(
    found: StudyScores, lang: str, *, json: bool, quiet: bool
) -> tuple[list[str], dict[str, Any] | None]:
    from tarjih.reports.texts.study_scores import (
        study_scores_document,
        study_scores_lines,
        study_scores_summary,
    )

    if json:
        return [], study_scores_document(found)
    return (study_scores_summary if quiet else study_scores_lines)(found, lang), None


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


def _drawn_of_study(found: StudyScores) -> Scorecard:
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.scoring.scorecards import drawn_card

    card = drawn_card(found)
    if card is None:
        mend = "`tarjih question resolve` says how a question came out"
        raise InvalidRequest(Problem("--out", "nothing to draw: nothing is scored yet", mend=mend))
    return card


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


def _is_study(name: str) -> bool:
    """Tell whether a study is named: a file of that name comes before a shipped study."""
    from pathlib import Path

    path = Path(name)
    if path.is_dir() or path.suffix.lower() in (".yaml", ".yml"):
        return True
    return not path.exists() and not path.suffix


def _check_options(of_study: bool, **given: str | None) -> None:
    """Refuse options that what is scored has no use for, rather than pass over them."""
    from tarjih.errors import InvalidRequest, Problem

    needless = ("author",) if of_study else ("as_of", "ledger")
    other = "file of forecasts" if of_study else "study"
    problems = [
        Problem(f"--{name.replace('_', '-')}", f"only of use for a {other}", mend="leave it out")
        for name in needless
        if given[name] is not None
    ]
    if problems:
        raise InvalidRequest(problems)


def _parse_resamples(text: str) -> int:
    from tarjih.errors import InvalidRequest, Problem

    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 20 <= number <= _MOST:
        raise InvalidRequest(
            Problem("--resamples", "out of range", text, f"a whole number from 20 to {_MOST}")
        )
    return number
