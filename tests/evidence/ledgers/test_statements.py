"""Statements of record: what they keep comes back as it was, to the last digit."""

from __future__ import annotations

import copy
import datetime as dt
import json
import math
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.evidence import Ledger
from tarjih.evidence.ledgers.entries import ITEM_KINDS
from tarjih.evidence.ledgers.statements import (
    headline_numbers,
    read_statement,
    read_statements,
    record_statement,
    study_bytes,
    study_from_bytes,
)
from tarjih.priors import Draws, obtain_draws
from tarjih.priors.draws import draws_bytes, draws_from_bytes
from tarjih.priors.pool import pooled
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios import load, load_study, resolved, study_from_data, write_template
from tarjih.scenarios.records import Study

ASKED = {"as_of": "2026-01-10", "seed": 3, "engine": "exact", "hindsight": False}
VISIT = {
    "seen": "visit",
    "happened": "2025-10-10",
    "kind": "act",
    "sources": ["b"],
    "credibility": 2,
}
NOW = dt.datetime(2026, 11, 22, 10, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return load_study(write_template("demo", tmp_path_factory.mktemp("template")))


@pytest.fixture(scope="module")
def draws(study: Study) -> Draws:
    return sample_prior(study, 50, seed=4)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def record(ledger: Ledger, study: Study, draws: Draws, **changes: Any) -> str:
    given: dict[str, Any] = {
        "kind": "run",
        "draws": draws,
        "asked": ASKED,
        "command": ["run", "small", "--record"],
        "output": b'{"scenarios": {"turn": {"at_horizon": {"mean": 0.25}}}}\n',
    }
    id = record_statement(ledger, study, **(given | changes)).id
    assert id is not None
    return id


def test_what_is_kept_comes_back(ledger: Ledger, study: Study, draws: Draws) -> None:
    ledger.observe(study, VISIT)
    id = record(ledger, study, draws, author="amal")
    assert id == "s2"
    found = read_statement(ledger, id, study)
    assert found.study == study
    assert found.study.digest("all") == study.digest("all")
    assert_same(found.draws, draws)
    assert found.output == b'{"scenarios": {"turn": {"at_horizon": {"mean": 0.25}}}}\n'
    assert (found.kind, found.author, found.asked, found.upto) == ("run", "amal", ASKED, 1)
    assert found.command == ("run", "small", "--record")
    assert (found.day, found.as_of) == (dt.date(2026, 11, 22), dt.date(2026, 1, 10))
    assert (found.numbers, found.leader) == ({"turn": {"at_horizon": 0.25}}, "turn")
    assert set(found.versions) == {"tarjih", "numpy", "python", "platform"}
    assert found.extended() == ledger.extended(study)
    assert [one.id for one in read_statements(ledger, study)] == [id]
    assert read_statements(ledger, "another") == ()


def assert_same(found: Draws, wanted: Draws) -> None:
    for name in Draws.__slots__:
        left, right = getattr(found, name), getattr(wanted, name)
        if isinstance(right, np.ndarray):
            assert left.dtype == right.dtype
            np.testing.assert_array_equal(left, right)
        else:
            assert left == right, name


def test_what_was_recorded_after_it_is_not_in_it(
    ledger: Ledger, study: Study, draws: Draws
) -> None:
    first = ledger.observe(study, VISIT)
    before = ledger.extended(study)
    id = record(ledger, study, draws)
    ledger.observe(study, VISIT | {"happened": "2025-11-11"})
    ledger.retract(study, str(first.id), because="our-error")
    assert read_statement(ledger, id).extended() == before
    assert ledger.extended(study) != before


def test_what_others_recorded_meanwhile_is_not_in_it(
    file: Path, study: Study, draws: Draws
) -> None:
    with Ledger.open(file) as mine, Ledger.open(file) as others:
        seen = mine.extended(study)
        others.observe(study, VISIT)
        found = read_statement(mine, record(mine, study, draws))
        assert found.upto == 0
        assert found.extended() == seen
        # Unless it is told otherwise.
        later = read_statement(mine, record(mine, study, draws, upto=1))
        assert len(later.extended().items) == 1


def test_hindsight_is_honoured(ledger: Ledger, study: Study, draws: Draws) -> None:
    row = ledger.observe(study, VISIT)
    ledger.retract(study, str(row.id), because="withdrawn", known="2026-02-01")
    for hindsight in (False, True):
        id = record(ledger, study, draws, asked=ASKED | {"hindsight": hindsight})
        assert read_statement(ledger, id).extended() == ledger.extended(study, hindsight=hindsight)


@pytest.mark.parametrize("name", ["demo", "syria_russia"])
def test_a_study_reads_back_equal(template: Study, name: str) -> None:
    study = template if name == "demo" else load(name)
    kept = study_bytes(study)
    again = study_from_bytes(kept)
    assert again == study
    assert study_bytes(again) == kept
    assert again.scenario_ids == study.scenario_ids
    assert again.driver_ids == study.driver_ids
    assert [item.id for item in again.items] == [item.id for item in study.items]


shares = st.lists(st.integers(1, 9), min_size=3, max_size=3).map(
    lambda parts: [part / sum(parts) for part in parts]
)
words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)


