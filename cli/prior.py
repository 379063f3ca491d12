"""``tarjih prior STUDY``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.options import Json, Lang, Quiet, StudyName, View

if TYPE_CHECKING:
    from pathlib import Path

    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Study

__all__ = ["show_prior"]

_TRACE = ".nc"

PriorOnly = Annotated[
    bool,
    typer.Option("--prior-only", help="What was believed before any judgement. Nothing is fitted."),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="SOURCE",
        help="Fit without a source's judgements, or without base_rates, and show what it "
        "carried. Repeatable.",
        show_default=False,
    ),
]
PriorOut = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Write the chart of judged against implied (png, svg or pdf by the ending), or the "
        "whole fit as NetCDF (nc), for ArviZ.",
        show_default=False,
    ),
]


def show_prior(
    study: StudyName,
    view: View = None,
    prior_only: PriorOnly = False,
    without: Without = None,
    lang: Lang = "en",
    json: Json = False,
    out: PriorOut = None,
    quiet: Quiet = False,
) -> None:
    """Question where the numbers come from.

    Shows where levels lead if they are held, each judgement against what all together imply,
    each effect as it acts on the probability, on what the numbers hang, and whether the fit is
    sound. A new study, or one whose judgements changed, is fitted first; --out FILE.nc always
    fits.
    """
    from tarjih.cli.output import note, write_document, write_pages, write_text
    from tarjih.models.asked.prior_view import question_prior
    from tarjih.reports.words.strings import language, say
    from tarjih.scenarios import load
    from tarjih.scenarios import view as view_of

    language(lang)
    target = None if out is None else _target(out, prior_only=prior_only)
    loaded = load(study) if view is None else view_of(load(study), view)
    progress = not quiet
    draws = None
    if target is not None and target.suffix.lower() == _TRACE:
        draws = _write_trace(loaded, target, progress=progress)
    found = question_prior(
        loaded, without=without or (), prior_only=prior_only, draws=draws, progress=progress
    )
    if json:
        from tarjih.reports.texts.prior_data import prior_document

        write_document(prior_document(found))
    elif quiet:
        from tarjih.reports.texts.prior_text import prior_summary

        write_text(prior_summary(found, lang))
    else:
        from tarjih.reports.texts.card import card_lines
        from tarjih.reports.texts.prior_text import prior_sections

        sections = prior_sections(found, lang)
        write_pages(lambda width: card_lines(sections, lang, width=width))
    if target is not None:
        if draws is None:
            from tarjih.reports.charts.figures import save_figure
            from tarjih.reports.charts.prior_chart import draw_prior

            save_figure(draw_prior(found, lang=lang), target)
        if not quiet:
            note(say("prior.written", lang, path=target))


def _target(out: str, *, prior_only: bool) -> Path:
    """Check where to write before anything is fitted."""
    from pathlib import Path

    from tarjih.cli.requests import parse_chart_path
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.reports.charts.figures import FORMATS

    path = Path(out)
    if path.suffix.lower() in FORMATS:
        return parse_chart_path(out)
    if path.suffix.lower() != _TRACE:
        what = "the suffix names neither a picture nor a fit"
        allowed = ", ".join((*FORMATS, _TRACE))
        raise InvalidRequest(Problem("--out", what, path.suffix or path.name, allowed))
    if prior_only:
        what = "the file of a fit holds the prior too"
        raise InvalidRequest(Problem("--out", what, out, mend="leave out --prior-only"))
    if path.is_dir() or not path.parent.is_dir():
        what = "this is a folder" if path.is_dir() else "there is no such folder"
        raise InvalidRequest(Problem("--out", what, out if path.is_dir() else str(path.parent)))
    return path


def _write_trace(study: Study, path: Path, *, progress: bool) -> Draws:
    """Fit a study, keep its draws as `obtain_draws` would, and write the whole fit."""
    from tarjih.priors.store import fit_and_keep
    from tarjih.priors.trace_file import save_trace

    fit = fit_and_keep(study, progress=progress)
    save_trace(fit, path)
    return fit.draws
