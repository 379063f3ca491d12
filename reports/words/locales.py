"""Which language a text is in, and which digits its numbers are written in.

A language is a word, ``"en"`` or ``"ar"``, and is passed as such everywhere. Digits travel with
it: `locale_of` returns the same word, equal to the plain one and usable wherever it is, that
remembers its digits. So one argument is enough for a sentence, a table or a chart, and there is
no setting anywhere that a call could forget, or another call could change.
"""

from __future__ import annotations

from tarjih.errors import InvalidRequest, Problem, nearest

__all__ = ["DIGITS", "LANGUAGES", "Locale", "digits_of", "language", "locale_of"]

LANGUAGES = ("en", "ar")
DIGITS = ("latin", "arabic")


class Locale(str):
    """A language that remembers the digits its numbers are written in.

    Attributes
    ----------
    digits : {"latin", "arabic"}

    Examples
    --------
    >>> Locale("ar", "arabic") == "ar", Locale("ar", "arabic").digits
    (True, 'arabic')
    """

    digits: str

    def __new__(cls, lang: str, digits: str = "latin") -> Locale:
        """Make one; `locale_of` also checks."""
        made = super().__new__(cls, lang)
        made.digits = digits
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Let a copy keep its digits."""
        return str(self), self.digits


def language(lang: str) -> str:
    """Return ``lang`` if the toolkit speaks it.

    Raises
    ------
    InvalidRequest
        If it does not.

    Examples
    --------
    >>> language("ar")
    'ar'
    """
    if lang not in LANGUAGES:
        raise InvalidRequest(
            Problem(
                "--lang",
                "unknown language",
                got=lang,
                allowed=", ".join(LANGUAGES),
                mend=nearest(lang, LANGUAGES),
            )
        )
    return lang


def locale_of(lang: str, digits: str = "latin") -> Locale:
    """Return a language with its digits, for every argument ``lang``.

    Parameters
    ----------
    lang : {"en", "ar"}
    digits : {"latin", "arabic"}
        ``arabic`` are the digits ٠١٢٣٤٥٦٧٨٩ with the percent sign ٪ and the decimal sign ٫.

    Raises
    ------
    InvalidRequest
        If there is no such language or there are no such digits, or if English is to be written
        in Arabic digits.

    Examples
    --------
    >>> from tarjih.reports.words.numbers import percent_text
    >>> percent_text(0.84, locale_of("ar", "arabic")).strip("\N{RIGHT-TO-LEFT MARK}")
    '٨٤٪'
    """
    language(lang)
    if digits not in DIGITS:
        mend = nearest(digits, DIGITS)
        raise InvalidRequest(Problem("--digits", "no such digits", digits, ", ".join(DIGITS), mend))
    if digits == "arabic" and lang != "ar":
        raise InvalidRequest(
            Problem("--digits", "Arabic digits go with Arabic text", digits, mend="add --lang ar")
        )
    return Locale(lang, digits)


def digits_of(lang: str) -> str:
    """Return the digits a language is written in: latin, unless it says otherwise.

    Examples
    --------
    >>> digits_of("ar"), digits_of(locale_of("ar", "arabic"))
    ('latin', 'arabic')
    """
    return lang.digits if isinstance(lang, Locale) else DIGITS[0]