@st.composite
def studies(draw: Any, base: dict[str, Any]) -> Study:
    """Variants of the template: another order, other numbers, other texts, views, links."""
    data = copy.deepcopy(base)
    # It says that a level is not yet reached, which may now be the likeliest at the origin.
    del data["judgements"]["quays_by_autumn"]
    for section in ("scenarios", "drivers", "items", "judgements"):
        order = draw(st.permutations(sorted(data[section])))
        data[section] = {id: data[section][id] for id in order}
    for driver in data["drivers"].values():
        if len(driver["levels"]) == 3:
            driver["at_origin"] = dict(zip(driver["levels"], draw(shares), strict=True))
        driver["moves"]["rise"] = draw(st.one_of(st.floats(0.5, 90), st.just("never")))
    title = draw(words)
    data["study"]["title"] = {"en": title, "ar": draw(words)}
    data["study"]["step"] = draw(st.sampled_from(["month", "week"]))
    parent, child = draw(st.permutations(sorted(data["drivers"])))[:2]
    levels = data["drivers"][parent]["levels"]
    data["links"] = {
        "tie": {
            "parent": parent,
            "child": child,
            "rise": {level: draw(st.floats(0.1, 9)) for level in levels},
        }
    }
    data["assumptions"] = {"trust": draw(st.sampled_from(["fixed", "learned"]))}
    if draw(st.booleans()):
        data["analysts"] = {
            id: {"label": {"en": id, "ar": id}, "weight": draw(st.floats(0.1, 5))}
            for id in draw(st.permutations(["amal", "basil"]))
        }
        driver, *_ = data["drivers"]
        first, *_ = data["scenarios"]
        data["scenarios"][first]["effects_by"] = {"basil": {driver: "no effect"}}
    return study_from_data(data)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_study_reads_back_equal(template: Study, data: st.DataObject) -> None:
    study = data.draw(studies(resolved(template)))
    again = study_from_bytes(study_bytes(study))
    assert again == study
    assert again.digest("all") == study.digest("all")
    assert study_bytes(again) == study_bytes(study)


def test_draws_are_always_the_same_bytes(draws: Draws) -> None:
    kept = draws_bytes(draws)
    time.sleep(2.1)  # an archive's clock ticks every two seconds
    assert draws_bytes(draws) == kept
    again = draws_from_bytes(kept)
    assert again is not None
    assert_same(again, draws)
    assert draws_bytes(again) == kept


def test_draws_of_single_precision_take_half_the_room() -> None:
    shipped = obtain_draws(load("syria_russia"))
    finer = replace(shipped, alpha=shipped.alpha + 1e-12)
    kept, twice = draws_bytes(shipped), draws_bytes(finer)
    assert len(twice) > 1.8 * len(kept)
    for content, wanted in ((kept, shipped), (twice, finer)):
        found = draws_from_bytes(content)
        assert found is not None
        assert_same(found, wanted)


def test_draws_of_a_pool_know_whose_they_are(draws: Draws) -> None:
    pool = pooled([draws, draws], [0.75, 0.25], digest="both")
    found = draws_from_bytes(draws_bytes(pool))
    assert found is not None
    assert_same(found, pool)
    assert set(found.analyst) == {0, 1}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04K\x01.", b"{}"])
def test_anything_else_is_no_draws(content: bytes) -> None:
    assert draws_from_bytes(content) is None


def test_saying_it_again_takes_no_room(file: Path) -> None:
    study = load("syria_russia")
    draws = obtain_draws(study)
    with Ledger.open(file) as ledger:
        record(ledger, study, draws)
    first = file.stat().st_size
    assert first > 1_000_000
    for _ in range(50):
        with Ledger.open(file) as ledger:
            record(ledger, study, draws)
    assert file.stat().st_size - first < 50 * 4_000


def test_items_are_read_without_statements(file: Path, study: Study, draws: Draws) -> None:
    with Ledger.open(file) as ledger:
        ledger.observe(study, VISIT)
        for _ in range(20):
            record(ledger, study, draws)
        read: list[str] = []
        rows = ledger._store.rows

        def watched(*given: Any, **more: Any) -> Any:
            found = rows(*given, **more)
            read.extend(row.kind for row in found)
            return found

        ledger._store.rows = watched  # type: ignore[method-assign]
        ledger.extended(study)
        ledger.held(study, upto=21)
    assert read
    assert set(read) <= set(ITEM_KINDS)


