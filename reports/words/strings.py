"""Every string shown to people, in every language, from one place: ``strings*.yaml``.

A string has named fields, ``{so}``. One that counts something is a mapping of plural
categories (``one``, ``two``, ``few``, ``many``, ``other``) and is chosen by its field
``n``; Arabic uses all five, English two. Translators need to touch those files only; a test
fails when a string lacks a language, or when its languages differ in their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from tarjih.reports.words.locales import LANGUAGES, digits_of, language
from tarjih.reports.words.numbers import LRM, RLM, shaped

__all__ = ["LANGUAGES", "language", "list_text", "quoted", "say", "string_table"]

_FILES = "strings*.yaml"
_INNER = {
    "en": str.maketrans("\u201c\u201d", "\u2018\u2019"),
    "ar": str.maketrans("\u00ab\u00bb", "\u2039\u203a"),
}
_QUOTES = {
    "en": ("\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"),
    "ar": (
        "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
        "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    ),
}

Template = str | Mapping[str, str]


@cache
def string_table() -> Mapping[str, Mapping[str, Template]]:
    """Read the files once: key to language to template.

    Raises
    ------
    ValueError
        If two files have a string of the same name: a mistake of ours, not a user's.
    """
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    merged: dict[str, Mapping[str, Template]] = {}
    for path in sorted(Path(__file__).parent.glob(_FILES)):
        table = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        twice = merged.keys() & table.keys()
        if twice:
            raise ValueError(f"{path.name}: strings of the same name: {', '.join(sorted(twice))}")
        merged.update(table)
    return merged


def say(key: str, lang: str = "en", **fields: object) -> str:
    """Return one string with its fields filled in.

    Parameters
    ----------
    key : str
        Its name in ``strings*.yaml``.
    lang : {"en", "ar"}
    **fields
        Values of the named fields. A string that counts takes its form from ``n``.

    Raises
    ------
    InvalidRequest
        If the toolkit does not speak the language.
    KeyError
        If there is no such string, or a field is missing: a mistake of ours, not a user's.

    Examples
    --------
    >>> say("months", n=1), say("months", n=6)
    ('1 month', '6 months')
    >>> [say("months", "ar", n=n) for n in (1, 2, 6, 14)]
    ['شهر واحد', 'شهرين', '6 أشهر', '14 شهرًا']
    """
    template = string_table()[key][language(lang)]
    if not isinstance(template, str):
        number = fields["n"]
        form = _PLURALS[lang](number) if isinstance(number, int) else "other"
        template = template.get(form, template["other"])
    if digits_of(lang) != "latin":
        template = _reshaped(template, lang)
        fields = {name: _shaped_number(value, lang) for name, value in fields.items()}
    return template.format(**fields)


def _reshaped(template: str, lang: str) -> str:
    """Return a template with the figures of its own words in the language's digits."""
    parts = []
    for words, field, spec, conversion in Formatter().parse(template):
        own = shaped(words, lang).replace(LRM, RLM)
        parts.append(own.replace("{", "{{").replace("}", "}}"))
        if field is not None:
            parts.append(f"{{{field}{'!' + conversion if conversion else ''}")
            parts.append(f"{':' + spec if spec else ''}}}")
    return "".join(parts)


def _shaped_number(value: object, lang: str) -> object:
    return shaped(str(value), lang) if isinstance(value, int | float) else value


def quoted(text: str, lang: str = "en") -> str:
    """Put a name in the quotation marks of the language; those inside it become single ones.

    Examples
    --------
    >>> quoted("Rupture"), quoted("قطيعة", "ar")
    ('“Rupture”', '«قطيعة»')
    >>> quoted("He says “no”"), quoted("يقول «لا»", "ar")
    ('“He says ‘no’”', '«يقول ‹لا›»')
    """
    left, right = _QUOTES[language(lang)]
    return f"{left}{text.translate(_INNER[lang])}{right}"


def list_text(parts: list[str], lang: str = "en") -> str:
    """Join names that may hold commas themselves.

    Examples
    --------
    >>> list_text(["Ukraine war", "US withdrawal"])
    'Ukraine war; US withdrawal'
    """
    return say("list.separator", lang).join(parts)


def _english_plural(n: int) -> str:
    return "one" if n == 1 else "other"


def _arabic_plural(n: int) -> str:
    # The categories of Unicode CLDR for Arabic, "zero" read as "other".
    if n in (1, 2):
        return ("one", "two")[n - 1]
    if 3 <= n % 100 <= 10:
        return "few"
    return "many" if 11 <= n % 100 <= 99 else "other"


_PLURALS: Mapping[str, Callable[[int], str]] = {"en": _english_plural, "ar": _arabic_plural}
