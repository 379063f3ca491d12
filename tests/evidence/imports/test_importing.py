"""Files into a ledger: all or nothing, and read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence import Ledger
from tarjih.evidence.imports.importing import bring_in
from tarjih.scenarios.records import Item, Study

WriteRows = Callable[..., Path]

ID = "field__north_1"


def _versions(ledger: Ledger, study: Study, id: str = ID) -> list[tuple[str, str, str | None]]:
    return [
        (str(one.known), one.label["en"], None if one.until is None else str(one.until))
        for one in ledger.versions(study, id)
    ]


def test_rows_are_recorded_once(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    path = write_rows([{}, {"no": "2", "what": "strike"}, {"no": "3", "what": "rain"}])
    first = bring_in(ledger, study, path, mapping=mapping, author="x")
    assert (first.rows, first.recorded, first.skipped, first.entries) == (3, 2, 1, 2)
    assert [(act.line, act.did, act.id) for act in first.acts] == [
        (2, "recorded", ID),
        (3, "recorded", "field__north_2"),
    ]
    head = ledger.head
    again = bring_in(ledger, study, path, mapping=mapping, author="x")
    assert (again.unchanged, again.skipped, again.entries) == (2, 1, 0)
    assert ledger.head == head


def test_what_changed_is_amended_from_the_day_it_was_told(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}]), mapping=mapping, author="x")
    path = write_rows([{"what": "call", "told": "2025-11-01"}])
    found = bring_in(ledger, study, path, mapping=mapping, author="x")
    assert (found.amended, found.acts[0].fields) == (1, ("label",))
    assert _versions(ledger, study) == [
        ("2025-10-12", "visit in North", "2025-11-01"),
        ("2025-11-01", "call in North", None),
    ]


def test_a_later_date_of_publication_alone_changes_nothing(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}]), mapping=mapping, author="x")
    path = write_rows([{"told": "2025-11-01"}])
    assert bring_in(ledger, study, path, mapping=mapping, author="x").unchanged == 1


def test_a_change_without_a_date_needs_one(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}]), mapping=mapping, author="x")
    path = write_rows([{"what": "call"}])
    with pytest.raises(InvalidRequest, match=r"events\.csv:2: .*otherwise \(label\).*--known"):
        bring_in(ledger, study, path, mapping=mapping, author="x")
    found = bring_in(ledger, study, path, mapping=mapping, known="2025-11-05", author="x")
    assert found.acts[0].known == dt.date(2025, 11, 5)


def test_an_error_of_ours_is_mended_from_the_beginning(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}, {"no": "2"}]), mapping=mapping, author="x")
    path = write_rows([{"what": "call"}, {"no": "2", "what": "rain"}])
    found = bring_in(ledger, study, path, mapping=mapping, our_error=True, author="x")
    assert (found.amended, found.retracted) == (1, 1)
    assert _versions(ledger, study) == [("2025-10-12", "call in North", None)]
    assert _versions(ledger, study, "field__north_2") == []


def test_what_vanished_is_retracted_within_what_the_file_covers(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    rows = [
        {"no": "1"},
        {"no": "2", "day": "2025-10-11"},
        {"no": "3", "day": "2025-09-01"},
        {"no": "4", "region": "South"},
        {"no": "5", "day": "2025-10-12"},
    ]
    bring_in(ledger, study, write_rows(rows), mapping=mapping, author="x")
    path = write_rows([rows[0], rows[4]])
    assert bring_in(ledger, study, path, mapping=mapping, partial=True, author="x").entries == 0
    found = bring_in(ledger, study, path, mapping=mapping, known="2025-11-20", author="x")
    assert [(act.line, act.did, act.id, str(act.known)) for act in found.acts] == [
        (None, "retracted", "field__north_2", "2025-11-20")
    ]
    assert found.checked_vanished
    assert bring_in(ledger, study, path, mapping=mapping, author="x").entries == 0


def test_a_row_that_comes_back_is_recorded_anew(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    rows = [{"no": str(n)} for n in (1, 2)]
    for kept, known in ((rows, None), (rows[:1], "2025-11-01"), (rows, None), (rows, None)):
        bring_in(ledger, study, write_rows(kept), mapping=mapping, known=known, author="x")
    second = ledger.versions(study, "field__north_2")
    third = ledger.versions(study, "field__north_2__2")
    assert [one.until for one in second] == [dt.date(2025, 11, 1)]
    assert [one.until for one in third] == [None]


def test_a_row_that_no_rule_takes_any_more_is_retracted(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}]), mapping=mapping, author="x")
    path = write_rows([{"what": "rain", "told": "2025-11-03"}])
    found = bring_in(ledger, study, path, mapping=mapping, author="x")
    assert [(act.line, act.did, str(act.known)) for act in found.acts] == [
        (2, "retracted", "2025-11-03")
    ]


def test_what_was_put_right_by_hand_stays(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    path = write_rows([{"no": str(n)} for n in (1, 2, 3)])
    bring_in(ledger, study, path, mapping=mapping, author="x")
    ledger.amend(study, ID, {"credibility": 5}, known="2025-10-20", again=True, author="x")
    ledger.retract(study, "field__north_2", because="disproved", known="2025-10-20", author="x")
    ledger.retract(study, "field__north_3", because="our-error", author="x")
    again = bring_in(ledger, study, path, mapping=mapping, author="x")
    assert (again.unchanged, again.set_aside, again.entries) == (1, 2, 0)
    path = write_rows([{"no": "1", "note": "more", "told": "2025-11-01"}])
    bring_in(ledger, study, path, mapping=mapping, partial=True, author="x")
    last = ledger.versions(study, ID)[-1]
    assert (last.credibility, last.note) == (5, {"en": "more"})


def test_one_wrong_row_and_nothing_is_recorded(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    rows = [{"no": str(n), "teller": "Gamma" if n % 2 else "Alpha"} for n in range(60)]
    head = ledger.head
    with pytest.raises(InvalidRequest) as caught:
        bring_in(ledger, study, write_rows(rows), mapping=mapping, author="x")
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert "events.csv:3 (teller): the mapping knows none" in lines[0]
    assert lines[-1].startswith("and 10 more: 30 rows are wrong, and nothing was recorded")
    assert ledger.head == head
    assert not ledger.held(study).recorded


def test_going_on_leaves_the_wrong_rows_in_a_file_that_can_be_mended(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows, tmp_path: Path
) -> None:
    rows = [{}, {"no": "2", "teller": "Gamma", "note": "=cmd()"}, {"no": "3", "day": "x"}]
    path = write_rows(rows)
    found = bring_in(ledger, study, path, mapping=mapping, keep_going=True, author="x")
    assert (found.recorded, found.rejected, found.checked_vanished) == (1, 2, False)
    left = tmp_path / "events.csv.rejected.csv"
    assert found.rejected_file == left
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "events.csv", "events.csv.rejected.csv", "reports.yaml",
    ]  # fmt: skip
    text = left.read_text(encoding="utf-8-sig")
    assert "'=cmd()" in text
    assert text.splitlines()[1].startswith("3,")
    mended = text.replace("Gamma", "Beta").replace(",x,", ",2025-10-10,")
    left.write_text(mended, encoding="utf-8")
    again = bring_in(ledger, study, left, mapping=mapping, author="x")
    # What an earlier import left over is a part only: nothing has vanished.
    assert (again.recorded, again.entries) == (2, 2)
    assert ledger.versions(study, "field__north_2")[0].note == {"en": "=cmd()"}


def test_a_trial_records_and_writes_nothing(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows, tmp_path: Path
) -> None:
    path = write_rows([{}, {"no": "2", "day": "x"}])
    found = bring_in(
        ledger, study, path, mapping=mapping, keep_going=True, dry_run=True, author="x"
    )
    assert (found.recorded, found.rejected, found.rejected_file) == (1, 1, None)
    assert len(list(tmp_path.iterdir())) == 2
    assert ledger.count() == 0


def test_the_same_identity_twice(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    path = write_rows([{}, {"what": "call"}])
    with pytest.raises(InvalidRequest, match=r"events\.csv:3: line 2 has the same identity"):
        bring_in(ledger, study, path, mapping=mapping, author="x")


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"note": "bell\x07"}, "control character"),
        ({"note": "x" * 10_001}, "text too long"),
        ({"day": "2030-01-01", "told": "2030-01-02"}, "future"),
        ({"day": "2025-10-20"}, "known before the end"),
        ({"day": "1800-01-01"}, "1900"),
        ({"told": ""}, "nothing says when this was published"),
    ],
)
def test_a_row_is_refused_with_its_line(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows,
    cells: dict[str, str], what: str,
) -> None:  # fmt: skip
    with pytest.raises(InvalidRequest, match=r"events\.csv:3.*" + what):
        bring_in(ledger, study, write_rows([{}, {"no": "2", **cells}]), mapping=mapping, author="x")


def test_markup_is_kept_as_text(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    note = "<script>alert('x')</script>, \"quoted\"; عربي"
    bring_in(ledger, study, write_rows([{"note": note}]), mapping=mapping, author="x")
    assert ledger.versions(study, ID)[0].note == {"en": note}


def test_a_full_disk_leaves_nothing_behind(
    study: Study, mapping: str, write_rows: WriteRows, tmp_path: Path,
    memory: object, ledger: Ledger,
) -> None:  # fmt: skip
    memory.fail_after = 1  # type: ignore[attr-defined]
    rows = [{"no": "9", "day": "x"}, *({"no": str(n)} for n in range(3))]
    with pytest.raises(OSError, match="no space"):
        bring_in(ledger, study, write_rows(rows), mapping=mapping, keep_going=True, author="x")
    assert len(list(tmp_path.iterdir())) == 2


def test_the_order_of_rows_changes_nothing_that_is_held(
    study: Study, make_ledger: Callable[[], Ledger], mapping: str, write_rows: WriteRows
) -> None:
    rows = [{"no": str(n), "what": "strike" if n % 3 else "visit"} for n in range(9)]
    later = [{**row, "note": "new", "told": "2025-11-01"} for row in rows[:7]]

    def held(turn: int) -> set[tuple[str, Item]]:
        ledger = make_ledger()
        for part in (rows, later):
            path = write_rows(part[::turn])
            bring_in(ledger, study, path, mapping=mapping, author="x")
        return {(one.id, one.known, one.until, str(one)) for one in ledger.items(study)}  # type: ignore[misc]

    assert held(1) == held(-1)


def test_what_an_ending_does_not_say(study: Study, ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "events.xlsx"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"got '\.xlsx'; allowed: \.csv"):
        bring_in(ledger, study, path, author="x")
    with pytest.raises(InvalidRequest, match=r"jq -c"):
        bring_in(ledger, study, tmp_path / "e.json", author="x")


def test_lines_of_json_with_a_mapping(
    study: Study, ledger: Ledger, mapping: str, tmp_path: Path
) -> None:
    path = tmp_path / "e.jsonl"
    row = '"region":"N","day":"2025-10-10","exact":"d","told":"2025-10-12","teller":"Alpha"'
    path.write_text(f'{{"no":1,"what":"visit",{row}}}\n{{"no":[2],"what":"visit",{row}}}\n')
    with pytest.raises(InvalidRequest, match=r"e\.jsonl:2 \(no\): one value a column"):
        bring_in(ledger, study, path, mapping=mapping, author="x")
    found = bring_in(ledger, study, path, mapping=mapping, keep_going=True, author="x")
    assert (found.recorded, found.rejected) == (1, 1)
    left = tmp_path / "e.jsonl.rejected.jsonl"
    left.write_text(left.read_text().replace("[2]", "2"))
    again = bring_in(ledger, study, left, mapping=mapping, author="x")
    # What was left over is a part only: the first row is not gone.
    assert (again.recorded, again.retracted) == (1, 0)


def test_all_that_is_wrong_with_a_row_is_told_at_once(
    study: Study, ledger: Ledger, mapping: str, write_rows: WriteRows
) -> None:
    path = write_rows([{"day": "x", "told": "y", "teller": "Gamma"}])
    with pytest.raises(InvalidRequest) as raised:
        bring_in(ledger, study, path, mapping=mapping, author="x")
    told = [one.where.partition(" ")[2] for one in raised.value.problems[:-1]]
    assert told == ["(day)", "(told)", "(teller)"]
