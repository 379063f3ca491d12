"""What one more item does, as data: and what became of the item.

The document is computed again by `tarjih audit` from what a statement of record keeps.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tarjih.equations import DECIBANS
from tarjih.reports.texts.documents import document_of, fit_entry
from tarjih.scenarios.records import LevelSeen, Seen, Study, Weights
from tarjih.scenarios.resolved_form import resolved_item

if TYPE_CHECKING:
    from tarjih.models.asked.updating import Update
    from tarjih.models.record import Forecast
    from tarjih.priors.draws import Draws

__all__ = ["Recorded", "movement_of", "surprise_kind", "update_document", "update_document_of"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the item.

    Attributes
    ----------
    study : str
        As the user named it: what a command line takes.
    id : str
    ledger, head, statement : str or None
        Where it is, where its chain ends, and the statement of record; None of a dry run.
    named : bool
        Whether a command has to name the ledger to find it.
    """

    study: str
    id: str
    ledger: str | None = None
    head: str | None = None
    statement: str | None = None
    named: bool = False

    @property
    def dry_run(self) -> bool:
        """Whether nothing was recorded."""
        return self.ledger is None

    @property
    def undo(self) -> str:
        """The command that takes it back, while nothing else was recorded."""
        return self._command("undo", self.study)

    @property
    def amend(self) -> str:
        """The command that adds a note."""
        words = (self.study, self.id, "--item-note", "…")
        return self._command("amend", *words)

    def _command(self, *words: str) -> str:
        named = ["--ledger", self.ledger] if self.named and self.ledger else []
        return shlex.join(["tarjih", "evidence", *words, *named])


def update_document_of(study: Study, draws: Draws, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of an update, computed from what it depends on.

    Parameters
    ----------
    study : Study
        With the item, as `Ledger.extended` returned it, and in the view that was asked for.
    draws : Draws
    asked : mapping
        ``items`` (the id of one), ``as_of``, ``horizon`` (a date, as text), ``engine``, ``seed``.
    """
    from tarjih.models.asked.updating import update_of

    (id,) = asked["items"]
    found = update_of(
        study,
        id,
        as_of=asked["as_of"],
        horizon=dt.date.fromisoformat(asked["horizon"]),
        draws=draws,
        engine=asked["engine"],
        seed=asked["seed"],
    )
    return update_document(found, draws)


def update_document(
    found: Update, draws: Draws | None = None, recorded: Recorded | None = None
) -> dict[str, Any]:
    """Return the answer as a document (``tarjih.update/1``).

    ``item``: in the form that files have, with its ``id``; ``counted``, ``reason``, ``times`` (how
    often it counts), ``reliability``; ``reports`` and ``origins`` of its cluster, ``cluster``: its
    items that count; ``surprise``: ``kind`` (``seen``, ``level``, ``weights``, or null),
    ``chance``, ``odds_factor`` (of the scenario that led before); ``before``, ``after``:
    ``leader`` (at the horizon), ``leader_now``, ``scenarios``: id to ``now``, ``at_horizon`` and
    ``ever_by_horizon``, each with ``mean``, ``q05``, ``q95``; ``movement``: id to the same
    columns, each with ``points`` and (but for the last) ``decibans`` of centred log-odds;
    ``together``: id to decibans now of its cluster as a whole; ``note``: ``due``, ``decibans``.

    With ``recorded`` there is a last field ``record``: ``dry_run``, ``id``, ``ledger``, ``head``,
    ``statement``, ``undo``. A statement of record keeps the document without it.
    """
    study, before, after = found.study, found.before, found.after
    levels = {driver.id: [level.id for level in driver.levels] for driver in study.drivers}
    document = document_of(
        {
            "schema": "tarjih.update/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": after.as_of,
            "horizon": after.horizon,
            "seed": after.seed,
            "engine": after.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "item": {"id": found.item.id, **resolved_item(found.item, levels)},
            "counted": found.entry.counted,
            "reason": found.entry.reason,
            "times": found.entry.exponent,
            "reliability": found.entry.reliability,
            "reports": found.telling.reports,
            "origins": found.telling.origins,
            "cluster": [one.item.id for one in found.cluster],
            "surprise": {
                "kind": surprise_kind(found),
                "chance": found.chance,
                "odds_factor": found.odds_factor,
            },
            "before": _side(before),
            "after": _side(after),
            "movement": movement_of(found),
            "together": dict(zip(study.scenario_ids, _decibans(found.together), strict=True)),
            "note": {"due": found.note_due, "decibans": found.largest},
            "diagnostics": {
                "before": asdict(before.diagnostics),
                "after": asdict(after.diagnostics),
            },
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )
    if recorded is not None:
        document["record"] = {
            "dry_run": recorded.dry_run,
            "id": None if recorded.dry_run else recorded.id,
            "ledger": recorded.ledger,
            "head": recorded.head,
            "statement": recorded.statement,
            "undo": None if recorded.dry_run else recorded.undo,
        }
    return document


def _side(forecast: Forecast) -> dict[str, Any]:
    now = forecast.study.scenario_ids[int(np.argmax(forecast.now))]
    return {"leader": forecast.leader, "leader_now": now, "scenarios": forecast.table()}


def movement_of(found: Update) -> dict[str, dict[str, dict[str, float]]]:
    """Return how far each scenario moved.

    Keys are scenario, then ``now``, ``at_horizon`` and ``ever_by_horizon``, then ``points`` of
    probability and (but for the last) ``decibans`` of centred log-odds.
    """
    from tarjih.models.asked.influence import centred_log_odds

    sides = found.before, found.after
    now, later = (
        (centred_log_odds(ends[1]) - centred_log_odds(ends[0])).tolist()
        for ends in ([one.now for one in sides], [one.at_horizon for one in sides])
    )
    before, after = (np.stack([one.now, one.at_horizon, one.ever_by_horizon]) for one in sides)
    points = (100 * (after - before)).tolist()
    return {
        id: {
            "now": {"points": points[0][k], "decibans": _decibans([now[k]])[0]},
            "at_horizon": {"points": points[1][k], "decibans": _decibans([later[k]])[0]},
            "ever_by_horizon": {"points": points[2][k]},
        }
        for k, id in enumerate(found.study.scenario_ids)
    }


def _decibans(log: Any) -> list[float]:
    return [float(one) * DECIBANS for one in log]


def surprise_kind(found: Update) -> str | None:
    """Name what can be said of how surprising it was."""
    if not found.entry.counted:
        return None
    bears_on = found.item.bears_on
    kinds = ((Seen, "seen"), (LevelSeen, "level"), (Weights, "weights"))
    return next((name for type, name in kinds if isinstance(bears_on, type)), None)
