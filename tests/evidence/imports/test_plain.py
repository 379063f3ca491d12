"""The plain layout: what was exported comes back, in versions, in whatever order."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tarjih.errors import InvalidRequest
from tarjih.evidence import Ledger
from tarjih.evidence.imports.importing import bring_in
from tarjih.evidence.imports.layout import columns_of, to_row
from tarjih.scenarios.records import Item, Source, Study

MakeLedger = Callable[[], Ledger]
COLUMNS = ("id", "happened", "known", "seen", "kind", "sources", "credibility", "note")
FIRST = {
    "id": "k1",
    "happened": "2025-10-10",
    "known": "2025-10-12",
    "seen": "visit",
    "kind": "claim",
    "sources": "a;b",
    "credibility": "2",
}
LABELS = ("=1+1", 'a, "b"; c', "'x")
WriteRows = Callable[..., Path]


def _export(ledger: Ledger, study: Study, path: Path, turn: int = 1) -> Path:
    extended, held = ledger.extended(study), ledger.held(study)
    new = {one.id: one for one in extended.sources if study.source(one.id) is None}
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, columns_of(extended.items), lineterminator="\r\n")
        writer.writeheader()
        rows = [to_row(item, held.level_ids, new) for item in extended.items]
        writer.writerows(rows[::turn])
    return path


def _held(ledger: Ledger, study: Study) -> set[str]:
    return {str(item) for item in ledger.items(study)}


def test_rows_with_ids_are_known_again(study: Study, ledger: Ledger, write_rows: WriteRows) -> None:
    rows = [{}, {"id": "k2", "sources": "c"}]
    path = write_rows(rows, COLUMNS, default=FIRST)
    first = bring_in(ledger, study, path, author="x")
    assert (first.recorded, [act.id for act in first.acts]) == (2, ["k1", "k2"])
    again = bring_in(ledger, study, path, author="x")
    assert (again.unchanged, again.entries) == (2, 0)
    path = write_rows([{"note": "seen on film"}, rows[1]], COLUMNS, default=FIRST)
    with pytest.raises(InvalidRequest, match=r"events\.csv:2: k1 was recorded otherwise \(note\)"):
        bring_in(ledger, study, path, author="x")
    changed = bring_in(ledger, study, path, known="2025-11-01", author="x")
    assert (changed.amended, changed.unchanged) == (1, 1)
    assert [one.note for one in ledger.versions(study, "k1")] == [{}, {"en": "seen on film"}]
    # What vanished from a plain file is held all the same.
    path = write_rows([rows[1]], COLUMNS, default=FIRST)
    assert bring_in(ledger, study, path, author="x").entries == 0


def test_rows_without_ids_are_known_by_what_they_say(
    study: Study, ledger: Ledger, write_rows: WriteRows
) -> None:
    path = write_rows([{"id": ""}, {"id": "", "sources": "c"}], COLUMNS, default=FIRST)
    assert bring_in(ledger, study, path, author="x").recorded == 2
    assert bring_in(ledger, study, path, author="x").unchanged == 2
    path = write_rows([{"id": ""}, {"id": "", "sources": "b;a"}], COLUMNS, default=FIRST)
    with pytest.raises(InvalidRequest, match=r"events\.csv:3: line 2 tells of the same event"):
        bring_in(ledger, study, path, author="x")


def test_rows_without_a_date_need_one(study: Study, ledger: Ledger, write_rows: WriteRows) -> None:
    path = write_rows([{"known": ""}], COLUMNS, default=FIRST)
    with pytest.raises(InvalidRequest, match=r"events\.csv:2 \(known\): nothing says.*--known"):
        bring_in(ledger, study, path, author="x")
    bring_in(ledger, study, path, known="2025-10-20", author="x")
    # A later day of reading is no change.
    assert bring_in(ledger, study, path, known="2025-12-20", author="x").unchanged == 1


def test_an_error_of_ours_mends_the_item_and_its_date(
    study: Study, ledger: Ledger, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}], COLUMNS, default=FIRST), author="x")
    path = write_rows([{"credibility": "3", "known": "2025-10-11"}], COLUMNS, default=FIRST)
    found = bring_in(ledger, study, path, our_error=True, author="x")
    assert found.acts[0].fields == ("credibility", "known")
    (item,) = ledger.versions(study, "k1")
    assert (item.credibility, item.known) == (3, dt.date(2025, 10, 11))


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"id": "K 1"}, "an id expected"),
        ({"id": "k1~2"}, "a later version of an item that is not there"),
        ({"seen": "vist"}, "unknown indicator: got 'vist'.*did you mean 'visit'"),
        ({"sources": "a;zz"}, r"\(sources.1\): unknown source"),
        ({"credibility": "9"}, "out of range"),
        ({"credibility": "good"}, r"\(credibility\): unreadable"),
        ({"happened": "2025-02-30"}, "no such date"),
        ({"kind": "rumour"}, "unknown word"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    study: Study, ledger: Ledger, write_rows: WriteRows, row: dict[str, str], what: str
) -> None:
    with pytest.raises(InvalidRequest, match=r"events\.csv:2.*" + what):
        bring_in(ledger, study, write_rows([row], COLUMNS, default=FIRST), author="x")
    assert not ledger.held(study).recorded


def test_all_that_is_wrong_with_a_row_is_told_at_once(
    study: Study, ledger: Ledger, write_rows: WriteRows
) -> None:
    wrong = {"id": "K 1", "happened": "2025-02-30", "known": "", "seen": "vist", "kind": "rumour",
             "sources": "a;zz", "credibility": "good"}  # fmt: skip
    with pytest.raises(InvalidRequest) as raised:
        bring_in(ledger, study, write_rows([{}, wrong], COLUMNS, default=FIRST), author="x")
    *told, closing = raised.value.problems
    assert sorted(Path(one.where).name for one in told) == [
        f"events.csv:3 ({name})"
        for name in ("credibility", "happened", "id", "kind", "known", "seen", "sources.1")
    ]
    assert closing.what == "1 row is wrong, and nothing was recorded"


def test_where_no_row_has_a_date_the_option_is_named_once(
    study: Study, ledger: Ledger, write_rows: WriteRows, tmp_path: Path
) -> None:
    path = write_rows([{"id": f"k{n}", "known": ""} for n in range(30)], COLUMNS, default=FIRST)
    with pytest.raises(InvalidRequest) as raised:
        bring_in(ledger, study, path, author="x")
    first, closing = raised.value.problems
    assert "events.csv: no row says when it became known: add --known DATE" in str(first)
    assert closing.what == "30 rows are wrong, and nothing was recorded"


@pytest.mark.parametrize("ending", ["csv", "jsonl", "yaml"])
def test_rejected_rows_are_mended_and_imported_as_they_are(
    study: Study, ledger: Ledger, write_rows: WriteRows, tmp_path: Path, ending: str
) -> None:
    rows = [{"id": "k1"}, {"id": "k2", "seen": "vist", "note": "=cmd()", "happened": "2025-10-09"}]
    path = write_rows(rows, COLUMNS, default=FIRST)
    lists = [
        {**FIRST, **row, "sources": ["a", "b"], "credibility": 2, "note": {"ar": "نص"}}
        for row in rows
    ]
    if ending != "csv":
        path = path.with_suffix(f".{ending}")
        # Half a pair of surrogates: JSON can say it, UTF-8 cannot.
        broken = '{"id": "k3", \n{"id": "\\ud800"}\n' if ending == "jsonl" else "- hello\n"
        mark = "- " if ending == "yaml" else ""
        lines = "".join(f"{mark}{json.dumps(one)}\n" for one in lists)
        path.write_text(lines + broken, encoding="utf-8")
    found = bring_in(ledger, study, path, keep_going=True, author="x")
    assert found.recorded == 1
    assert found.rejected == {"csv": 1, "jsonl": 3, "yaml": 2}[ending]
    left = tmp_path / f"{path.name}.rejected.{ending}"
    assert found.rejected_file == left
    text = left.read_text(encoding="utf-8-sig")
    # As they stand they are rejected for the same reasons, and lead to the same file.
    again = bring_in(ledger, study, left, keep_going=True, author="x")
    assert (again.recorded, again.rejected) == (0, found.rejected)
    assert again.rejected_file is not None
    assert again.rejected_file.read_text(encoding="utf-8-sig").count("vist") == text.count("vist")
    kept = text.replace("vist", "visit")
    if ending == "jsonl":
        assert '{"id": "k3", \n' in kept
        kept = "".join(one for one in kept.splitlines(True) if "k3" not in one and "ud8" not in one)
    elif ending == "yaml":
        kept = kept.replace("- hello\n", "")
    left.write_text(kept, encoding="utf-8")
    assert bring_in(ledger, study, left, author="x").recorded == 1
    assert ledger.versions(study, "k2")[0].start == dt.date(2025, 10, 9)


def test_rejected_rows_are_written_in_the_form_of_the_file(
    study: Study, ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text("{}\n")
    with pytest.raises(InvalidRequest, match=r"in the form of the file.*ends in \.jsonl"):
        bring_in(ledger, study, path, keep_going=True, rejected=tmp_path / "x.csv", author="x")


def test_the_same_id_twice_and_an_undone_one(
    study: Study, ledger: Ledger, write_rows: WriteRows
) -> None:
    path = write_rows([{}, {}], COLUMNS, default=FIRST)
    with pytest.raises(InvalidRequest, match=r"events\.csv:3 \(id\): line 2 has the same id"):
        bring_in(ledger, study, path, author="x")
    path = write_rows([{}], COLUMNS, default=FIRST)
    bring_in(ledger, study, path, author="x")
    ledger.undo(study, author="x")
    with pytest.raises(InvalidRequest, match="was undone"):
        bring_in(ledger, study, path, author="x")


def test_an_unknown_column_is_told_at_once(
    study: Study, ledger: Ledger, write_rows: WriteRows
) -> None:
    path = write_rows([{}], (*COLUMNS, "sorces"), default=FIRST)
    with pytest.raises(InvalidRequest, match=r"events\.csv:1: unknown column: got 'sorces'"):
        bring_in(ledger, study, path, keep_going=True, author="x")


def test_items_of_json_and_yaml(study: Study, ledger: Ledger, tmp_path: Path) -> None:
    item = {
        "id": "k1",
        "happened": "2025-10-10",
        "known": "2025-10-12",
        "level": {"war": "deep"},
        "sources": ["a"],
        "credibility": 2,
        "note": {"ar": "نص"},
    }
    (tmp_path / "e.jsonl").write_text(json.dumps(item) + "\n" + json.dumps({**item, "x": 1}))
    with pytest.raises(InvalidRequest, match=r"e\.jsonl:2: unknown column"):
        bring_in(ledger, study, tmp_path / "e.jsonl", author="x")
    text = (
        "items:\n  k1:\n    happened: 2025-10-10\n    known: 2025-10-12\n"
        "    level: {war: deep}\n    sources: [a]\n    credibility: 2\n    note: {ar: نص}\n"
    )
    (tmp_path / "e.yaml").write_text(text, encoding="utf-8")
    assert bring_in(ledger, study, tmp_path / "e.yaml", author="x").recorded == 1
    (tmp_path / "e.jsonl").write_text(json.dumps(item) + "\n")
    assert bring_in(ledger, study, tmp_path / "e.jsonl", author="x").unchanged == 1


def _recorded(ledger: Ledger, study: Study, dice: Any) -> None:
    """Record some items, and change them."""
    new = Source("star", {"en": 'The "Star"; daily'}, "D", "", {}, "")
    for n in range(dice.draw(st.integers(1, 5), "items")):
        bearing: dict[str, Any] = dice.draw(
            st.sampled_from(
                [{"seen": "visit"}, {"level": {"war": "deep"}}, {"weights": {"turn": "for"}},
                 {"checked": "strike"}]
            ),
            "bearing",
        )  # fmt: skip
        ledger.observe(
            study,
            {
                "happened": f"2025-10-{10 + n}/2025-10-{10 + n}",
                "known": f"2025-10-{11 + n}",
                "sources": ["a", "star"],
                "relays": {"star": "a"},
                "credibility": dice.draw(st.integers(1, 6), "credibility"),
                "label": {"en": dice.draw(st.sampled_from(LABELS)), "ar": "نص"},
                "note": dice.draw(st.sampled_from(["-", "two\nlines", "@x"])),
                **bearing,
            },
            sources=[new],
            again=True,
            author="x",
        )  # fmt: skip
        for known in ("2025-11-01", "2025-11-05"):
            what = dice.draw(st.sampled_from(["none", "amend", "source", "gone"]), "change")
            id = f"n{ledger.head.seq}"
            id = list(ledger.held(study).ids)[-1]
            try:
                if what == "amend":
                    changes = {"credibility": dice.draw(st.integers(1, 6)), "cluster": "c"}
                    ledger.amend(study, id, changes, known=known, again=True, author="x")
                elif what == "source":
                    ledger.retract(
                        study, id, because="disproved", known=known, source="star", author="x"
                    )
                elif what == "gone":
                    ledger.retract(study, id, because="withdrawn", known=known, author="x")
            except InvalidRequest:
                pass


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(dice=st.data(), turn=st.sampled_from([1, -1]))
def test_what_was_exported_comes_back(
    study: Study,
    make_ledger: MakeLedger,
    make_item: Callable[..., Item],
    tmp_path: Path,
    dice: st.DataObject,
    turn: int,
) -> None:
    first, second = make_ledger(), make_ledger()
    _recorded(first, study, dice)
    path = _export(first, study, tmp_path / "all.csv", turn)
    found = bring_in(second, study, path, author="y")
    assert not found.rejected
    assert _held(second, study) == _held(first, study)
    assert second.extended(study).sources == first.extended(study).sources
    again = bring_in(second, study, path, author="y")
    assert again.entries == 0
    # Nor does it change the ledger that it came from.
    assert bring_in(first, study, path, author="x").entries == 0


def test_the_last_version_under_the_items_own_id(
    study: Study, ledger: Ledger, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}], COLUMNS, default=FIRST), author="x")
    ledger.amend(study, "k1", {"credibility": 4}, known="2025-11-01", author="x")
    row = {"known": "2025-11-01", "credibility": "4"}
    path = write_rows([row], COLUMNS, default=FIRST)
    assert bring_in(ledger, study, path, author="x").unchanged == 1
    path = write_rows([{**row, "known": "2025-11-03", "note": "more"}], COLUMNS, default=FIRST)
    assert bring_in(ledger, study, path, author="x").amended == 1
    assert len(ledger.versions(study, "k1")) == 3
    path = write_rows([{"credibility": "5"}], COLUMNS, default=FIRST)
    with pytest.raises(InvalidRequest, match="change the row of its last version, k1~3"):
        bring_in(ledger, study, path, author="x")


def test_a_row_that_amended_an_item_is_held_as_it_stands_when_it_comes_again(
    study: Study, ledger: Ledger, write_rows: WriteRows
) -> None:
    bring_in(ledger, study, write_rows([{}], COLUMNS, default=FIRST), author="x")
    path = write_rows([{"credibility": "4"}], COLUMNS, default=FIRST)
    assert bring_in(ledger, study, path, known="2025-11-01", author="x").amended == 1
    again = bring_in(ledger, study, path, known="2025-11-01", author="x")
    assert (again.unchanged, again.entries) == (1, 0)
    assert bring_in(ledger, study, path, author="x").unchanged == 1


@pytest.mark.parametrize("mended", [{"our_error": True}, {"known": "2025-12-01"}])
@pytest.mark.parametrize("ids", [["k1"], ["k1", "k1~2"]])
def test_an_item_of_another_ledger_takes_no_items_place(
    study: Study, ledger: Ledger, write_rows: WriteRows, mended: dict[str, Any], ids: list[str]
) -> None:
    bring_in(ledger, study, write_rows([{}], COLUMNS, default=FIRST), author="x")
    before = _held(ledger, study)
    other = {"happened": "2025-11-20", "known": "2025-11-21", "seen": "strike", "sources": "b"}
    rows = [{**other, "id": id, "credibility": str(n)} for n, id in enumerate(ids, 1)]
    with pytest.raises(InvalidRequest, match="here k1 is something else altogether"):
        bring_in(ledger, study, write_rows(rows, COLUMNS, default=FIRST), author="x", **mended)
    assert _held(ledger, study) == before
    # Without ids they are items of their own.
    rows = [{**other, "id": ""}]
    path = write_rows(rows, COLUMNS, default=FIRST)
    assert bring_in(ledger, study, path, author="x").recorded == 1
