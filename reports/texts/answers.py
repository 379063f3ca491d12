"""The answers that a question may have, by their names."""

from __future__ import annotations

from tarjih.reports.words.numbers import isolated
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import Study, translate

__all__ = ["answer_text"]


def answer_text(study: Study, answer: bool | str, lang: str, *, driver: str | None = None) -> str:
    """Return an answer by its name.

    Parameters
    ----------
    study : Study
    answer : bool or str
        A truth, or the id of a scenario, or with ``driver`` of one of its levels. One that the
        study no longer has is called by its id.
    lang : {"en", "ar"}
    driver : str, optional

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> answer_text(study, "full", "en", driver="us_withdrawal")
    '“full”'
    """
    if isinstance(answer, bool):
        return say(f"answer.{'yes' if answer else 'no'}", lang)
    if driver is not None:
        levels = study.driver(driver).levels if driver in study.driver_ids else ()
        for level in levels:
            if level.id == answer:
                return quoted(translate(level.label, lang), lang)
    elif answer in study.scenario_ids:
        return quoted(translate(study.scenario(answer).label, lang), lang)
    return isolated(answer, lang)
