"""``tarjih run STUDY``."""

from __future__ import annotations

from functools import partial

import typer

from tarjih.cli.options import (
    AsOf,
    Engine,
    Hindsight,
    Horizon,
    Json,
    Lang,
    LedgerOption,
    Out,
    Quiet,
    Record,
    Seed,
    Settings,
    StudyName,
    View,
)

__all__ = ["run_study"]


def run_study(
    context: typer.Context,
    study: StudyName,
    as_of: AsOf = None,
    horizon: Horizon = None,
    settings: Settings = None,
    view: View = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    engine: Engine = "auto",
    seed: Seed = "0",
    record: Record = False,
    lang: Lang = "en",
    json: Json = False,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Say how probable each scenario is, and why.

    Writes the chart STUDY-timeline.png in this folder, unless --json or --quiet. A new study,
    or one whose judgements changed, is fitted first; its draws are then kept. Of a study with
    analysts every view is fitted by itself. The chart of a view is STUDY-NAME-timeline.png, that
    of --set STUDY-timeline-set.png; in Arabic -ar stands before the ending.
    """
    from tarjih.cli.ledgers import load_study, tell_ahead
    from tarjih.cli.output import note, write_document
    from tarjih.cli.requests import (
        Reading,
        check_engine,
        default_chart,
        parse_as_of,
        parse_chart_path,
        parse_horizon,
        parse_interventions,
        parse_seed,
    )
    from tarjih.models import forecast
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.documents import forecast_document
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    target = None if out is None else parse_chart_path(out)
    recording = None
    if record:
        from tarjih.cli.recording import prepare_recording, words_given
        from tarjih.models.asked.auditing import asked_of

        recording = prepare_recording(
            study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
        )
        loaded = recording.seen
    else:
        loaded = load_study(
            study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
        )
    ask = partial(
        forecast,
        loaded,
        as_of=read(parse_as_of, as_of),
        horizon=read(parse_horizon, horizon),
        engine=read(check_engine, engine),
        seed=read(parse_seed, seed),
    )
    held = read(parse_interventions, loaded, settings)
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    draws = obtain_draws(loaded, progress=not quiet)
    found = ask(draws=draws, interventions=held)
    if recording is not None:
        freezing = None
        if not (held or view or hindsight):
            from tarjih.cli.question.asking import freezing_of

            freezing = freezing_of(recording, found, draws)
        recorded = recording.record(
            "run",
            forecast_document(found, draws),
            draws=draws,
            asked=asked_of(found, view=view, hindsight=hindsight),
            command=words_given(context),
            lang=lang,
            also=freezing,
        )
        for line in [recorded, *(freezing.told(lang) if freezing else ())]:
            note(line)
    if json:
        write_document(forecast_document(found, draws))
        if target is None:
            return

    from tarjih.cli.output import write_briefing, write_text
    from tarjih.models import influences
    from tarjih.reports.texts.briefing import brief
    from tarjih.reports.words.strings import say

    moved = () if quiet and target is None else influences(found, draws=draws)
    if not json:
        bare = ask(draws=draws, replay=False) if held else None
        briefing = brief(found, lang, influences=moved, without=bare, draws=draws)
        if quiet:
            write_text([briefing.judgement, *briefing.warnings])
        else:
            write_briefing(briefing, lang)
            target = target or default_chart(loaded, "timeline", held=held, lang=lang)
    if target is not None:
        from tarjih.reports.charts.figures import save_figure
        from tarjih.reports.charts.timeline import draw_timeline

        save_figure(draw_timeline(found, lang=lang, influences=moved), target)
        if not quiet:
            note(say("run.chart", lang, path=target))
