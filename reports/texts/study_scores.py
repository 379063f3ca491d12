"""How good a study's own forecasts were: the scorecards of its frozen questions, and each of them.

The scorecards are told as those of a file are (`tarjih.reports.texts.scores`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.answers import answer_text
from tarjih.reports.texts.documents import document_of
from tarjih.reports.texts.questions import means_text
from tarjih.reports.texts.scores import (
    cards_lines,
    cards_summary,
    score_text,
    scores_document,
    states_lines,
)
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import isolated, paragraph
from tarjih.reports.words.strings import language, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.scoring.scorecards import SettledQuestion, StudyScores

__all__ = ["study_scores_document", "study_scores_lines", "study_scores_summary"]


def study_scores_lines(found: StudyScores, lang: str = "en") -> list[str]:
    """Return everything as text: what was published, the scorecards, and each settled question.

    Parameters
    ----------
    found : StudyScores
    lang : {"en", "ar"}
    """
    language(lang)
    return [
        *_about(found, lang),
        *_settled(found, lang),
        *cards_lines(found.report, lang),
        paragraph(say("score.note.frozen", lang), lang),
    ]


def study_scores_summary(found: StudyScores, lang: str = "en") -> list[str]:
    """Return the headline scores, if there are any, and the warnings."""
    language(lang)
    return [*_about(found, lang), *cards_summary(found.report, lang)]


def study_scores_document(found: StudyScores) -> dict[str, Any]:
    """Return the scores as a document (``tarjih.scores/1``).

    As `scores_document`, with ``file`` null, and: ``study``, ``as_of`` (null: everything),
    ``self_settled``, ``reopened``, ``questions``: ``id``, ``kind``, ``options``, ``state``,
    ``outcome``, ``known``, ``closes``, ``retrospective``, ``self_settled``, ``forecasts`` (how
    many were frozen), ``last`` (the probabilities frozen last), ``score`` (by the headline score
    of its kind, or null).
    """
    document = scores_document(found.report)
    document["file"] = None
    own = document_of(
        {
            "study": found.study.id,
            "as_of": found.as_of,
            "self_settled": found.self_settled,
            "reopened": found.reopened,
            "questions": [_entry(one) for one in found.questions],
        }
    )
    return {**document, **own}


def _entry(one: SettledQuestion) -> dict[str, Any]:
    published = one.published
    return {
        "id": published.id,
        "kind": published.kind,
        "options": list(published.options),
        "state": published.state,
        "outcome": published.outcome,
        "known": published.known,
        "closes": published.closes,
        "retrospective": one.retrospective,
        "self_settled": published.self_settled,
        "forecasts": len(published.frozen),
        "last": list(published.frozen[-1].chance.mean),
        "score": one.score,
    }


def _about(found: StudyScores, lang: str) -> list[str]:
    fields = {
        "study": translate(found.study.title, lang),
        "questions": say("questions", lang, n=len(found.questions)),
        "forecasts": say("score.frozen", lang, n=found.report.forecasts),
    }
    if found.as_of is None:
        head = say("score.study", lang, **fields)
    else:
        head = say("score.study.as_of", lang, date=date_text(found.as_of, lang), **fields)
    lines = [paragraph(head, lang), *states_lines(found.report, lang)]
    if found.study.retrospective:
        lines.append(paragraph(say("score.note.study_in_retrospect", lang), lang))
    if found.self_settled:
        lines.append(paragraph(say("score.self_settled", lang, n=found.self_settled), lang))
    if found.reopened:
        lines.append(paragraph(say("score.reopened", lang, n=found.reopened), lang))
    return lines


def _settled(found: StudyScores, lang: str) -> list[str]:
    """Tell each question that came out, worst first within each headline score."""
    settled = [one for one in found.questions if one.published.state == "resolved"]
    if not settled:
        return []
    settled.sort(key=lambda one: (one.published.kind, -(one.score or 0.0)))
    lines = ["", paragraph(say("score.question.head", lang), lang)]
    return [*lines, *(paragraph(_line(found, one, lang), lang) for one in settled)]


def _line(found: StudyScores, one: SettledQuestion, lang: str) -> str:
    published = one.published
    if published.known is None or published.outcome is None:
        return isolated(published.id, lang)
    score = say("score.question.unscored", lang)
    if one.score is not None:
        score = score_text(_headline(one), one.score, lang)
    text = say(
        "score.question",
        lang,
        id=isolated(published.id, lang),
        answer=answer_text(found.study, published.outcome, lang, driver=published.driver),
        date=date_text(published.known, lang),
        chance=means_text(found.study, published, published.frozen[-1].chance, lang),
        score=score,
    )
    if one.retrospective:
        text = say("score.question.retrospective", lang, question=text)
    if published.self_settled:
        text = say("score.question.self_settled", lang, question=text)
    return text


def _headline(one: SettledQuestion) -> str:
    from tarjih.scoring.scorecards import HEADLINE

    return HEADLINE[one.published.kind]
