"""What was said, what would be said today, and what lies between: parts that add up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.evidence import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.evidence.ledgers.statements import Statement, read_statement, record_statement
from tarjih.models import forecast, look_back
from tarjih.models.asked.auditing import Audit, asked_forecast, asked_of, audit_of
from tarjih.models.asked.changed import (
    changed_sections,
    items_carried,
    items_that_differ,
    same_draws,
    with_late_entries,
)
from tarjih.models.record import Forecast, Intervention
from tarjih.priors.draws import Draws
from tarjih.priors.stated_prior import sample_prior
from tarjih.reports.texts.documents import document_text, forecast_document
from tarjih.scenarios import load_study, study_from_data, view, write_template
from tarjih.scenarios.records import LevelSeen, Seen, Study
from tarjih.scenarios.resolved_form import resolved

NOW = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
DAY = dt.date(2027, 6, 1)
AS_OF = "2026-04-30"
FERRY = {
    "seen": "ferry_calls",
    "happened": "2026-04-10",
    "kind": "act",
    "sources": ["harbour_office"],
    "credibility": 1,
}
LARGE = FERRY | {"seen": "large_ship_served", "happened": "2026-04-20"}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return load_study(write_template("demo", tmp_path_factory.mktemp("template")))


@pytest.fixture(scope="module")
def draws(study: Study) -> Draws:
    return sample_prior(study, 80, seed=4)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(Memory(), now=lambda: NOW)


def say_it(ledger: Ledger, study: Study, draws: Draws, **asked: Any) -> Statement:
    hindsight = asked.pop("hindsight", False)
    seen = ledger.extended(study, hindsight=hindsight)
    found = forecast(seen, draws=draws, **({"as_of": AS_OF} | asked))
    row = record_statement(
        ledger,
        study,
        kind="run",
        draws=draws,
        asked=asked_of(found, view=None, hindsight=hindsight),
        command=["run", "demo"],
        output=document_text(forecast_document(found, draws)).encode(),
    )
    return read_statement(ledger, row)


def audited(
    ledger: Ledger, study: Study, draws: Draws, statement: Statement | None, **more: Any
) -> Audit:
    day = more.pop("day", DAY)
    return audit_of(study, lambda _: draws, day=day, ledger=ledger, statement=statement, **more)


def kinds(found: Audit) -> list[str]:
    """Return the parts, each of which begins where the one before ended."""
    assert found.said is not None
    places = [found.said, *(part.after for part in found.parts)]
    for part, place in zip(found.parts, places, strict=False):
        np.testing.assert_array_equal(part.before, place)
    np.testing.assert_array_equal(places[-1], found.today)
    total = sum((part.change for part in found.parts), np.zeros_like(found.today))
    np.testing.assert_allclose(total, found.today - found.said, rtol=0, atol=1e-12)
    looked = sum((part.change for part in found.hindsight_parts), np.zeros_like(found.hindsight))
    np.testing.assert_allclose(looked, found.hindsight - found.today[:2], rtol=0, atol=1e-12)
    return [part.kind for part in found.parts]


def means(found: Forecast) -> np.ndarray[Any, Any]:
    return np.stack([found.now, found.at_horizon, found.ever_by_horizon])


def test_nothing_changed(ledger: Ledger, study: Study, draws: Draws) -> None:
    ledger.observe(study, FERRY)
    found = audited(ledger, study, draws, say_it(ledger, study, draws))
    assert kinds(found) == []
    assert found.hindsight_parts == ()
    seen = ledger.extended(study)
    wanted = means(forecast(seen, as_of=AS_OF, draws=draws))
    assert found.said is not None
    np.testing.assert_array_equal(found.said, wanted)
    np.testing.assert_array_equal(found.today, wanted)
    np.testing.assert_array_equal(found.hindsight, wanted[:2])


def test_every_cause_has_its_part(ledger: Ledger, study: Study, draws: Draws) -> None:
    wrong = ledger.observe(study, FERRY)
    statement = say_it(ledger, study, draws, seed=5)
    late = ledger.observe(study, LARGE)
    ledger.retract(study, str(wrong.id), because="our-error")
    ledger.observe(study, FERRY | {"happened": "2026-09-09"})
    data = resolved(study)
    data["judgements"]["limited_now"]["says"] = "unlikely"
    data["items"].pop("ferry_back")
    today = study_from_data(data)
    other = sample_prior(today, 80, seed=9)
    found = audited(ledger, today, other, statement, seed=6)
    assert kinds(found) == ["study", "files", "late", "errors", "engine"]
    names = {part.kind: part.names for part in found.parts}
    assert names["study"] == ("judgements", "draws")
    assert names["files"] == ("ferry_back",)
    assert names["late"] == (late.id,)
    assert names["errors"] == (wrong.id,)
    assert names["engine"] == ("seed 5 → 6",)
    assert all(np.abs(part.change).max() > 0 for part in found.parts if part.kind != "engine")
    seen = ledger.extended(today)
    np.testing.assert_array_equal(
        found.today, means(forecast(seen, as_of=AS_OF, draws=other, seed=6))
    )


def test_each_part_is_what_its_change_did(ledger: Ledger, study: Study, draws: Draws) -> None:
    ledger.observe(study, FERRY)
    statement = say_it(ledger, study, draws)
    before = means(forecast(ledger.extended(study), as_of=AS_OF, draws=draws))
    ledger.observe(study, LARGE)
    (part,) = audited(ledger, study, draws, statement).parts
    after = means(forecast(ledger.extended(study), as_of=AS_OF, draws=draws))
    np.testing.assert_array_equal(part.change, after - before)


def test_another_software_has_a_part_of_its_own(ledger: Ledger, study: Study, draws: Draws) -> None:
    told = say_it(ledger, study, draws)
    numbers = {id: {**one, "now": one["now"] + 0.01} for id, one in told.numbers.items()}
    body = {**told.row.body, "numbers": numbers}
    body["versions"] = {**body["versions"], "tarjih": "0.0.1"}
    contents = {name: ledger.content(digest) for name, digest in told.row.contents.items()}
    older = read_statement(ledger, ledger.append(study, "statement", body, contents=contents))
    found = audited(ledger, study, draws, older)
    assert kinds(found) == ["software"]
    (part,) = found.parts
    assert part.names[0].startswith("tarjih 0.0.1 → ")
    np.testing.assert_allclose(part.change[0], -0.01, atol=1e-6)


def test_what_was_not_known_yet_changes_nothing(ledger: Ledger, study: Study, draws: Draws) -> None:
    row = ledger.observe(study, FERRY)
    statement = say_it(ledger, study, draws)
    ledger.observe(study, LARGE | {"known": "2026-05-01"})
    ledger.retract(study, str(row.id), because="withdrawn", known="2026-07-01")
    found = audited(ledger, study, draws, statement)
    assert kinds(found) == []
    assert [part.kind for part in found.hindsight_parts] == ["revised", "later"]
    assert found.hindsight_parts[0].names == (row.id,)
    assert found.hindsight_parts[1].names == ("n3",)
    assert found.latest == dt.date(2026, 5, 1)


def test_what_was_undone_counts_as_never_made(ledger: Ledger, study: Study, draws: Draws) -> None:
    statement = say_it(ledger, study, draws)
    ledger.observe(study, FERRY)
    ledger.undo(study)
    assert kinds(audited(ledger, study, draws, statement)) == []
    assert [row.kind for row in with_late_entries(ledger.entries(study), 0)] == ["statement"]


def test_an_undone_entry_that_was_counted_is_an_error_mended(
    ledger: Ledger, study: Study, draws: Draws
) -> None:
    row = ledger.observe(study, FERRY)
    statement = say_it(ledger, study, draws)
    ledger.undo(study)
    found = audited(ledger, study, draws, statement)
    assert kinds(found) == ["errors"]
    assert found.parts[0].names == (row.id,)


def test_hindsight_is_smoothing(ledger: Ledger, study: Study, draws: Draws) -> None:
    statement = say_it(ledger, study, draws, horizon=2)
    for month in (5, 7, 8):
        ledger.observe(study, LARGE | {"happened": f"2026-{month:02}-20"})
    found = audited(ledger, study, draws, statement)
    kinds(found)
    looked = look_back(ledger.extended(study, hindsight=True), draws=draws)
    for row, date in enumerate(("2026-04-30", "2026-06-30")):
        place = looked.dates.index(dt.date.fromisoformat(date))
        np.testing.assert_allclose(found.hindsight[row], looked.mean[place], atol=1e-12)
    # Beyond what is known it is a forecast.
    longer = audited(ledger, study, draws, say_it(ledger, study, draws))
    ahead = forecast(ledger.extended(study, hindsight=True), draws=draws, horizon=longer.horizon)
    np.testing.assert_allclose(longer.hindsight[1], ahead.at_horizon, atol=1e-12)


def test_without_a_statement_the_day_is_as_of(ledger: Ledger, study: Study, draws: Draws) -> None:
    found = audited(ledger, study, draws, None, day=dt.date(2026, 2, 20))
    assert (found.said, found.parts, found.as_of) == (None, (), dt.date(2026, 2, 20))
    wanted = forecast(study, as_of="2026-02-20", draws=draws)
    np.testing.assert_array_equal(found.today, means(wanted))
    assert found.since == ()
    assert audited(ledger, study, draws, say_it(ledger, study, draws, as_of="2026-02-20")).since


def test_a_scenario_that_came_later_was_at_nothing(
    ledger: Ledger, study: Study, draws: Draws
) -> None:
    statement = say_it(ledger, study, draws)
    data = resolved(study)
    data["scenarios"]["half_service"] = {
        **data["scenarios"].pop("limited_service"),
        "indicators": {"large_ship_served": 0.2, "ferry_calls": 0.5},
    }
    for section in ("judgements", "questions", "links", "items"):
        data.pop(section, None)
    today = study_from_data(data)
    found = audited(ledger, today, sample_prior(today, 80, seed=9), statement)
    assert found.scenario_ids[-1] == "limited_service"
    assert "half_service" in found.scenario_ids
    assert found.said is not None
    assert found.said[0, found.scenario_ids.index("half_service")] == 0
    assert (found.today[:, -1] == 0).all()
    assert kinds(found)[:2] == ["study", "files"]
    np.testing.assert_allclose(found.said[:2].sum(axis=1), 1)
    np.testing.assert_allclose(found.today[:2].sum(axis=1), 1)


def test_a_forecast_is_asked_again_as_it_was(study: Study, draws: Draws) -> None:
    held = (Intervention("repairs", 2), Intervention("insurance", 0, dt.date(2026, 7, 1)))
    found = forecast(
        study, as_of=AS_OF, horizon=7, interventions=held, draws=draws, engine="particle", seed=8
    )
    asked = asked_of(found, view=None, hindsight=True)
    assert asked == {
        "as_of": AS_OF,
        "horizon": "2026-11-30",
        "settings": [
            {"driver": "repairs", "level": "finished", "start": None},
            {"driver": "insurance", "level": "refused", "start": "2026-07-01"},
        ],
        "view": None,
        "engine": "particle",
        "seed": 8,
        "hindsight": True,
    }
    again = asked_forecast(study, draws, asked)
    assert forecast_document(again, draws) == forecast_document(found, draws)


def test_sections_that_changed(study: Study) -> None:
    assert changed_sections(study, study) == ()
    data = resolved(study)
    data["sources"]["local_paper"]["letter"] = "F"
    data["items"].pop("ferry_back")
    assert changed_sections(study, study_from_data(data)) == ("sources",)
    turned = replace(study, drivers=study.drivers[::-1])
    assert changed_sections(study, turned) == ("drivers",)


def test_items_are_carried_by_what_they_name(study: Study) -> None:
    data = resolved(study)
    repairs = data["drivers"]["repairs"]
    first, *rest = repairs["levels"]
    repairs["levels"] = {first: {"score": 0.0}, "planned": {"score": 0.2}} | {
        one: {"score": 0.5 + 0.5 * n} for n, one in enumerate(rest)
    }
    repairs["at_origin"] = {first: 0.7, "planned": 0.1, rest[0]: 0.1, rest[1]: 0.1}
    data.pop("items")
    today = study_from_data(data)
    carried = items_carried(study, today)
    for was, now in zip(study.items, carried.items, strict=True):
        if isinstance(was.bears_on, LevelSeen):
            driver = was.bears_on.driver
            old, new = study.driver(driver).levels, today.driver(driver).levels
            assert isinstance(now.bears_on, LevelSeen)
            assert old[was.bears_on.level].id == new[now.bears_on.level].id
        else:
            assert was == now
    gone = items_carried(study, replace(today, indicators=()))
    assert not any(isinstance(item.bears_on, Seen) for item in gone.items)
    assert items_that_differ(study, study, DAY) == ()


def test_draws_are_compared_by_their_numbers(draws: Draws) -> None:
    assert same_draws(draws, replace(draws, digest="another"))
    assert not same_draws(draws, replace(draws, alpha=draws.alpha + 1e-9))
    assert not same_draws(draws, replace(draws, log_judged=np.zeros(len(draws))))
    assert not same_draws(draws, draws.thin(10))


def test_a_view_is_audited_as_a_view(ledger: Ledger, study: Study) -> None:
    data = resolved(study)
    data["analysts"] = {"amal": {"label": {"en": "Amal"}}, "basil": {"label": {"en": "Basil"}}}
    data["scenarios"]["full_service"]["effects_by"] = {"amal": {"insurance": "no effect"}}
    disputed = study_from_data(data)
    draws = sample_prior(view(disputed, "amal"), 80, seed=2)
    seen = view(ledger.extended(disputed), "amal")
    told = forecast(seen, as_of=AS_OF, draws=draws)
    row = record_statement(
        ledger,
        disputed,
        kind="run",
        draws=draws,
        asked=asked_of(told, view="amal", hindsight=False),
        command=[],
        output=document_text(forecast_document(told, draws)).encode(),
    )
    statement = read_statement(ledger, row)
    assert statement.study.analysts == disputed.analysts
    ledger.observe(disputed, LARGE)
    found = audited(ledger, disputed, draws, statement)
    assert kinds(found) == ["late"]
    assert found.study.viewer is not None
