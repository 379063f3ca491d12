import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from tarjih.errors import InvalidRequest
from tarjih.models import Forecast
from tarjih.reports.texts.tables import (
    Cell,
    cell_percent,
    cell_width,
    plain_lines,
    rich_table,
    rtl_lines,
    summary_table,
    table_lines,
    table_note,
)
from tarjih.reports.words.numbers import LRM, RLM

Maker = Callable[..., tuple[Forecast, object]]
BOX = re.compile(r"[\u2500-\u259f|+]")


def numbers(text: str) -> list[str]:
    return re.findall(r"[<>]?\d+(?:–[<>]?\d+)?%", text)


def test_rows_follow_the_study_and_columns_sum_to_100(forecast: Forecast) -> None:
    table = summary_table(forecast)
    assert tuple(row.id for row in table.rows) == forecast.study.scenario_ids
    assert sum(row.now.whole or 0 for row in table.rows) == 100
    assert sum(row.at_horizon.whole or 0 for row in table.rows) == 100
    assert all(row.ever_by_horizon.whole is None for row in table.rows)
    assert table.leader == "sovereign_partnership"


def test_means_and_intervals_are_those_of_the_forecast(forecast: Forecast) -> None:
    values = forecast.table()
    for row in summary_table(forecast).rows:
        assert row.now.mean == values[row.id]["now"]["mean"]
        assert row.at_horizon.q05 == values[row.id]["at_horizon"]["q05"]
        assert row.ever_by_horizon.q95 == values[row.id]["ever_by_horizon"]["q95"]


def test_plain_columns_line_up_without_boxes(forecast: Forecast) -> None:
    lines = plain_lines(summary_table(forecast))
    assert not any(BOX.search(line) for line in lines)
    assert all(line == line.rstrip() for line in lines)
    ends = [[match.end() for match in re.finditer(r"\d%(?= )", line)] for line in lines[1:]]
    assert len(ends[0]) == 3
    assert all(end == ends[0] for end in ends)


def test_plain_columns_line_up_for_arabic_names_too(forecast: Forecast) -> None:
    lines = plain_lines(summary_table(forecast), "ar")
    starts = {cell_width(line[: line.index("(")]) for line in lines[1:]}
    assert len(starts) == 1


def test_arabic_is_one_marked_line_for_each_scenario_name_first(forecast: Forecast) -> None:
    table = summary_table(forecast)
    lines = table_lines(table, "ar")
    assert lines == rtl_lines(table)
    assert len(lines) == len(table.rows)
    for line, row in zip(lines, table.rows, strict=True):
        assert line.startswith(RLM + row.label["ar"] + ":")
        assert not BOX.search(line)
        assert "  " not in line
        for number in numbers(line):
            assert f"{LRM}{number}{LRM}" in line


def test_both_languages_hold_the_same_numbers(forecast: Forecast) -> None:
    table = summary_table(forecast)
    english = [numbers(line) for line in table_lines(table, "en")[1:]]
    arabic = [numbers(line) for line in table_lines(table, "ar")]
    assert english == arabic
    assert all(len(row) == 6 for row in english)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_rich_table_has_the_same_numbers(forecast: Forecast, lang: str) -> None:
    table = summary_table(forecast)
    out = io.StringIO()
    Console(file=out, width=140, color_system=None).print(rich_table(table, lang))
    wanted = [number for line in table_lines(table, lang) for number in numbers(line)]
    assert numbers(out.getvalue()) == wanted


def test_probabilities_at_the_edge(forecast_maker: Maker) -> None:
    table = summary_table(forecast_maker(extreme=True)[0])
    assert [row.now.mean_text() for row in table.rows] == [">99%", "<1%", "<1%", "<1%", "<1%"]


def test_note_names_dates_and_interval(forecast: Forecast) -> None:
    table = summary_table(forecast)
    english = table_note(table)
    assert "31 January 2026" in english
    assert "31 January 2027" in english
    assert "90% interval, parameters only; model error not included" in english
    assert "31 كانون الثاني/يناير 2027" in table_note(table, "ar")


def test_unknown_language(forecast: Forecast) -> None:
    with pytest.raises(InvalidRequest, match="unknown language"):
        table_lines(summary_table(forecast), "fr")


def test_what_is_shown_alike_has_not_changed() -> None:
    # Rounded among all, the one is 1 and the other 0; both are shown as <1%.
    before, after = Cell(0.006, 0.0, 0.1, whole=1), Cell(0.004, 0.0, 0.1, whole=0)
    assert before.mean_text("en") == after.mean_text("en") == "<1%"
    assert cell_percent(after) - cell_percent(before) == 0
