"""Files of forecasts: layouts, letters and line ends, and everything that can be wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from tarjih.errors import InvalidRequest
from tarjih.scoring.files import read_forecasts
from tarjih.scoring.files.rows import by_csv, plain_rows


@pytest.fixture
def write(tmp_path: Path) -> object:
    """Write a file and read it."""

    def read(text: str | bytes) -> object:
        path = tmp_path / "f.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_forecasts(path)

    return read


def _problems(write, text: str | bytes) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        write(text)
    return [str(problem).rpartition("f.csv")[2] for problem in caught.value.problems]


def test_plainest_file(write) -> None:
    table = write("id,probability,outcome\nq1,0.7,1\nq2,20%,no\nq3,0.5,\n")
    assert [one.state for one in table.questions] == ["resolved", "resolved", "open"]
    assert [one.outcome for one in table.questions] == [1, 0, None]
    np.testing.assert_allclose(table.probabilities, [[0.3, 0.7], [0.8, 0.2], [0.5, 0.5]])
    assert table.authors == ("",)
    assert np.isnan(table.when).all()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("cut", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_line_ends_and_delimiters(write, end: str, cut: str, mark: bytes) -> None:
    rows = [
        "id,date,probability,outcome,author",
        "س١,2025-08-06,٧٠٪,نعم,أمل",
        "q2,2025-08-06,.1,لا,B",
    ]
    table = write(mark + end.join(row.replace(",", cut) for row in rows).encode() + end.encode())
    assert [one.id for one in table.questions] == ["س١", "q2"]
    assert table.probabilities[:, 1] == pytest.approx([0.7, 0.1])
    assert table.authors == ("أمل", "B")
    assert table.when.tolist() == [dt.date(2025, 8, 6).toordinal()] * 2


def test_quotes_new_lines_and_commas_keep_line_numbers(write) -> None:
    text = 'id,probability,outcome,author\n"q,1",0.5,1,"A ""x"""\n"q\n2",0.5,1,B\n\nq3,1.5,1,B\n'
    assert _problems(write, text) == [":6: not a probability: got '1.5'; allowed: 0 to 1, or 0% to "
                                      "100%; write 1.5% if percent is meant"]  # fmt: skip
    table = write(text.replace("1.5", "0.5"))
    assert [one.id for one in table.questions] == ["q,1", "q\n2", "q3"]
    assert table.authors == ('A "x"', "B")
    assert table.line.tolist() == [2, 3, 6]


def test_three_layouts_in_one_file(write) -> None:
    table = write(
        "id,date,probability,probabilities,p_low,p_mid,p_high,outcome,ordered\n"
        "a,2025-01-01,0.2,,,,,yes,\n"
        "b,2025-01-01,,peace=20%; war = 0.8,,,,war,\n"
        'b,2025-01-02,,"{""war"": 0.5, ""peace"": 0.5}",,,,,\n'
        "c,2025-01-01,,,0.2,0.3,0.5,Mid,yes\n"
        "d,2025-01-01,,,0.4,,0.6,high,\n"
    )
    kinds = [(one.kind, one.options, one.outcome) for one in table.questions]
    assert kinds == [
        ("binary", ("no", "yes"), 1),
        ("multiple", ("peace", "war"), 1),
        ("ordered", ("low", "mid", "high"), 1),
        ("multiple", ("low", "high"), 1),
    ]
    expected = [[0.8, 0.2, 0], [0.2, 0.8, 0], [0.5, 0.5, 0], [0.2, 0.3, 0.5], [0.4, 0.6, 0]]
    np.testing.assert_allclose(table.probabilities, expected)


def test_facts_of_a_question_may_stand_in_one_row(write) -> None:
    table = write(
        "id,date,probability,outcome,opens,closes,resolved\n"
        "q,2025-01-02,0.5,,2025-01-01,,\nq,2025-01-03,0.6,yes,,2025-01-31,2025-01-20\n"
    )
    (question,) = table.questions
    assert question.outcome == 1
    assert question.opens == dt.date(2025, 1, 1).toordinal()
    # resolved before it closed: that day could be read in the news
    assert question.last_day == dt.date(2025, 1, 19).toordinal()


@pytest.mark.parametrize("word", ["void", "Annulled", "ملغى"])
def test_void(write, word: str) -> None:
    assert write(f"id,probability,outcome\nq,0.5,{word}\n").questions[0].state == "void"


def test_rounding_is_divided_out_and_more_is_refused(write) -> None:
    table = write("id,p_a,p_b,p_c,outcome\nq,33%,33%,33%,a\n")
    np.testing.assert_allclose(table.probabilities, [[1 / 3] * 3])
    assert table.rounded == 1
    wrong = _problems(write, "id,p_a,p_b,p_c,outcome\nq,0.3,0.3,0.3,a\n")
    assert wrong == [":2: probabilities do not sum to 1: got '0.9'; allowed: a sum of 1, or 100%"]


def test_retrospective_baseline_and_own_columns(write) -> None:
    table = write(
        "id,probability,outcome,retrospective,baseline,notes\nq,0.5,1,yes,30%,x\nr,0.5,1,,,y\n"
    )
    assert table.retrospective.tolist() == [True, False]
    np.testing.assert_allclose(table.baseline, [[0.7, 0.3], [np.nan, np.nan]])
    assert table.unused == ("notes",)


