"""Whose numbers these are: one analyst's, or the pool's; and where analysts differ in words."""

from __future__ import annotations

from collections.abc import Sequence

from tarjih.reports.words.numbers import paragraph, percent_texts
from tarjih.reports.words.strings import list_text, quoted, say
from tarjih.scenarios.dissent import Disagreement, disagreements, pool_shares
from tarjih.scenarios.records import Study, translate

__all__ = ["disagreement_sentences", "shares_text", "viewpoint_notices"]


def viewpoint_notices(study: Study, lang: str = "en") -> list[str]:
    """Say whose view this is, or whose views are pooled; nothing of a plain study."""
    if study.viewer is not None:
        name = translate(study.viewer.label, lang)
        return [paragraph(say("viewpoint.one", lang, analyst=quoted(name, lang)), lang)]
    if study.analysts:
        shares = shares_text(study, pool_shares(study), lang)
        return [paragraph(say("viewpoint.pool", lang, shares=shares), lang)]
    return []


def shares_text(study: Study, shares: Sequence[float], lang: str = "en") -> str:
    """Name each analyst with what their view counts."""
    parts = [
        say("viewpoint.share", lang, analyst=translate(one.label, lang), share=share)
        for one, share in zip(study.analysts, percent_texts(shares, lang), strict=True)
    ]
    return list_text(parts, lang)


def disagreement_sentences(
    study: Study, lang: str = "en", *, cause: str | None = None, scenario: str | None = None
) -> list[str]:
    """Say which effects analysts state differently, one sentence for each.

    Parameters
    ----------
    study : Study
    lang : {"en", "ar"}
    cause, scenario : str, optional
        Only those of one driver or conjunction; only those on one scenario.
    """
    return [
        paragraph(_disagreement(study, one, lang), lang)
        for one in disagreements(study)
        if cause in (None, one.cause) and scenario in (None, one.scenario)
    ]


def _disagreement(study: Study, one: Disagreement, lang: str) -> str:
    causes = study.drivers if one.kind == "driver" else study.conjunctions
    cause = next(each for each in causes if each.id == one.cause)
    words = [
        say(
            "viewpoint.word",
            lang,
            analyst=translate(analyst.label, lang),
            effect=_word(one.words[analyst.id], lang),
        )
        for analyst in study.analysts
    ]
    return say(
        "viewpoint.differ",
        lang,
        cause=quoted(translate(cause.label, lang), lang),
        scenario=quoted(translate(study.scenario(one.scenario).short, lang), lang),
        words=list_text(words, lang),
    )


def _word(effect: str, lang: str) -> str:
    if effect == "no effect":
        return say("viewpoint.no_effect", lang)
    return say("viewpoint.unclear", lang) if effect == "unclear" else say(f"effect.{effect}", lang)
