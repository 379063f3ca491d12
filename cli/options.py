"""The options, each defined once, so that one word means the same in every command."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "AsOf",
    "Engine",
    "Hindsight",
    "Horizon",
    "Json",
    "Lang",
    "LedgerOption",
    "OfScenario",
    "Out",
    "Quiet",
    "Record",
    "Seed",
    "Settings",
    "StudyName",
    "Units",
    "View",
]


def _studies(incomplete: str) -> list[str]:
    """Complete the names of shipped studies."""
    from tarjih.scenarios.catalogue import shipped_studies

    return [name for name in shipped_studies() if name.startswith(incomplete)]


StudyName = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        autocompletion=_studies,
        help="A shipped study (see 'tarjih list'), a YAML file, or a folder of them.",
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Use only what was known by this date. Default: the last known date of the evidence, "
        "never today.",
        show_default=False,
    ),
]
Horizon = Annotated[
    str | None,
    typer.Option(
        "--horizon",
        metavar="12|6m|DATE",
        help="How far to look: months from the as-of date, or a date. Default: the study's.",
        show_default=False,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="DRIVER=LEVEL[@DATE]",
        help="Hold a driver at a level from the as-of date, or from a later date, on. Repeatable.",
        show_default=False,
    ),
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="auto|exact|particle|pymc",
        help="How the probabilities are computed.",
    ),
]
Seed = Annotated[
    str,
    typer.Option("--seed", metavar="N", help="Same seed, same numbers, to the last digit."),
]
LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="PATH|URL",
        help="The ledger of what was recorded: a file, or a PostgreSQL database. Default: "
        "TARJIH_LEDGER, else tarjih.db in this folder, else the one in your data folder.",
        show_default=False,
    ),
]
Hindsight = Annotated[
    bool,
    typer.Option(
        "--hindsight",
        help="Let what was amended or retracted later reach back, as if it had always been known.",
    ),
]
Lang = Annotated[
    str, typer.Option("--lang", metavar="en|ar", help="Language of the text and the chart.")
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Write exactly one JSON document to standard output."),
]
OfScenario = Annotated[
    str | None,
    typer.Option(
        "--scenario",
        metavar="SCENARIO",
        help="Which scenario is asked about. Default: the one most probable.",
        show_default=False,
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Where the chart goes; its ending chooses png, svg or pdf. "
        "Default: STUDY-timeline.png here, in Arabic STUDY-timeline-ar.png, and none with --json "
        "or --quiet.",
        show_default=False,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="The judgement and its warnings only."),
]
Record = Annotated[
    bool,
    typer.Option(
        "--record",
        help="Keep this as a statement of record in the ledger, with the study and the draws it "
        "was made of. `tarjih audit` goes back to it.",
    ),
]
View = Annotated[
    str | None,
    typer.Option(
        "--view",
        metavar="NAME",
        help="One analyst's view alone, of a study with analysts. Default: the pool of all.",
        show_default=False,
    ),
]
Units = Annotated[
    str,
    typer.Option(
        "--units",
        metavar="percent|db",
        help="Changes in points of probability, or in decibans of centred log-odds.",
    ),
]