CASES = [
    ("", ": the file is empty"),
    ("id,probability,outcome\n", ":1: no forecasts"),
    ("q,p\n1,2\n", ":1: there is no column 'id'"),
    ("id,outcome\nq,1\n", ":1: there is no column with probabilities"),
    ("id,probability,outcom\nq,0.5,1\n", "did you mean 'outcome'?"),
    ("id,probability,outcome,id\nq,0.5,1,q\n", ":1: two columns for one thing: got 'id'"),
    ("id,p_a,outcome\nq,1,a\n", ":1: only one option"),
    ("id,probability,outcome\nq,0.5\n", ":2: a row that does not fit the heading: got '2 cells'"),
    ("id,probability,outcome\nq,70,1\n", ":2: not a probability: got '70'.*write 70% if"),
    ("id,probability,outcome\nq,nan,1\n", ":2: not a probability: got 'nan'"),
    ("id,probability,outcome\nq,1_0,1\n", ":2: not a probability: got '1_0'"),
    ("id,probability,outcome\nq,,1\n", ":2: no probability"),
    ("id,probability,outcome\n,0.5,1\n", ":2: no id of a question"),
    ("id,probability,outcome\nq,0.5,maybe\n", ":2: outcome: question 'q' cannot have come out so"),
    ("id,p_a,p_b,outcome\nq,0.5,0.5,c\n", "got 'c'; allowed: a; b; empty while it is open; void"),
    ("id,date,probability,outcome\nq,06/08/2025,0.5,1\n", ":2: date: unreadable: got '06/08/2025'"),
    ("id,date,probability,outcome\nq,,0.5,1\n", ":2: date: unreadable"),
    ("id,probability,outcome,closes\nq,0.5,1,soon\n", ":2: closes: unreadable: got 'soon'"),
    ("id,probability,outcome\nq,0.5,1\nq,0.6,1\n", ":3: question 'q' is forecast twice"),
    (
        "id,date,probability,outcome\nq,2025-01-01,0.5,1\nq,2025-01-01,0.6,1\n",
        ":3: question 'q' is forecast twice.*see line 2: give the time as well",
    ),
    (
        "id,date,probability,outcome\nq,2025-01-01,0.5,1\nq,2025-01-02,0.6,0\n",
        ":3: outcome: question 'q' is told in two ways: got '0'; line 2 says '1'",
    ),
    ("id,probabilities,outcome\nq,a0.5;b0.5,a\n", ":2: unreadable probabilities"),
    ("id,probabilities,outcome\nq,a=1.5;b=0.5,a\n", ":2: not a probability: got 'a=1.5'"),
    (
        "id,date,probabilities,outcome\nq,2025-01-01,a=.5;b=.5,a\nq,2025-01-02,a=.5;c=.5,a\n",
        ":3: question 'q' has other options: got 'a; c'; allowed: a; b; as on line 2",
    ),
    (
        "id,date,p_a,p_b,p_c,outcome\nq,2025-01-01,.5,.5,,a\nq,2025-01-02,.5,,.5,a\n",
        ":3: question 'q' has other options: fill the same columns",
    ),
    ("id,probability,p_a,p_b,outcome\nq,.5,.5,.5,a\n", ":2: probabilities in two layouts"),
    (
        "id,date,probability,p_a,p_b,outcome\nq,2025-01-01,.5,,,1\nq,2025-01-02,,.5,.5,1\n",
        ":3: question 'q' is told in two layouts",
    ),
    ('id,probability,outcome\nq,"0.5,1\n', "unreadable.*look at its quotes"),
    ("id,probability,outcome,baseline\nq,0.5,1,2\n", ":2: baseline: not a probability: got '2'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), CASES, ids=[message for _, message in CASES])
def test_what_is_wrong_is_told_with_its_line(write, text: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        write(text)


def test_all_that_is_wrong_is_told_at_once_up_to_twenty(write) -> None:
    body = "".join(f"q{i},{i + 2},1\n" for i in range(50))
    problems = _problems(write, "id,probability,outcome\n" + body + "x,0.5,perhaps\n")
    assert len(problems) == 21
    assert problems[0].startswith(":2: not a probability: got '2'")
    assert problems[-1] == ": and 31 more like these"


def test_other_encodings(write) -> None:
    assert _problems(write, "id,probability,outcome\nq,0.5,1\né,0.5,1\n".encode("latin-1")) == [
        ":3: not UTF-8: save it as CSV UTF-8"
    ]
    assert "null character" in _problems(write, b"id,probability,outcome\nq\0,0.5,1\n")[0]


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="there is no such file"):
        read_forecasts(tmp_path / "none.csv")
    with pytest.raises(InvalidRequest, match="this is a folder"):
        read_forecasts(tmp_path)


CELLS = st.text(alphabet='ab0. \u00a0\u0645"', max_size=3)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6
        )
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_the_fast_way_reads_what_csv_reads(rows: list[list[str]], end: str, last: bool) -> None:
    text = end.join(",".join(row) for row in rows) + (end if last else "")
    fast = plain_rows("f", text, ",")
    if fast is None:
        return
    slow = by_csv("f", text, ",")
    assert fast.heads == slow.heads
    assert [list(column) for column in fast.columns] == [list(column) for column in slow.columns]
    assert list(fast.lines) == list(slow.lines)


def test_the_fast_way_is_taken_and_left() -> None:
    assert plain_rows("f", "a,b\n1,2\n", ",") is not None
    for text in ("a,b\n1\n", 'a,b\n"1",2\n', "a,b\n\n1,2\n", "a, b\n1,2\n", "a,b\n1,2\u00a0\n"):
        assert plain_rows("f", text, ",") is None, text
