"""What a report says, section by section."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tarjih.models.asked.explanation import Bar
from tarjih.reports.report.blocks import (
    Block,
    Bullets,
    Heading,
    Manuscript,
    PageBreak,
    Paragraph,
    Table,
    plain_text,
)
from tarjih.reports.report.content import Report, Signature
from tarjih.reports.report.html import html_report
from tarjih.reports.report.writer import Writer
from tarjih.reports.words.numbers import LRM, isolated, whole_percents
from tarjih.scenarios.records import translate
from tests.reports.report.conftest import manuscript_of, words_of

SECTIONS = [
    "judged", "change-our-mind", "may-be-wrong", "table", "timeline", "since", "why", "tipping",
    "watch", "drivers", "sources", "dissent", "score", "items", "method", "again",
]  # fmt: skip


def text_of(manuscript: Manuscript) -> str:
    return words_of(html_report(manuscript))


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_sections_stand_in_their_order(report: Report, lang: str) -> None:
    blocks = manuscript_of(report, lang).blocks
    heads = [one for one in blocks if isinstance(one, Heading)]
    assert [one.anchor for one in heads if one.level == 2] == SECTIONS
    assert [one.level for one in heads].count(1) == 1
    before = blocks[: next(n for n, one in enumerate(blocks) if isinstance(one, PageBreak))]
    assert [one.anchor for one in before if isinstance(one, Heading)] == ["", *SECTIONS[:3]]


def test_confidence_stands_apart_from_every_likelihood(report: Report) -> None:
    for signature, said in (
        (Signature(), "Analytic confidence: not stated."),
        (Signature("Amal", "high"), "Analytic confidence: high. No reasons were given."),
        (Signature("Amal", "low", "one source"), "Analytic confidence: low. Reasons: one source"),
    ):
        text = text_of(manuscript_of(report, "en", signature=signature))
        (line,) = [line for line in text.splitlines() if line.startswith("Analytic confidence:")]
        assert line.startswith(said)
        assert not re.search("likel|probab|%", line)


def test_every_item_is_cited_with_its_link(report: Report) -> None:
    page = html_report(manuscript_of(report, "en"))
    text = words_of(page)
    for item in report.study.items:
        assert item.id in text
        if item.url:
            address = item.url.replace("&", "&amp;")
            assert f'<a href="{address}" rel="noopener noreferrer">' in page


def test_what_changed_is_set_beside_what_was_said(report: Report) -> None:
    text = text_of(manuscript_of(report, "en"))
    assert "What changed since 5 February 2026" in text
    assert report.earlier is not None
    assert sum(report.earlier.said.values()) == pytest.approx(1.0)
    assert report.lately
    known = {item.known for bar in report.lately for item in bar.items}
    assert min(known) > report.earlier.date


def section(report: Report, anchor: str, lang: str = "en") -> list[Block]:
    """Return what stands under a heading, up to the next of its level."""
    blocks = manuscript_of(report, lang).blocks
    heads = [n for n, one in enumerate(blocks) if isinstance(one, Heading) and one.level == 2]
    first = next(n for n in heads if getattr(blocks[n], "anchor", "") == anchor)
    return list(blocks[first : next(n for n in heads if n > first)])


def lines_of(blocks: list[Block]) -> list[str]:
    """Return paragraphs and points."""
    runs = [one.runs for one in blocks if isinstance(one, Paragraph)]
    runs += [point for one in blocks if isinstance(one, Bullets) for point in one.points]
    return [plain_text(one).replace(LRM, "") for one in runs]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_is_shown_alike_twice_has_not_changed(made: Callable[..., Report], lang: str) -> None:
    report = made(items=3, since="2026-02-05")
    whole = np.array(whole_percents(report.forecast.now.tolist()))
    # Rounded together these are shown as today's; the first by itself is a point more.
    said = (whole + np.array([0.6, -0.3, -0.3])) / 100
    assert whole_percents(said.tolist()) == tuple(whole)
    assert round(100 * said[0]) == whole[0] + 1
    assert report.earlier is not None
    by_id = dict(zip(report.study.scenario_ids, said.tolist(), strict=True))
    same = replace(report, earlier=replace(report.earlier, said=by_id))
    (table,) = [one for one in section(same, "since", lang) if isinstance(one, Table)]
    rows = [[plain_text(cell).strip(LRM) for cell in row] for row in table.rows]
    assert [row[1] for row in rows] == [row[2] for row in rows]
    assert [row[3] for row in rows] == ["0", "0", "0"]


def test_a_cluster_is_called_by_one_item(made: Callable[..., Report]) -> None:
    report = made(items=12, since="2026-02-05")
    clusters = report.explanation.clusters
    (whole,) = [one for one in clusters if one.kind == "cluster" and len(one.items) > 1]
    (bar,) = [one for one in report.lately if one.cluster == whole.key][:1]
    turned = replace(bar, items=tuple(reversed(whole.items)))
    found = replace(report.explanation, bars=(turned,))
    (line,) = [
        one for one in lines_of(section(replace(report, explanation=found), "since"))
        if "above all" in one
    ]  # fmt: skip
    assert f"above all “{whole.items[0].label['en']}”" in line
    assert whole.items[0].label != whole.items[-1].label


def passing(report: Report, days: tuple[str, str], ways: list[float], lang: str = "en") -> str:
    """Return what is said of time that changed a third each by so much."""
    start, end = (dt.date.fromisoformat(day) for day in days)
    before = np.array([0.3, 0.3, 0.4])
    bar = Bar("drift", start, end, None, (), before, before + ways, 1.0)
    found = replace(report.explanation, bars=(bar,), start=np.array([0.1, 0.4, 0.5]), end=bar.after)
    lines = lines_of(section(replace(report, explanation=found), "since", lang))
    told = {"en": "passing of time", "ar": "مرور الزمن"}[lang]
    return "".join(line for line in lines if told in line)


def test_what_passing_time_did_is_told_where_it_shows(report: Report) -> None:
    after = ("2026-02-10", "2026-03-10")
    assert passing(report, after, [-0.03, 0.01, 0.02]) == (
        "What the mere passing of time since then did to “Course A”: -3 points."
    )
    assert passing(report, after, [-0.03, 0.01, 0.02], "ar").endswith("-3 نقاط.")
    assert passing(report, after, [0.01, -0.01, 0.0]).endswith("+1 point.")
    assert not passing(report, after, [0.004, -0.004, 0.0])
    # What it did before the earlier day is not told: then it stood where it was said to.
    assert report.earlier is not None
    around = ("2026-01-16", "2026-02-25")
    assert report.earlier.date == dt.date(2026, 2, 5)
    said = dict(zip(report.study.scenario_ids, (0.25, 0.35, 0.4), strict=True))
    then = replace(report, earlier=replace(report.earlier, said=said))
    assert passing(then, around, [-0.1, 0.05, 0.05]).endswith("-5 points.")
    # Another model may have spoken in a statement: of 40 days 20 lie before it.
    stated = replace(report, earlier=replace(report.earlier, said=said, statement="s1"))
    assert passing(stated, around, [-0.08, 0.04, 0.04]).endswith("-4 points.")


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_the_report_follows_one_scenario(report: Report, moved: int) -> None:
    """Whichever moved most, it is told of everywhere, though another may lead."""
    end = np.array([0.36, 0.33, 0.31])
    start = end + (0.1 - 0.3 * np.eye(3)[moved])
    found = replace(report.explanation, start=start, end=end)
    followed = replace(report, explanation=found)
    name = f"“{report.study.scenarios[moved].label['en']}”"
    assert lines_of(section(followed, "why"))[0].startswith(f"{name} went from ")
    assert name in lines_of(section(followed, "dissent"))[0]
    assert lines_of(section(followed, "timeline"))[0].startswith(
        (f"Since 15 January 2026, {name} has moved most", "No scenario")
    )


def test_without_anything_earlier_that_is_said(made: Callable[..., Report]) -> None:
    text = text_of(manuscript_of(made(items=0), "en"))
    assert "There is no earlier report or recorded run to compare with." in text
    assert "There is no evidence: what is shown is the prior alone." in text
    assert "No source has told anything." in text


def test_analysts_who_differ_are_shown(made: Callable[..., Report]) -> None:
    report = made(analysts=True)
    assert report.comparison is not None
    text = text_of(manuscript_of(report, "en"))
    assert "Amal" in text
    assert "The study holds one view" not in text


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_first_page_says_each_caveat_once(made: Callable[..., Report], lang: str) -> None:
    report = made(retrospective=True, since="2026-01-20")
    text = text_of(manuscript_of(report, lang))
    # The whole note stands beside the method, and nowhere else.
    assert text.count(report.study.retrospective_note[lang]) == 1
    first, _, _ = text_of(manuscript_of(made(analysts=True), lang)).partition("____")
    pooled = {"en": "A pool of analysts", "ar": "مزيج من آراء محلّلين"}[lang]
    assert first.count(pooled) == 1


def test_nothing_is_certain(made: Callable[..., Report]) -> None:
    report = made(extreme=True)
    assert report.forecast.now.max() > 0.999
    for lang in ("en", "ar"):
        text = text_of(manuscript_of(report, lang)).replace("\u200e", "")
        assert ">99%" in text
        assert "<1%" in text
        # Room is left in every number that is a belief: 0% and 100% stand for no outcome.
        table = [line for line in text.splitlines() if "(" in line and "%" in line]
        assert not [line for line in table if re.search(r"(?<![\d.–])(0|100)% \(", line)]


def test_no_string_is_left_without_its_words(report: Report) -> None:
    for lang in ("en", "ar"):
        text = text_of(manuscript_of(report, lang))
        assert not re.search(r"\{[a-z_]+\}", text)
        assert "report." not in text.replace("a report.html", "")


def test_points_begin_as_sentences_do(report: Report) -> None:
    points = [
        plain_text(point)
        for block in manuscript_of(report, "en").blocks
        if isinstance(block, Bullets)
        for point in block.points
    ]
    assert points
    assert not [point for point in points if point[:1].islower()]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_commands_are_code_and_nothing_else_is(
    made: Callable[..., Report], hostile: tuple[Report, Signature], lang: str
) -> None:
    found = manuscript_of(made(analysts=True, retrospective=True), lang)
    runs = [run for one in found.blocks if isinstance(one, Paragraph) for run in one.runs]
    assert {"tarjih audit", "tarjih show STUDY --section study"} <= {
        run.text for run in runs if run.code
    }
    assert not [run.text for run in runs if "`" in run.text]
    harm = manuscript_of(hostile[0], lang)
    lead = next(one for one in harm.blocks if getattr(one, "role", "") == "lead")
    assert isinstance(lead, Paragraph)
    assert "`code`" in plain_text(lead.runs)
    assert not [run for run in lead.runs if run.code]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_options_to_try_are_code(report: Report, lang: str) -> None:
    write = Writer(report.study, lang)
    told = isolated("--set us_aid=full_stop --set grain=short@2026-03-01", lang)
    assert [run.text for run in write.runs(f"a {told}. b") if run.code] == [told.strip(LRM)]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_page_to_sign_says_what_is_in_force_now(report: Report, lang: str) -> None:
    forecast = report.forecast
    # who is least probable later, and most probable now
    ids, later = report.study.scenario_ids, int(np.argmin(forecast.at_horizon))
    now = np.full_like(forecast.probability[0], 0.1 / (len(ids) - 1))
    now[:, later] = 0.9
    probability = np.concatenate([now[None], forecast.probability[1:]])
    other = replace(report, forecast=replace(forecast, probability=probability))
    first = manuscript_of(other, lang).blocks[:8]
    label = translate(report.study.scenario(ids[later]).label, lang)
    said = [plain_text(one.runs) for one in first if isinstance(one, Paragraph)]
    (line,) = [one for one in said if label in one and "90%" in one and "interval" not in one]
    assert str(forecast.as_of.year) in line


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_items_name_their_cluster(report: Report, lang: str) -> None:
    clusters = {entry.item.cluster for entry in report.forecast.evidence.entries} - {None}
    assert clusters
    text = text_of(manuscript_of(report, lang))
    assert all(str(cluster) in text for cluster in clusters)
