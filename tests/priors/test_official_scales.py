"""The six official scales: their bands, how they are read, and what they write."""

from __future__ import annotations

import pytest

from tarjih.priors.scales import PROJECT_WORDING, load_scale, scale_names

# Percent, typed in here a second time.
BANDS = {
    "icd203": [(1, 5), (5, 20), (20, 45), (45, 55), (55, 80), (80, 95), (95, 99)],
    "phia": [(0, 5), (10, 20), (25, 35), (40, 50), (55, 75), (80, 90), (95, 100)],
    "nato": [(0, 10), (10, 40), (40, 60), (60, 90), (90, 100)],
    "ipcc": [
        (0, 1), (0, 5), (0, 10), (0, 33), (33, 66), (50, 100), (66, 100), (90, 100), (95, 100),
        (99, 100),
    ],
    "efsa": [
        (0, 1), (1, 5), (5, 10), (10, 33), (33, 66), (66, 90), (90, 95), (95, 99), (99, 100),
    ],
    "kent": [(2, 12), (20, 40), (40, 60), (63, 87), (87, 99)],
}  # fmt: skip


def test_there_are_six_and_the_survey() -> None:
    assert set(scale_names()) == {*BANDS, "survey"}


@pytest.mark.parametrize("name", BANDS)
def test_bands(name: str) -> None:
    found = [(round(100 * term.low), round(100 * term.high)) for term in load_scale(name).terms]
    assert found == BANDS[name]


@pytest.mark.parametrize("name", BANDS)
def test_a_band_is_read_as_its_central_90_percent(name: str) -> None:
    for term in load_scale(name).terms:
        reading, width = term.reading(), term.high - term.low
        low = term.low if term.low > 0 else width / 20
        high = term.high if term.high < 1 else 1 - width / 20
        assert reading.quantile(0.05) == pytest.approx(low)
        assert reading.quantile(0.95) == pytest.approx(high)
        odds = [q / (1 - q) for q in (low, reading.quantile(0.5), high)]
        assert odds[1] ** 2 == pytest.approx(odds[0] * odds[2])


@pytest.mark.parametrize("name", BANDS)
def test_every_probability_has_a_word(name: str) -> None:
    """It is in the word's band, or the band is the nearest there is."""
    scale = load_scale(name)
    for i in range(1001):
        p = i / 1000
        term = scale.write(p)
        nearest = min(other.distance(p) for other in scale.terms)
        assert term.distance(p) == pytest.approx(nearest)


@pytest.mark.parametrize(
    ("name", "probability", "word"),
    [
        ("phia", 0.07, "remote chance"), ("phia", 0.075, "highly unlikely"),
        ("phia", 0.225, "unlikely"), ("phia", 0.375, "realistic possibility"),
        ("phia", 0.77, "likely"), ("phia", 0.775, "likely"), ("phia", 0.925, "highly likely"),
        ("kent", 0.0, "almost certainly not"), ("kent", 0.16, "probably not"),
        ("kent", 0.61, "chances about even"), ("kent", 0.62, "probable"),
        ("kent", 1.0, "almost certain"),
        ("ipcc", 0.0, "exceptionally unlikely"), ("ipcc", 0.01, "extremely unlikely"),
        ("ipcc", 0.33, "about as likely as not"), ("ipcc", 0.66, "likely"),
        ("ipcc", 0.95, "extremely likely"), ("ipcc", 1.0, "virtually certain"),
        ("efsa", 0.33, "about as likely as not"), ("nato", 0.9, "highly likely"),
    ],
)  # fmt: skip
def test_gaps_and_nests(name: str, probability: float, word: str) -> None:
    assert load_scale(name).write(probability).id == word


def test_an_interval_takes_the_narrowest_band_that_holds_it() -> None:
    def words(name: str, low: float, high: float) -> list[str]:
        return [term.id for term in load_scale(name).write_range(low, high)]

    assert words("ipcc", 0.7, 0.97) == ["likely"]
    assert words("ipcc", 0.4, 0.7) == ["about as likely as not", "likely"]
    assert words("ipcc", 0.02, 0.3) == ["unlikely"]
    assert words("phia", 0.21, 0.24) == ["highly unlikely", "unlikely"]


def test_published_arabic_is_marked_as_such_and_all_else_as_the_projects() -> None:
    published = {
        (name, term.id)
        for name in scale_names()
        for term in load_scale(name).terms
        if term.arabic_source != PROJECT_WORDING
    }
    assert ("ipcc", "likely") in published
    assert ("ipcc", "very likely") in published
    assert ("ipcc", "unlikely") not in published
    for name, id in published:
        scale = load_scale(name)
        term = next(term for term in scale.terms if term.id == id)
        assert term.arabic_source.split(": ")[0] in term.spellings["ar"]
        assert "IPCC" in term.arabic_source


@pytest.mark.parametrize("name", BANDS)
def test_arabic_is_read_wider_on_both_sides(name: str) -> None:
    for term in load_scale(name).terms:
        english = term.reading()
        arabic = load_scale(name).read(term.spellings["ar"][0])
        for level in (0.05, 0.95):
            away = english.value(level) - english.value(0.5)
            assert arabic.value(level) - arabic.value(0.5) == pytest.approx(1.5 * away)
