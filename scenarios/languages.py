"""Which texts of a study lack a language that the rest of it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from tarjih.scenarios.records import Study

__all__ = ["LANGUAGES", "missing_texts"]

LANGUAGES = ("en", "ar")
_SECTIONS = (
    "scenarios",
    "drivers",
    "conjunctions",
    "judgements",
    "indicators",
    "sources",
    "items",
    "questions",
    "analysts",
)
_QUOTED = {"wording"}  # what a report itself says, in whatever language it says it


def missing_texts(study: Study) -> dict[str, list[tuple[str, str]]]:
    """Return, for each language the study speaks, the entries with a text that lacks it.

    Returns
    -------
    dict of str to list of (str, str)
        Language to section and id, in the study's order; the id of the study's own texts is
        empty. A study in one language alone lacks nothing.

    Examples
    --------
    >>> import tarjih
    >>> missing_texts(tarjih.load("syria_russia"))
    {'en': [], 'ar': []}
    """
    texts = list(_texts(study))
    spoken = {lang for _, _, text in texts for lang in text if lang in LANGUAGES}
    if len(spoken) < 2:
        return {}
    return {
        lang: list(dict.fromkeys((section, id) for section, id, text in texts if lang not in text))
        for lang in LANGUAGES
    }


def _texts(study: Study) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    for name in ("title", "description", "retrospective_note"):
        if text := getattr(study, name):
            yield "study", "", text
    for section in _SECTIONS:
        for entry in getattr(study, section):
            for text in _of(entry):
                yield section, entry.id, text


def _of(record: Any) -> Iterator[Mapping[str, str]]:
    """Yield the texts of a record, and of the records and texts it holds in tuples."""
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in _QUOTED:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if hasattr(one, "__dataclass_fields__") and hasattr(one, "label"):
                yield from _of(one)
            elif isinstance(one, Mapping) and one and set(one) <= set(LANGUAGES):
                yield one
