"""The questions of a backtest: those of the study, with what a ledger says of them.

What was published is open from the day of its publication, and comes out as the ledger says;
what stands only in the study's files is open from the origin.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tarjih.scenarios.asked import Question, Resolution
from tarjih.scenarios.records import Study
from tarjih.scenarios.resolved_form import resolved

if TYPE_CHECKING:
    from tarjih.scoring.questions.register import Published

__all__ = ["Open", "last_day_of", "questions_of"]


@dataclass(frozen=True, slots=True)
class Open:
    """A question, and from when on it was open.

    Attributes
    ----------
    question : Question
    opens : datetime.date
    void : bool
    retrospective : bool
        It, or the study, was coded by someone who knew what came later.
    """

    question: Question
    opens: dt.date
    void: bool
    retrospective: bool

    @property
    def scored(self) -> bool:
        """Whether it came out."""
        return self.question.resolution is not None and not self.void


def questions_of(study: Study, register: Mapping[str, Published] | None = None) -> tuple[Open, ...]:
    """Return a study's questions, in its order, as a ledger has them.

    Parameters
    ----------
    study : Study
    register : mapping of id to Published, optional
        What was published (`tarjih.scoring.questions.register.read_register`). A question that
        asks something else by now than what was published is taken as it stands in the study.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> sum(one.scored for one in questions_of(study))
    19
    """
    asked = resolved(study)["questions"] if register else {}
    found = []
    for question in study.questions:
        published = (register or {}).get(question.id)
        if published is not None and asked[question.id]["about"] == published.data["about"]:
            found.append(_as_published(study, question, published))
        else:
            retrospective = study.retrospective or question.retrospective
            found.append(Open(question, study.origin, False, retrospective))
    return tuple(found)


def _as_published(study: Study, question: Question, published: Published) -> Open:
    settled = question.resolution
    outcome = published.outcome
    if published.state == "resolved" and outcome is not None and published.known is not None:
        note = {"en": published.note} if published.note else {}
        settled = Resolution(outcome, published.known, published.cites, note)
    return Open(
        replace(question, resolution=settled, closes=published.closes),
        max(study.origin, published.frozen[0].as_of),
        published.state == "void",
        study.retrospective or published.retrospective,
    )


def last_day_of(question: Question) -> dt.date:
    """Return the last day that counts: not that on which the outcome was there to read."""
    resolution = question.resolution
    if resolution is not None and resolution.known <= question.closes:
        return resolution.known - dt.timedelta(days=1)
    return question.closes
