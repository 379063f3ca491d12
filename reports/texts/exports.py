"""A study exported as a network, in words and as data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.documents import document_of
from tarjih.reports.texts.sentences import notices
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import isolated, paragraph, percent_texts
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from pathlib import Path

    from tarjih.models.networks.network import Network

__all__ = ["export_document", "export_lines", "export_summary"]

_PROGRAMS = {
    "bif": {
        "first": "pyagrum.loadBN",
        "second": "pgmpy.readwrite.BIFReader",
        "third": "pyAgrum",
    },
    "xdsl": {
        "first": "GeNIe",
        "second": "pgmpy.readwrite.XDSLReader",
        "third": "pyAgrum 3.3",
        "format": "bif",
    },
    "netcdf": {"first": "xarray.open_dataset"},
}


def export_lines(network: Network, path: Path, form: str, lang: str = "en") -> list[str]:
    """Return what was written, what it says, and what to know before using it.

    Parameters
    ----------
    network : Network
    path : Path
        Where it is.
    form : {"bif", "xdsl", "netcdf"}
    lang : {"en", "ar"}
    """
    forecast = network.forecast
    head = say(
        "export.head",
        lang,
        now=date_text(forecast.as_of, lang),
        last=date_text(forecast.horizon, lang),
    )
    columns = [
        percent_texts(values.tolist(), lang)
        for values in (
            network.probability[0],
            forecast.now,
            network.probability[-1],
            forecast.at_horizon,
        )
    ]
    rows = [
        say(
            "export.line",
            lang,
            scenario=translate(scenario.short, lang),
            now=now,
            now_forecast=now_forecast,
            then=then,
            then_forecast=then_forecast,
        )
        for scenario, now, now_forecast, then, then_forecast in zip(
            network.study.scenarios, *columns, strict=True
        )
    ]
    why = "export.mean_and_fixed" if network.fixed else "export.mean"
    known = [say(why, lang, draws=say("draws", lang, n=forecast.diagnostics.draws))]
    known += _fixed(network, lang)
    programs = {name: isolated(text, lang) for name, text in _PROGRAMS[form].items()}
    known.append(say(f"export.open.{form}", lang, **programs))
    if form != "netcdf" and network.observed:
        state = quoted(isolated(next(iter(network.observed.values())), lang), lang)
        known.append(say("export.evidence", lang, state=state, option=isolated("--json", lang)))
    return [
        *_answer(network, path, lang),
        "",
        *(paragraph(line, lang) for line in (head, *rows)),
        "",
        *(paragraph(line, lang) for line in known),
        *notices(forecast, lang, whole=False),
    ]


def export_summary(network: Network, path: Path, lang: str = "en") -> list[str]:
    """Return what was written and the warnings."""
    return [*_answer(network, path, lang), *notices(network.forecast, lang, whole=False)]


def export_document(network: Network, path: Path, form: str) -> dict[str, Any]:
    """Return an export as a document (``tarjih.export/1``).

    ``file`` and ``format``; ``drivers`` kept and ``fixed`` (driver to level); ``steps`` with
    their dates; ``nodes``: how many; ``entries``: of the largest table; ``evidence``: node to
    the state to set; ``reports``: each such node with its item, step and what it speaks of;
    ``left_out``: items on fixed drivers; ``scenarios``: id to ``now`` and ``at_horizon`` in the
    ``network`` and in the ``forecast``; ``diagnostics`` of the weights of the parameters.
    """
    forecast, study = network.forecast, network.forecast.study

    def level(driver: str, index: int) -> str:
        return study.driver(driver).levels[index].id

    columns = {
        "now": (network.probability[0], forecast.now),
        "at_horizon": (network.probability[-1], forecast.at_horizon),
    }
    return document_of(
        {
            "schema": "tarjih.export/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": forecast.as_of,
            "horizon": forecast.horizon,
            "seed": forecast.seed,
            "engine": forecast.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "format": form,
            "file": str(path),
            "drivers": list(network.study.driver_ids),
            "fixed": {id: level(id, index) for id, index in network.fixed.items()},
            "interventions": [
                {"driver": one.driver, "level": level(one.driver, one.level), "start": one.start}
                for one in forecast.interventions
            ],
            "steps": list(forecast.dates),
            "nodes": len(network.nodes),
            "entries": max(node.table.size for node in network.nodes),
            "evidence": network.observed,
            "reports": [
                {"node": node.id, "item": node.of, "step": node.step, "of": node.parents[0]}
                for node in network.nodes
                if node.observed is not None
            ],
            "left_out": [item.id for item in network.left_out],
            "scenarios": {
                id: {
                    name: {"network": float(own[k]), "forecast": float(averaged[k])}
                    for name, (own, averaged) in columns.items()
                }
                for k, id in enumerate(study.scenario_ids)
            },
            "diagnostics": asdict(forecast.diagnostics),
            "retrospective": study.retrospective,
        }
    )


def _answer(network: Network, path: Path, lang: str) -> list[str]:
    language(lang)
    forecast = network.forecast
    first = int(network.probability[-1].argmax())
    written = say(
        "export.written",
        lang,
        path=isolated(str(path), lang),
        study=quoted(translate(network.study.title, lang), lang),
        nodes=say("export.nodes", lang, n=len(network.nodes)),
        steps=say("export.steps", lang, n=forecast.horizon_step + 1),
        first=date_text(forecast.dates[0], lang),
        last=date_text(forecast.horizon, lang),
    )
    leads = say(
        "export.leads",
        lang,
        reports=say("export.reports", lang, n=len(network.observed)),
        scenario=quoted(translate(network.study.scenarios[first].label, lang), lang),
        value=percent_texts(network.probability[-1].tolist(), lang)[first],
        forecast=percent_texts(forecast.at_horizon.tolist(), lang)[first],
    )
    return [paragraph(written, lang), paragraph(leads, lang)]


def _fixed(network: Network, lang: str) -> list[str]:
    drivers = [network.forecast.study.driver(id) for id in network.fixed]
    if not drivers:
        return []
    standing = [
        say(
            "export.level",
            lang,
            driver=translate(driver.label, lang),
            level=translate(driver.levels[network.fixed[driver.id]].label, lang),
        )
        for driver in drivers
    ]
    sentences = [say("export.fixed", lang, drivers=list_text(standing, lang))]
    if network.left_out:
        reports = say("export.reports", lang, n=len(network.left_out))
        sentences.append(say("export.left_out", lang, reports=reports))
    return sentences
