"""What a report tells, before it is put into words: everything asked of one belief."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tarjih.errors import InvalidRequest, Problem
from tarjih.models.asked.comparison import Comparison, compare_analysts
from tarjih.models.asked.explanation import Bar, Explanation, explanation_of
from tarjih.models.asked.hand_set import HandSet
from tarjih.models.asked.trust import TellerTrust, weighed_trust
from tarjih.models.asked.watching import WatchList, watch_list_of
from tarjih.models.forecasting import forecast as forecast_on
from tarjih.models.forecasting import forecast_of
from tarjih.models.posterior import Posterior, believe
from tarjih.models.record import Forecast
from tarjih.models.tipping.sets import Tipping, tipping_sets_of
from tarjih.priors import obtain_draws
from tarjih.scenarios import views

if TYPE_CHECKING:
    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Study
    from tarjih.scoring.questions.published import Published
    from tarjih.scoring.scorecards import StudyScores

__all__ = ["Confidence", "Earlier", "Kept", "Report", "Signature", "gather_report"]

Confidence = Literal["low", "moderate", "high"]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for a report, and how sure they are of its grounds.

    Attributes
    ----------
    analyst : str
        Empty if nobody is named.
    confidence : {"low", "moderate", "high"} or None
        In the grounds of the judgement, not in any outcome; the analyst's own, never computed.
    because : str
        Its reasons.
    """

    analyst: str = ""
    confidence: Confidence | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said the last time.

    Attributes
    ----------
    statement : str
        Id of the statement of record; empty for a day that was named.
    date : datetime.date
        The as-of day of what was said.
    said : mapping of scenario id to float
        What was said of each ``now``; of a day that was named, what today's model says with that
        day's knowledge, and empty until `gather_report` has asked it.
    """

    statement: str
    date: dt.date
    said: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kept:
    """What makes a report's numbers computable again.

    Attributes
    ----------
    statement, head : str
        Id of the statement of record, and the ledger's head; empty if none was recorded.
    command : tuple of str
        The words of the command line.
    versions : mapping of str to str
    study_digest, draws_digest : str
    """

    statement: str
    head: str
    command: tuple[str, ...]
    versions: Mapping[str, str]
    study_digest: str
    draws_digest: str


@dataclass(frozen=True)
class Report:
    """Everything that the pages show, in no language.

    Attributes
    ----------
    draws : Draws
    forecast : Forecast
        With the past replayed, nothing held.
    explanation : Explanation
        From the origin on.
    tipping : Tipping
        What would change the leader.
    watch : WatchList
    hand_set : HandSet
        Of what moved since the origin.
    tellers : tuple of TellerTrust
    comparison : Comparison or None
        Of a study with analysts.
    earlier : Earlier or None
    scores : StudyScores or None
        Of what a ledger holds frozen of the study's questions, and came out by as-of.
    """

    draws: Draws
    forecast: Forecast
    explanation: Explanation
    tipping: Tipping
    watch: WatchList
    hand_set: HandSet
    tellers: tuple[TellerTrust, ...]
    comparison: Comparison | None
    earlier: Earlier | None
    scores: StudyScores | None = None

    @property
    def study(self) -> Study:
        """The study reported on."""
        return self.forecast.study

    @property
    def lately(self) -> tuple[Bar, ...]:
        """What moved belief after the earlier day; nothing without one."""
        if self.earlier is None:
            return ()
        day = self.earlier.date
        return tuple(bar for bar in self.explanation.bars if bar.end > day)


def gather_report(
    study: Study,
    *,
    draws: Draws | None = None,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    earlier: Earlier | None = None,
    engine: str = "auto",
    seed: int = 0,
    analysts: bool = True,
    published: Mapping[str, Published] | None = None,
    progress: Callable[[int], object] | None = None,
) -> Report:
    """Ask a belief everything that a report tells.

    Parameters
    ----------
    study : Study
        With everything that was recorded for it.
    draws, as_of, horizon, engine, seed
        As for `tarjih.forecast`.
    earlier : Earlier, optional
        What to tell the changes since.
    analysts : bool
        Whether to set analysts' views beside the pool; each has draws of its own.
    published : mapping of id to Published, optional
        What a ledger says of the study's questions (`tarjih.scoring.questions.register`).
    progress : callable, optional
        Told how much is done, of 100.

    Raises
    ------
    InvalidRequest
        If ``earlier`` lies outside the time from the origin to as-of, the engine is pymc, and as
        `tarjih.forecast`.
    """
    if engine == "pymc":
        raise InvalidRequest(
            Problem(
                "--engine",
                "a report compares many beliefs, and this engine samples anew for each",
                got=engine,
                allowed="auto, exact, particle",
            )
        )
    tell = progress or _silent
    given = obtain_draws(study) if draws is None else draws
    posterior = believe(study, as_of=as_of, draws=given, engine=engine, seed=seed)
    _check(study, posterior.as_of, earlier)
    forecast = forecast_of(posterior, horizon=horizon)
    tell(15)
    explanation = explanation_of(
        posterior, forecast, progress=lambda done: tell(15 + done * 30 // 100)
    )
    tellers = weighed_trust(study, posterior.evidence, forecast.log_weight)
    tell(50)
    tipping = tipping_sets_of(posterior, forecast)
    tell(70)
    watch = watch_list_of(posterior, forecast)
    tell(90)
    comparison = None
    if study.analysts and analysts:
        comparison = compare_analysts(
            study,
            as_of=posterior.as_of,
            horizon=forecast.horizon,
            draws=_drawn(views(study)),
            engine=engine,
            seed=seed,
        )
    scores = None
    if published:
        from tarjih.scoring.scorecards import score_study

        scores = score_study(study, published, as_of=posterior.as_of, seed=seed)
    tell(100)
    return Report(
        draws=given,
        forecast=forecast,
        explanation=explanation,
        tipping=tipping,
        watch=watch,
        hand_set=explanation.hand_set,
        tellers=tellers,
        comparison=comparison,
        earlier=_asked_again(posterior, earlier, given, seed),
        scores=scores,
    )


def _asked_again(
    posterior: Posterior, earlier: Earlier | None, draws: Draws, seed: int
) -> Earlier | None:
    """Let today's model say what it would have said on a day that was named."""
    if earlier is None or earlier.statement or earlier.said:
        return earlier
    then = forecast_on(
        posterior.study,
        as_of=earlier.date,
        draws=draws,
        engine=posterior.engine_name,
        seed=seed,
        replay=False,
    )
    said = dict(zip(posterior.study.scenario_ids, then.now.tolist(), strict=True))
    return Earlier("", earlier.date, said)


def _drawn(each: Sequence[Study]) -> list[Draws]:
    return [obtain_draws(one) for one in each]


def _check(study: Study, as_of: dt.date, earlier: Earlier | None) -> None:
    if earlier is not None and not study.origin <= earlier.date <= as_of:
        raise InvalidRequest(
            Problem(
                "--since",
                "outside what can be told",
                got=earlier.date.isoformat(),
                allowed=f"{study.origin.isoformat()} to {as_of.isoformat()}",
            )
        )


def _silent(_: int) -> None:
    return None
