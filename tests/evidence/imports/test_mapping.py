"""Mapping files: what they may say, and what is told of those that are wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence.imports.conditions import compiled
from tarjih.evidence.imports.dating import read_date, spread
from tarjih.evidence.imports.filling import RowRefused, slug
from tarjih.evidence.imports.mapped import RowMapping
from tarjih.evidence.imports.mapping_files import read_mapping, ready_mappings
from tarjih.evidence.imports.templates import Template
from tarjih.evidence.ledgers.held import Held
from tarjih.scenarios import load
from tarjih.scenarios.records import Study

READY = ("syria_russia_acled", "syria_russia_gdelt2", "syria_russia_ucdp")


def _load(folder: Path, text: str) -> RowMapping:
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return RowMapping.load(str(path))


@pytest.mark.parametrize("name", READY)
def test_ready_mappings_fit_the_shipped_study(name: str) -> None:
    RowMapping.load(name).check_study(Held(load("syria_russia")))
    assert name in ready_mappings()


@pytest.mark.parametrize("name", ["acled", "gdelt2", "ucdp_candidate"])
def test_a_mapping_of_a_dataset_alone_feeds_nothing(name: str) -> None:
    with pytest.raises(InvalidRequest, match=f"no rules.*extends: {name}"):
        read_mapping(name)


def test_a_row_becomes_an_item(tmp_path: Path, mapping_text: str, ordinary: dict[str, str]) -> None:
    draft = _load(tmp_path, mapping_text).draft(
        {**ordinary, "teller": "Beta;Gamma;Alpha", "note": "=1+1"}
    )
    assert draft.id == "field__north_1"
    assert draft.series == "field__north_"
    assert draft.known == dt.date(2025, 10, 12)
    assert draft.data == {
        "happened": "2025-10-10/2025-10-10",
        "kind": "claim",
        "sources": ["b", "a"],
        "credibility": 2,
        "label": {"en": "visit in North"},
        "note": {"en": "=1+1"},
        "seen": "visit",
    }


def test_the_first_rule_that_takes_a_row_holds(
    tmp_path: Path, mapping_text: str, ordinary: dict[str, str]
) -> None:
    mapping = _load(tmp_path, mapping_text)
    draft = mapping.draft({**ordinary, "what": "STRIKES"})
    assert draft.data is not None
    assert (draft.data["seen"], draft.data["kind"]) == ("strike", "act")
    assert mapping.draft({**ordinary, "what": "rain", "day": "never"}).data is None


def test_a_date_to_the_week_or_month_ends_when_it_was_told(
    tmp_path: Path, mapping_text: str, ordinary: dict[str, str]
) -> None:
    mapping = _load(tmp_path, mapping_text)
    assert mapping.draft({**ordinary, "exact": "w"}).happened == (
        dt.date(2025, 10, 7),
        dt.date(2025, 10, 12),
    )
    late = mapping.draft({**ordinary, "exact": "m", "told": "2025-12-01"})
    assert late.happened == (dt.date(2025, 10, 1), dt.date(2025, 10, 31))
    undated = mapping.draft({**ordinary, "exact": "m", "told": ""}, dt.date(2025, 10, 20))
    assert undated.happened == (dt.date(2025, 10, 1), dt.date(2025, 10, 20))


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"no": " "}, "no"),
        ({"day": "10.10.25"}, "day"),
        ({"day": ""}, "happened"),
        ({"exact": "x"}, "exact"),
        ({"told": "soon"}, "told"),
        ({"teller": "Gamma"}, "teller"),
    ],
)
def test_a_row_that_cannot_be_an_item(
    tmp_path: Path, cells: dict[str, str], column: str, mapping_text: str, ordinary: dict[str, str]
) -> None:
    with pytest.raises(RowRefused) as caught:
        _load(tmp_path, mapping_text).draft({**ordinary, **cells})
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("dataset: field", "dataset: a__b", r"m\.yaml:3:3: an id expected"),
        ("dataset: field", "colour: red", r"m\.yaml:3:3: unknown key in mapping"),
        ("  dataset: field\n", "", "names no dataset"),
        ("identity: [no]\n", "", "no identity"),
        ("{what} in {region}", "{what:>9}", r"m\.yaml:18:11: only names of columns"),
        ("{what} in {region}", "{what.x[0]}", "only names of columns"),
        ("{what} in {region}", "{what", "only names of columns"),
        ("{begins: strike}", "{matches: s.*}", r"m\.yaml:23:19: unknown key in condition"),
        ("{begins: strike}", "42", r"put it in quotes: '42'"),
        (
            "    seen: strike\n    kind: act\n",
            "    kind: act\n",
            r"m\.yaml:23:5: a rule says one thing",
        ),
        ("    seen: strike\n", "    seen: strike\n    checked: visit\n", "a rule says one thing"),
        ("column: day\n", "column: day\n    from: day\n", r"`column:`, or `from:` and `to:`"),
        ("written: [YYYY-MM-DD, DD", "written: [YYYY-MM-DD, '%d', DD", "unknown word"),
        ("credibility: 2", "credibility: 9", "out of range"),
        ("  id: reports", "  id: reports\n  extends: none", "there is no such mapping"),
        ("  id: reports", "  id: reports\n  extends: m.yaml", "in a circle"),
        ("mapping:", "x: &a 1\nmapping:", "anchors are not allowed"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, what: str, mapping_text: str
) -> None:
    assert old in mapping_text
    with pytest.raises(InvalidRequest, match=what):
        _load(tmp_path, mapping_text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("seen: strike", "seen: strikes", r"m\.yaml:24:5: unknown indicator: got 'strikes'"),
        ("seen: strike", "level: {war: deepest}", "unknown level of driver 'war'"),
        ("seen: strike", "level: {wars: deep}", "unknown driver"),
        ("seen: strike", "weights: {hold: for, turned: against}", "unknown scenario"),
        ("Beta: b", "Beta: bb", r"m\.yaml:16:3: unknown source: got 'bb'"),
    ],
)
def test_what_the_study_lacks_is_told_before_any_row(
    tmp_path: Path, study: Study, old: str, new: str, what: str, mapping_text: str
) -> None:
    mapping = _load(tmp_path, mapping_text.replace(old, new))
    with pytest.raises(InvalidRequest, match=what):
        mapping.check_study(Held(study))


def test_columns_that_a_file_lacks(
    tmp_path: Path, mapping_text: str, ordinary: dict[str, str]
) -> None:
    mapping = _load(tmp_path, mapping_text)
    mapping.check_columns(tuple(ordinary), "e.csv")
    with pytest.raises(InvalidRequest, match=r"e\.csv:1: a column is missing: got 'teller'.*did"):
        mapping.check_columns(("no", "region", "day", "exact", "told", "tellers", "what", "note"),
                              "e.csv")  # fmt: skip


def test_a_mapping_adds_to_another(
    tmp_path: Path, mapping_text: str, ordinary: dict[str, str]
) -> None:
    (tmp_path / "base.yaml").write_text(mapping_text, encoding="utf-8")
    mapping = _load(
        tmp_path,
        "mapping: {id: own, extends: base.yaml}\n"
        "values: {teller: {Gamma: c}}\n"
        "columns: {credibility: 4}\n"
        "rules:\n  - when: {what: visit, region: South}\n    skip: true\n"
        "otherwise: reject\n",
    )
    assert (mapping.name, mapping.dataset) == ("own", "field")
    assert mapping.draft({**ordinary, "region": "South"}).data is None
    draft = mapping.draft({**ordinary, "teller": "Gamma;Alpha"})
    assert draft.data is not None
    assert (draft.data["sources"], draft.data["credibility"]) == (["c", "a"], 4)
    with pytest.raises(RowRefused, match="no rule takes"):
        mapping.draft({**ordinary, "what": "rain"})


def test_values_can_name_what_was_seen(
    tmp_path: Path, mapping_text: str, ordinary: dict[str, str]
) -> None:
    rules = mapping_text.index("rules:")
    text = mapping_text[:rules].replace("kind: claim", "kind: claim\n  seen: {column: what}")
    text = text.replace("\nvalues:", "\nvalues:\n  what: {Visit: visit, Call: visit}")
    mapping = _load(tmp_path, text)
    draft = mapping.draft({**ordinary, "what": "call"})
    assert draft.data is not None
    assert draft.data["seen"] == "visit"
    with pytest.raises(RowRefused, match="no such value"):
        mapping.draft({**ordinary, "what": "rain"})


@pytest.mark.parametrize(
    ("condition", "cell", "holds"),
    [
        ("Visit", "visit ", True),
        (["a", "B"], "b", True),
        ({"contains": ["x", "ussi"]}, "Russia", True),
        ({"begins": ["x", "Rus"]}, "Belarus", False),
        ({"not": {"contains": "x"}}, "y", True),
        ({"at_least": 3}, "3.0", True),
        ({"at_least": 3}, "many", False),
        ({"at_most": 3, "at_least": 1}, "4", False),
        ({"empty": True}, " ", True),
        ({"empty": False}, "", False),
        ({"is": "a", "not": "a"}, "a", False),
        ("زيارة", "زيارة", True),
    ],
)
def test_conditions(condition: object, cell: str, holds: bool) -> None:
    assert compiled({"c": condition})({"c": cell}) is holds


def test_one_of_several_columns_is_enough_and_all_conditions_hold() -> None:
    test = compiled({"a|b": "x", "c": "y"})
    assert test({"a": "", "b": "x", "c": "y"})
    assert not test({"a": "x", "b": "x", "c": ""})
    assert not test({"c": "y"})


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2024-01-15 00:00:00.000", "YYYY-MM-DD", "2024-01-15"),
        ("20240115", "YYYYMMDD", "2024-01-15"),
        ("15 Jan 2024", "DD Month YYYY", "2024-01-15"),
        ("15/01/2024", "DD/MM/YYYY", "2024-01-15"),
        ("1/15/2024", "MM/DD/YYYY", "2024-01-15"),
        ("1705276800", "unix", "2024-01-15"),
        ("99999999999", "unix", None),
        ("999999999999", "unix", None),
        ("15 Foo 2024", "DD Month YYYY", None),
        ("2024-13-01", "YYYY-MM-DD", None),
    ],
)
def test_dates(text: str, form: str, day: str | None) -> None:
    found = read_date(text, [form])
    assert (found and str(found)) == day or (day is None and found and found.year > 4000)


def test_precision() -> None:
    day = dt.date(2024, 2, 29)
    assert spread(day, "month") == (dt.date(2024, 2, 1), day)
    assert spread(day, "year") == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert spread(day, "day") == (day, day)
    assert spread(dt.date.min, "week") == (dt.date.min, dt.date(1, 1, 4))
    assert spread(dt.date.max, "week") == (dt.date(9999, 12, 28), dt.date.max)


def test_nothing_is_evaluated() -> None:
    cells = {"a": "{b} {a.__class__}", "b": "x"}
    assert Template.read("<{A}> {b}").fill(cells) == "<{b} {a.__class__}> x"


def test_ids_of_different_rows_differ() -> None:
    names = ("a-b", "a b", "ا", "ب", "x" * 90, "x" * 91, "a_b", "ab")
    assert len({slug(name) for name in names}) == len(names)
    assert all(len(slug(name)) <= 48 for name in names)
