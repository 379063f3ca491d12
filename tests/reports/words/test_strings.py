import re
import string
from pathlib import Path

import pytest

import tarjih.reports.words.strings
from tarjih.errors import InvalidRequest
from tarjih.reports.words.dates import month_name
from tarjih.reports.words.strings import LANGUAGES, quoted, say, string_table

KEYS = sorted(string_table())
PLURALS = {"en": {"one", "other"}, "ar": {"one", "two", "few", "many", "other"}}
# Fields that a form of a plural may leave out: "one month" needs no number.
COUNTED = {"n"}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("key", KEYS)
def test_every_string_has_every_language_and_the_same_fields(key: str) -> None:
    entry = string_table()[key]
    assert set(entry) == set(LANGUAGES)
    needed = set()
    for lang in LANGUAGES:
        template = entry[lang]
        forms = {"other": template} if isinstance(template, str) else dict(template)
        assert all(form.strip() for form in forms.values())
        if not isinstance(template, str):
            assert set(forms) == PLURALS[lang]
            assert all(fields(form) | COUNTED == fields(forms["other"]) | COUNTED
                       for form in forms.values())  # fmt: skip
        needed.add(frozenset(fields(forms["other"])))
    assert len(needed) == 1, f"{key}: the languages differ in their fields"


@pytest.mark.parametrize("key", KEYS)
def test_arabic_is_arabic(key: str) -> None:
    template = string_table()[key]["ar"]
    for form in [template] if isinstance(template, str) else template.values():
        bare = re.sub(r"\{\w+\}", "", form)
        letters = [letter for letter in bare if letter.isalpha()]
        assert all("\u0600" <= letter <= "\u06ff" for letter in letters)
        english = re.sub(r"\{\w+\}", "", str(string_table()[key]["en"]))
        assert letters or len(re.findall("[A-Za-z]", english)) <= 2


def test_strings_used_are_there_and_strings_there_are_used() -> None:
    folder = Path(tarjih.reports.words.strings.__file__).parents[1]
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for place in (folder, folder.parent / "cli")
        for path in place.rglob("*.py")
    )
    named = set(re.findall(r'say\(\s*"([\w.]+)"', code))
    assert named <= set(KEYS)
    families = {match + "." for match in re.findall(r'say\(\s*f"([\w.]+)\.\{', code)}
    for key in KEYS:
        assert f'"{key}"' in code or any(key.startswith(family) for family in families), key


@pytest.mark.parametrize(
    ("n", "arabic"),
    [(1, "شهر واحد"), (2, "شهرين"), (3, "3 أشهر"), (10, "10 أشهر"), (11, "11 شهرًا"),
     (99, "99 شهرًا"), (100, "100 شهر"), (103, "103 أشهر")],
)  # fmt: skip
def test_arabic_counts_in_five_forms(n: int, arabic: str) -> None:
    assert say("months", "ar", n=n) == arabic


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert "{x}" in say("drivers.age", driver="{x}", age="3 days")


def test_unknown_language_says_which_there_are() -> None:
    with pytest.raises(InvalidRequest, match=r"unknown language: got 'fr'; allowed: en, ar"):
        say("months", "fr", n=2)


def test_missing_string_or_field_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        say("no.such.string")
    with pytest.raises(KeyError):
        say("event.now", scenario="x")


def test_twelve_months_in_both_languages() -> None:
    for lang in LANGUAGES:
        for short in (False, True):
            assert len({month_name(m, lang, short=short) for m in range(1, 13)}) == 12
    assert month_name(10, "ar") == "تشرين الأول/أكتوبر"
    assert quoted("قطيعة", "ar") == "«قطيعة»"
