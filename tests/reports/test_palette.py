"""Colours stay apart for every reader.

Colour vision deficiency is simulated by the matrices of Machado, Oliveira & Fernandes 2009
(doi:10.1109/TVCG.2009.113, severity 1); differences are distances in Oklab.
"""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest
from tarjih.reports.palette import (
    THEMES,
    contrast,
    ink,
    mixed,
    scenario_colours,
    scenario_looks,
    theme_named,
)

VISION = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
TO_CONES = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_OKLAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
APART = 0.08  # four times what is just noticeable


def seen(colour: str, vision: str) -> NDArray[np.float64]:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = TO_OKLAB @ np.cbrt(TO_CONES @ np.clip(VISION[vision] @ linear, 0, 1))
    return lab


def least_distance(colours: list[str], vision: str) -> float:
    pairs = itertools.combinations([seen(colour, vision) for colour in colours], 2)
    return min(float(np.linalg.norm(a - b)) for a, b in pairs)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("vision", VISION)
def test_any_two_scenarios_stay_apart(vision: str, name: str) -> None:
    theme = theme_named(name)
    assert least_distance([*theme.scenarios, theme.other], vision) >= APART


def test_the_check_catches_red_beside_green() -> None:
    assert least_distance(["#00aa00", "#dd5500"], "all colours") > APART
    assert least_distance(["#3a9a3a", "#b06a20"], "deuteranopia") < APART


def test_a_scenario_keeps_its_colour_when_others_are_added_after_it() -> None:
    few = scenario_colours(["a", "b", "other"])
    more = scenario_colours(["a", "b", "c", "other"])
    assert few["a"] == more["a"]
    assert few["b"] == more["b"]
    assert more["other"] == theme_named().other
    assert len(set(more.values())) == 4


def test_more_scenarios_than_colours_still_have_one() -> None:
    assert len(scenario_colours([f"s{n}" for n in range(20)])) == 20


@pytest.mark.parametrize("name", THEMES)
def test_colours_are_seen_and_text_is_read_on_their_ground(name: str) -> None:
    theme = theme_named(name)
    grounds = (theme.background, theme.wash)
    for colour in (*theme.scenarios, theme.other, theme.marked, theme.deep):
        assert contrast(colour, theme.background) >= 3.0, colour
    looks = scenario_looks([*(f"s{n}" for n in range(7)), "other"], theme)
    inks = [look.ink for look in looks.values()] + [look.strong for look in looks.values()]
    for ground in grounds:
        for colour in (*inks, theme.text, theme.muted, theme.warning):
            assert contrast(colour, ground) >= 4.5, (colour, ground)


def test_ink_moves_no_colour_that_can_be_read() -> None:
    assert contrast(ink("#56b4e9"), "#ffffff") >= 4.5
    assert contrast(ink("#332288", "#101418"), "#101418") >= 4.5
    assert ink("#332288") == "#332288"


def test_print_tells_scenarios_apart_without_colour() -> None:
    looks = scenario_looks([*(f"s{n}" for n in range(7)), "other"], theme_named("print"))
    assert len({look.marker for look in looks.values()}) == 8
    assert len({look.hatch for look in looks.values()}) == 8
    assert {look.ink for look in looks.values()} == {"#000000"}
    assert not theme_named("light").patterned


def test_a_tint_is_opaque_and_between() -> None:
    assert mixed("#ff0000", "#0000ff", 0.5) == "#800080"


def test_unknown_theme() -> None:
    with pytest.raises(InvalidRequest, match=r"unknown theme.*did you mean 'light'"):
        theme_named("lite")
