"""Our own small tables against Unicode CLDR, by way of Babel."""

import copy
import datetime as dt
import pickle
import re
import unicodedata

import pytest
from babel import Locale as BabelLocale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from tarjih.errors import InvalidRequest
from tarjih.reports.words.dates import (
    date_text,
    month_name,
    month_text,
    months_text,
    short_date_text,
    span_text,
)
from tarjih.reports.words.locales import LANGUAGES, Locale, digits_of, language, locale_of
from tarjih.reports.words.numbers import (
    LRM,
    RLM,
    count_text,
    figures,
    interval_text,
    isolated,
    percent_text,
    shaped,
    signed_text,
)
from tarjih.reports.words.strings import say, string_table

ARABIC = locale_of("ar", "arabic")
SYSTEMS = (("ar", "latn"), (ARABIC, "arab"))
CLDR = BabelLocale.parse("ar")
SYRIAN, GULF = BabelLocale.parse("ar_SY"), BabelLocale.parse("ar_AE")
MARKS = re.compile("[\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}]")
days = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


def form_of(lang: str, form: str) -> str:
    forms = string_table()["days"][lang]
    assert not isinstance(forms, str)
    return forms[form]


def bare(text: str) -> str:
    return MARKS.sub("", text)


def theirs(text: str, system: str) -> str:
    """Finish what Babel begins: it puts in the separators of Arabic digits, not the digits."""
    if system == "latn":
        return bare(text)
    digits = {str(unicodedata.digit(one)): one for one in "٠١٢٣٤٥٦٧٨٩"}
    symbols = CLDR.number_symbols[system]
    return bare("".join(digits.get(one, one) for one in text).replace("%", symbols["percentSign"]))


@given(st.integers(0, 10**9))
def test_counts_are_those_of_cldr(number: int) -> None:
    assert bare(count_text(number)) == format_decimal(number, locale="en")
    for lang, system in SYSTEMS:
        text = format_decimal(number, locale="ar", numbering_system=system)
        assert bare(count_text(number, lang)) == theirs(text, system)


@given(st.integers(1, 99))
def test_percents_are_those_of_cldr(whole: int) -> None:
    for lang, system in SYSTEMS:
        text = format_percent(whole / 100, locale="ar", numbering_system=system)
        assert bare(percent_text(whole / 100, lang)) == theirs(text, system)


@given(st.integers(-999, 999))
def test_decimals_and_signs_are_those_of_cldr(tenths: int) -> None:
    pattern = "+0.0;-0.0" if tenths else "0.0"
    for lang, system in SYSTEMS:
        text = format_decimal(tenths / 10, pattern, locale="ar", numbering_system=system)
        assert bare(signed_text(tenths / 10, lang, digits=1)) == theirs(text, system)


@pytest.mark.parametrize("month", range(1, 13))
def test_both_names_of_a_month_are_those_of_cldr(month: int) -> None:
    both = f"{SYRIAN.months['format']['wide'][month]}/{GULF.months['format']['wide'][month]}"
    assert month_name(month, "ar") == both
    assert month_name(month, "ar", short=True) == GULF.months["format"]["wide"][month]
    english = BabelLocale.parse("en").months["format"]
    assert month_name(month) == english["wide"][month]
    assert month_name(month, short=True) == english["abbreviated"][month]


@given(days)
def test_short_dates_are_those_of_cldr(day: dt.date) -> None:
    text = format_date(day, "short", locale="ar")
    for lang, system in SYSTEMS:
        assert bare(short_date_text(day, lang)) == theirs(text, system)
    assert short_date_text(day) == format_date(day, "d MMM y", locale="en")
    assert date_text(day) == format_date(day, "d MMMM y", locale="en")


@given(st.integers(1, 10_000))
def test_plural_forms_are_those_of_cldr(number: int) -> None:
    for lang in LANGUAGES:
        form = BabelLocale.parse(lang).plural_form(number)
        assert say("days", lang, n=number) == form_of(lang, form).format(n=number)


@given(days, days)
def test_a_span_names_no_month_in_arabic_and_keeps_its_ends(first: dt.date, last: dt.date) -> None:
    start, end = sorted((first, last))
    for lang in ("ar", ARABIC):
        text = bare(span_text(start, end, lang))
        assert not re.search("[\u0621-\u064a]", text)
        assert text.endswith(bare(short_date_text(end, lang)))
        assert text.startswith(shaped(str(start.day), lang))


def test_arabic_digits_change_numbers_and_nothing_else() -> None:
    assert bare(interval_text(0.0002, 0.95, ARABIC)) == "<١–٩٥٪"
    assert bare(figures("× 0.25", ARABIC)) == "× ٠٫٢٥"
    for name in ("e01", "us_withdrawal=full", "2026-01-31", "https://a.b/c?d=12%20", "s12"):
        assert bare(figures(name, ARABIC)) == name
        assert isolated(name, ARABIC) == f"{LRM}{name}{LRM}"
    assert isolated("12", ARABIC) == f"{LRM}12{LRM}"


def test_what_a_sentence_counts_and_says_itself_is_in_the_same_digits() -> None:
    assert say("months", ARABIC, n=14) == "١٤ شهرًا"
    assert say("interval.name", ARABIC) == f"مدى {RLM}٩٠٪{RLM}"
    assert months_text(4.5, ARABIC) == "٤٫٥ شهر"
    assert month_text(dt.date(2027, 1, 31), ARABIC) == "كانون الثاني/يناير ٢٠٢٧"
    # a name that was given keeps its digits, and braces stay braces
    told = say("drivers.age", ARABIC, driver="{G20}", age="x")
    assert "{G20}" in told


@pytest.mark.parametrize("key", sorted(string_table()))
def test_no_string_has_a_latin_digit_left(key: str) -> None:
    template = string_table()[key]["ar"]
    for form in [template] if isinstance(template, str) else template.values():
        fields = dict.fromkeys(re.findall(r"\{(\w+)", form), "x")
        assert not re.search(r"[0-9%]", say(key, ARABIC, **{**fields, "n": 3}))


def test_a_locale_is_its_language_wherever_one_is_asked_for() -> None:
    assert ARABIC == "ar"
    assert {"ar": 1}[ARABIC] == 1
    assert language(ARABIC) is ARABIC
    assert digits_of(ARABIC) == "arabic"
    assert digits_of("ar") == digits_of(Locale("ar")) == "latin"
    for twin in (copy.copy(ARABIC), copy.deepcopy(ARABIC), pickle.loads(pickle.dumps(ARABIC))):
        assert (twin, twin.digits) == ("ar", "arabic")


@pytest.mark.parametrize(
    ("lang", "digits", "message"),
    [
        ("fr", "latin", "unknown language"),
        ("ar", "roman", "no such digits: got 'roman'; allowed: latin, arabic"),
        ("en", "arabic", "Arabic digits go with Arabic text"),
    ],
)
def test_what_there_is_not_is_refused(lang: str, digits: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        locale_of(lang, digits)