def test_a_changed_content_is_found(file: Path, study: Study, draws: Draws) -> None:
    with Ledger.open(file) as ledger:
        id = record(ledger, study, draws)
        digest = read_statement(ledger, id).row.contents["study.json"]
    with sqlite3.connect(file) as connection:
        (kept,) = connection.execute(
            "SELECT data FROM contents WHERE digest = ?", (digest,)
        ).fetchone()
        forged = kept.replace(b'"horizon": 12', b'"horizon": 24')
        assert forged != kept
        connection.execute("UPDATE contents SET data = ? WHERE digest = ?", (forged, digest))
    connection.close()
    with Ledger.open(file) as ledger:
        (fault,) = ledger.verify().faults
        assert (fault.seq, fault.id) == (1, id)
        statement = read_statement(ledger, id)
        with pytest.raises(CannotCompute, match=digest):
            statement.extended()
        # What was not touched can still be read.
        assert_same(statement.draws, draws)


def test_a_content_that_is_gone_is_found(file: Path, study: Study, draws: Draws) -> None:
    with Ledger.open(file) as ledger:
        id = record(ledger, study, draws)
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM contents")
    connection.close()
    with Ledger.open(file) as ledger:
        assert len(ledger.verify().faults) == 3
        with pytest.raises(CannotCompute, match="missing"):
            _ = read_statement(ledger, id).output


def test_a_content_that_cannot_be_read_is_told_once(
    ledger: Ledger, study: Study, draws: Draws
) -> None:
    row = ledger.append(study, "statement", {"kind": "run"}, contents={"study.json": b"[1, 2"})
    found = read_statement(ledger, row)
    for ask in ("study", "draws", "output", "asked", "as_of", "numbers", "upto"):
        with pytest.raises(
            CannotCompute, match="statement s1 of memory cannot be read back"
        ) as told:
            getattr(found, ask)
        assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize("which", ["s1", "s99", "n1", "", "s", "s0", "s-1", "12", "s" + "9" * 30])
def test_no_such_statement(ledger: Ledger, study: Study, which: str) -> None:
    ledger.observe(study, VISIT)
    with pytest.raises(InvalidRequest, match="no such statement of small"):
        read_statement(ledger, which, study)


def test_one_of_another_study_is_not_given(
    ledger: Ledger, study: Study, draws: Draws, make_study: Callable[..., Study]
) -> None:
    id = record(ledger, study, draws)
    with pytest.raises(InvalidRequest, match="no such statement of other_one"):
        read_statement(ledger, id, make_study(id="other_one"))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "guess"},
        {"asked": {"as_of": None, "seed": 1, "engine": "exact"}},
        {"asked": {}},
        {"asked": ASKED | {"seed": math.nan}},
        {"command": [object()]},
    ],
)
def test_what_cannot_be_computed_again_is_not_recorded(
    ledger: Ledger, study: Study, draws: Draws, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        record(ledger, study, draws, **changes)
    assert ledger.count() == 0


def test_the_ledgers_clock_tells_the_time(
    make_ledger: Callable[..., Ledger], study: Study, draws: Draws
) -> None:
    evening = dt.datetime(2026, 3, 1, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    ledger = make_ledger(now=evening)
    # The day is that of UTC.
    assert read_statement(ledger, record(ledger, study, draws)).day == dt.date(2026, 2, 28)


def test_numbers_are_those_of_the_document(ledger: Ledger, study: Study, draws: Draws) -> None:
    cell = {"mean": 0.5, "q05": 0.1, "q95": 0.9}
    whole = {"hold": {"now": cell, "ever_by_horizon": cell}, "turn": {}}
    assert headline_numbers({"scenarios": whole}) == {
        "hold": {"now": 0.5, "ever_by_horizon": 0.5},
        "turn": {},
    }
    id = record(ledger, study, draws, output=json.dumps({"after": {"scenarios": whole}}).encode())
    assert read_statement(ledger, id).numbers["hold"]["now"] == 0.5
    id = record(ledger, study, draws, output=b"no document", numbers={})
    assert read_statement(ledger, id).leader is None


def test_a_server_keeps_them_as_well(postgres: str, study: Study, draws: Draws) -> None:
    address = f"{postgres}{'&' if '?' in postgres else '?'}options=-csearch_path%3Dstatements_test"
    engine = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE SCHEMA statements_test"))
    try:
        with Ledger.open(address) as ledger:
            ledger.observe(study, VISIT)
            found = read_statement(ledger, record(ledger, study, draws), study)
            assert_same(found.draws, draws)
            assert found.extended() == ledger.extended(study)
            assert ledger.verify().sound
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text("DROP SCHEMA statements_test CASCADE"))
        engine.dispose()
