"""``tarjih chart STUDY KIND``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.options import (
    AsOf,
    Engine,
    Hindsight,
    Horizon,
    Lang,
    LedgerOption,
    Quiet,
    Seed,
    Settings,
    StudyName,
    View,
)

if TYPE_CHECKING:
    from tarjih.scenarios.records import Study

__all__ = ["chart_study"]


def _kinds(incomplete: str) -> list[str]:
    """Complete the kinds of charts."""
    from tarjih.reports.charts.kinds import KINDS

    return [name for name in KINDS if name.startswith(incomplete)]


KindName = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        autocompletion=_kinds,
        help="timeline, fan, stacked, waterfall, ledger, tornado, tipping, watch, pull, drivers, "
        "network, prior, compare or reliability.",
        show_default=False,
    ),
]
ChartOut = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Where the chart goes; its ending chooses png, svg or pdf. Default: STUDY-KIND.png "
        "here, with --set STUDY-KIND-set.png; in Arabic STUDY-KIND-ar.png.",
        show_default=False,
    ),
]
ThemeOption = Annotated[
    str,
    typer.Option(
        "--theme",
        metavar="light|dark|print",
        help="The ground; print also tells scenarios apart without colour.",
    ),
]
Scenario = Annotated[
    str | None,
    typer.Option(
        "--scenario",
        metavar="SCENARIO",
        help="Whom fan, waterfall, tornado, tipping and network are about. Default: the one most "
        "probable; tipping: whoever takes the lead; network: all.",
        show_default=False,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="waterfall: only what became known after this date. Default: the origin.",
        show_default=False,
    ),
]
Threshold = Annotated[
    str | None,
    typer.Option(
        "--threshold",
        metavar="P",
        help="tipping, with --scenario: what it is to cross, as 0.25 or 25%. Default: 0.5.",
        show_default=False,
    ),
]
Within = Annotated[
    str | None,
    typer.Option(
        "--within",
        metavar="3|3m|DATE",
        help="watch: how long to look, in months from the as-of date, or up to a date. Default: 3 "
        "months, or the horizon if it is nearer.",
        show_default=False,
    ),
]
Units = Annotated[
    str | None,
    typer.Option(
        "--units",
        metavar="percent|db",
        help="waterfall: changes in points of probability, or in decibans of centred log-odds. "
        "Default: percent.",
        show_default=False,
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="now|horizon|ever",
        help="tornado and compare: in force at the horizon, or ever by it; compare also now. "
        "Default: horizon.",
        show_default=False,
    ),
]


def chart_study(
    study: StudyName,
    kind: KindName,
    out: ChartOut = None,
    theme: ThemeOption = "light",
    scenario: Scenario = None,
    since: Since = None,
    threshold: Threshold = None,
    within: Within = None,
    units: Units = None,
    at: At = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    settings: Settings = None,
    view: View = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Draw one chart of a study.

    What is believed: timeline (every scenario from the origin to the horizon), fan (one of them,
    with its doubt), stacked (all, as shares of the whole). What moved it: waterfall, ledger. What
    would move it: tornado, tipping, watch, pull. On what it rests: drivers, network, prior,
    compare (analysts beside their pool). How good it was: reliability (how often came true what
    was frozen of the study's questions). Options that a kind has no use for are refused.
    """
    from tarjih.cli.ledgers import load_study, tell_ahead
    from tarjih.cli.output import note
    from tarjih.cli.question.asking import published_of
    from tarjih.cli.requests import (
        check_engine,
        check_units,
        default_chart,
        parse_as_of,
        parse_chart_path,
        parse_horizon,
        parse_interventions,
        parse_probability,
        parse_seed,
        parse_since,
    )
    from tarjih.models.asked.levers import TIMES
    from tarjih.models.doubting.sensitivity import WHENS, check_asked
    from tarjih.reports.charts.asked import Asked
    from tarjih.reports.charts.figures import save_figure
    from tarjih.reports.charts.kinds import check_options, draw_kind
    from tarjih.reports.palette import theme_named
    from tarjih.reports.words.strings import language, say

    language(lang)
    theme_named(theme)
    given = {
        "--scenario": scenario,
        "--since": since,
        "--threshold": threshold,
        "--within": within,
        "--units": units,
        "--at": at,
        "--as-of": as_of,
        "--horizon": horizon,
        "--set": settings,
    }
    check_options(kind, [option for option, value in given.items() if value])
    target = None if out is None else parse_chart_path(out)
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    asked = Asked(
        study=loaded,
        as_of=parse_as_of(as_of),
        horizon=parse_horizon(horizon),
        interventions=parse_interventions(loaded, settings),
        engine=check_engine(engine),
        seed=parse_seed(seed),
        scenario=_scenario(loaded, scenario),
        since=parse_since(since),
        threshold=parse_probability(threshold, "--threshold"),
        within=parse_horizon(within, "--within"),
        units=check_units(units or "percent"),
        when=check_asked(loaded, None, at or "horizon", TIMES if kind == "tornado" else WHENS),
        lang=lang,
        theme=theme,
        published=published_of(loaded, study, ledger) if kind == "reliability" else None,
        progress=not quiet,
    )
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    target = target or default_chart(loaded, kind, held=asked.interventions, lang=lang)
    save_figure(draw_kind(kind, asked), target)
    if not quiet:
        note(say("run.chart", lang, path=target))


def _scenario(study: Study, text: str | None) -> str | None:
    """Return the id of the scenario asked about; hyphens may stand for underscores."""
    from tarjih.errors import InvalidRequest, Problem, nearest

    if text is None:
        return None
    ids = study.scenario_ids
    name = text.strip().replace("-", "_")
    if name not in ids:
        what = "unknown scenario"
        raise InvalidRequest(Problem("--scenario", what, text, ", ".join(ids), nearest(name, ids)))
    return name
