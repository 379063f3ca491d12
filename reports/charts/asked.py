"""What is asked for when a chart is: each record is computed when a chart first needs it.

`tarjih chart` draws one chart of it, a report many; what two of them need is computed once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Study

if TYPE_CHECKING:
    from tarjih.models import Comparison, Explanation, Forecast, Intervention, Tipping, Tornado
    from tarjih.models.asked.influence import Influence
    from tarjih.models.asked.prior_view import PriorView
    from tarjih.models.asked.watching import WatchList
    from tarjih.scoring.calibration import Reliability
    from tarjih.scoring.questions.published import Published

__all__ = ["Asked"]


@dataclass(frozen=True)
class Asked:
    """A study and everything that can be asked of it in a chart.

    Attributes
    ----------
    study : Study
        With the ledger's items, of one view if one is asked for.
    as_of, horizon, interventions, engine, seed
        As for `tarjih.forecast`.
    scenario : str or None
        The scenario asked about; None for what the chart takes by itself.
    since : datetime.date or None
        From when on movements are told.
    threshold : float or None
        What a scenario is to cross.
    within
        How long is looked for something; None for what the chart takes by itself.
    units : {"percent", "db"}
        What movements are told in.
    when : {"horizon", "now", "ever"}
        What tornado and compare are of: the horizon, as-of, or any time up to the horizon.
    lang, theme : str
    published : mapping of id to Published, or None
        What a ledger says of the study's questions.
    given : Draws or None
        Draws that are there already.
    progress : bool
        Whether a fit shows how far it is.
    """

    study: Study
    as_of: dt.date | None = None
    horizon: float | dt.date | None = None
    interventions: tuple[Intervention, ...] = ()
    engine: str = "auto"
    seed: int = 0
    scenario: str | None = None
    since: dt.date | None = None
    threshold: float | None = None
    within: float | dt.date | None = None
    units: Literal["percent", "db"] = "percent"
    when: Literal["now", "horizon", "ever"] = "horizon"
    lang: str = "en"
    theme: str = "light"
    published: Mapping[str, Published] | None = None
    given: Draws | None = None
    progress: bool = False

    @property
    def look(self) -> dict[str, Any]:
        """The language and the theme, as every drawing function takes them."""
        return {"lang": self.lang, "theme": self.theme}

    @property
    def _basis(self) -> dict[str, Any]:
        """What every question is asked of."""
        return {
            "as_of": self.as_of,
            "draws": self.draws,
            "engine": self.engine,
            "seed": self.seed,
        }

    @cached_property
    def draws(self) -> Draws:
        """Draws of the study's parameters; fitted if there are none yet."""
        return (
            obtain_draws(self.study, progress=self.progress) if self.given is None else self.given
        )

    @cached_property
    def forecast(self) -> Forecast:
        """The forecast, with its past replayed."""
        from tarjih.models import forecast

        return forecast(
            self.study,
            horizon=self.horizon,
            interventions=self.interventions,
            **self._basis,
        )

    @cached_property
    def influences(self) -> tuple[Influence, ...]:
        """What each cluster of items, or unclustered item, did."""
        from tarjih.models import influences

        return influences(self.forecast, draws=self.draws)

    @cached_property
    def alone(self) -> tuple[Influence, ...]:
        """What each item would do if it were the only one."""
        from tarjih.models.asked.alone import alone_influences

        return alone_influences(self.forecast, draws=self.draws)

    @cached_property
    def explanation(self) -> Explanation:
        """What moved belief, one piece of news after the other."""
        from tarjih.models import explain

        return explain(
            self.study,
            since=self.since,
            **self._basis,
        )

    @cached_property
    def tornado(self) -> Tornado:
        """What each driver would do, held at its lowest and at its highest level."""
        from tarjih.models import tornado

        return tornado(
            self.study,
            scenario=self.scenario,
            when=self.when,
            horizon=self.horizon,
            interventions=self.interventions,
            **self._basis,
        )

    @cached_property
    def tipping(self) -> Tipping:
        """The smallest driver changes that would tip the outlook."""
        from tarjih.models import tipping_sets

        return tipping_sets(
            self.study,
            scenario=self.scenario,
            threshold=self.threshold,
            horizon=self.horizon,
            **self._basis,
        )

    @cached_property
    def watch_list(self) -> WatchList:
        """What would tell most if it were seen."""
        from tarjih.models import watch_list

        return watch_list(
            self.study,
            within=self.within,
            horizon=self.horizon,
            interventions=self.interventions,
            **self._basis,
        )

    @cached_property
    def comparison(self) -> Comparison:
        """The analysts' views beside their pool."""
        from tarjih.models import compare_analysts

        return compare_analysts(
            self.study,
            as_of=self.as_of,
            horizon=self.horizon,
            interventions=self.interventions,
            engine=self.engine,
            seed=self.seed,
        )

    @cached_property
    def prior_view(self) -> PriorView:
        """What the draws imply of everything that was judged."""
        from tarjih.models.asked.prior_view import question_prior

        return question_prior(self.study, draws=self.given, progress=self.progress)

    @cached_property
    def reliability(self) -> Reliability:
        """How well calibrated the frozen forecasts were; of those made in time if there are any.

        Raises
        ------
        CannotCompute
            If no published question that was forecast has come out.
        """
        from tarjih.errors import CannotCompute
        from tarjih.scoring.scorecards import card_reliability, drawn_card, score_study

        found = score_study(self.study, self.published or {}, as_of=self.as_of, seed=self.seed)
        card = drawn_card(found)
        curve = None if card is None else card_reliability(card, seed=self.seed)
        if curve is None:
            raise CannotCompute(
                f"{self.study.id}: no published question has come out, so there is nothing to "
                "draw; `tarjih question resolve` says how one came out"
            )
        return curve
