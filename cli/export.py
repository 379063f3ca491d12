"""``tarjih export STUDY``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tarjih.cli.options import (
    AsOf,
    Engine,
    Hindsight,
    Horizon,
    Json,
    Lang,
    LedgerOption,
    Quiet,
    Seed,
    Settings,
    StudyName,
    View,
)

__all__ = ["export_study"]

_ENDINGS = {"bif": ".bif", "xdsl": ".xdsl", "netcdf": ".nc"}

Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="bif|xdsl|netcdf",
        help="bif for pyAgrum, pgmpy and most libraries; xdsl for GeNIe; netcdf (parameters, "
        "tables and evidence) for xarray. Default: what --out ends with.",
        show_default=False,
    ),
]
Drivers = Annotated[
    str | None,
    typer.Option(
        "--drivers",
        metavar="A,B,C",
        help="Keep these drivers; fix the others at their most probable level. Default: all.",
        show_default=False,
    ),
]
ExportOut = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Where the network goes. Default: STUDY.bif, .xdsl or .nc in this folder.",
        show_default=False,
    ),
]


def export_study(
    study: StudyName,
    form: Format = None,
    drivers: Drivers = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    settings: Settings = None,
    view: View = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    out: ExportOut = None,
    quiet: Quiet = False,
) -> None:
    """Write a study as a Bayesian network, for other programs.

    The study is unrolled from its origin to the horizon at the mean of its parameters given the
    evidence; every item is an observed child. The table of one step may have 50,000 entries: a
    study with more is exported with some of its drivers.
    """
    from tarjih.cli.ledgers import load_study
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import (
        Reading,
        check_engine,
        parse_as_of,
        parse_horizon,
        parse_interventions,
        parse_seed,
    )
    from tarjih.models.networks.exporting import write_network
    from tarjih.models.networks.unrolled import check_drivers, unrolled_network
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.exports import export_document, export_lines, export_summary
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    chosen = _form(form, out)
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    of_view = "" if loaded.viewer is None else f"-{loaded.viewer.id}"
    target = _target(out or f"{loaded.id}{of_view}{_ENDINGS[chosen]}")
    names = None if drivers is None else [name.strip() for name in drivers.split(",")]
    held = read(parse_interventions, loaded, settings)
    ask = partial(
        unrolled_network,
        loaded,
        drivers=names,
        as_of=read(parse_as_of, as_of),
        horizon=read(parse_horizon, horizon),
        interventions=held,
        engine=read(check_engine, engine),
        seed=read(parse_seed, seed),
    )
    read.done()
    check_drivers(loaded, names, held)
    network = ask(draws=obtain_draws(loaded, progress=not quiet))
    write_network(network, target, chosen, lang=lang)
    if json:
        write_document(export_document(network, target, chosen))
    elif quiet:
        write_text(export_summary(network, target, lang))
    else:
        write_text(export_lines(network, target, chosen, lang))


def _form(form: str | None, out: str | None) -> str:
    from tarjih.errors import InvalidRequest, Problem, nearest

    if form is not None:
        if form not in _ENDINGS:
            allowed = ", ".join(_ENDINGS)
            mend = nearest(form, list(_ENDINGS))
            raise InvalidRequest(Problem("--format", "unknown format", form, allowed, mend))
        return form
    ending = Path(out or "").suffix.lower()
    by_ending = {ending: name for name, ending in _ENDINGS.items()}
    if ending not in by_ending:
        what = "which format to write is not said"
        mend = "name it, or let --out end with .bif, .xdsl or .nc"
        raise InvalidRequest(Problem("--format", what, allowed=", ".join(_ENDINGS), mend=mend))
    return by_ending[ending]


def _target(out: str) -> Path:
    from tarjih.errors import InvalidRequest, Problem

    path = Path(out)
    if path.is_dir():
        raise InvalidRequest(Problem("--out", "this is a folder", out, "a file"))
    if not path.parent.is_dir():
        what = "there is no such folder"
        raise InvalidRequest(Problem("--out", what, str(path.parent), mend="make it first"))
    return path
