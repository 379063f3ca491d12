"""What a ledger promises of items holds of forecasts as well."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tarjih.evidence import Ledger
from tarjih.evidence.imports.exporting import all_versions, export_bytes
from tarjih.evidence.imports.importing import bring_in
from tarjih.evidence.ledgers.memory import Memory
from tarjih.models import forecast
from tarjih.priors.stated_prior import sample_prior

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
BEARINGS = (
    {"seen": "visit"},
    {"seen": "bulletin"},
    {"level": {"war": "deep"}},
    {"weights": {"turn": "strongly for", "hold": "against"}},
)
DAY = dt.timedelta(days=1)
quick = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def items(draw):
    end = dt.date(2025, 9, 1) + DAY * draw(st.integers(0, 150))
    return {
        "happened": end.isoformat(),
        "known": (end + DAY * draw(st.integers(0, 30))).isoformat(),
        "sources": [draw(st.sampled_from("abcd"))],
        "credibility": draw(st.integers(1, 5)),
        **({"cluster": "x"} if draw(st.booleans()) else {}),
        **draw(st.sampled_from(BEARINGS)),
    }


@pytest.fixture(scope="module")
def draws(study):
    return sample_prior(study, count=40, seed=3)


def fresh() -> Ledger:
    return Ledger(Memory(), now=lambda: NOW)


def alike(study, draws, one: Ledger, other: Ledger, days) -> None:
    for day in days:
        first, second = (
            forecast(
                ledger.extended(study), as_of=day, draws=draws, engine="exact", replay=False
            ).probability
            for ledger in (one, other)
        )
        np.testing.assert_allclose(first, second, rtol=0, atol=1e-12)


def recorded(study, kept) -> Ledger:
    ledger = fresh()
    for n, item in enumerate(kept):
        ledger.observe(study, item, id=f"i{n}", again=True)
    return ledger


def days_of(kept) -> list[dt.date]:
    known = [dt.date.fromisoformat(item["known"]) for item in kept]
    return [min(known), max(known), dt.date(2026, 6, 1)]


@quick
@given(kept=st.lists(items(), min_size=1, max_size=4), wrong=items())
def test_an_error_of_ours_leaves_no_trace_in_a_forecast(study, draws, kept, wrong) -> None:
    without, ledger = recorded(study, kept), recorded(study, kept)
    ledger.observe(study, wrong, id="wrong", again=True)
    ledger.retract(study, "wrong", because="our-error")
    alike(study, draws, ledger, without, days_of([*kept, wrong]))


@quick
@given(kept=st.lists(items(), max_size=3), first=items(), digit=st.integers(1, 5))
def test_amending_forecasts_as_retracting_and_observing(study, draws, kept, first, digit) -> None:
    known = (dt.date.fromisoformat(first["known"]) + 20 * DAY).isoformat()
    changes = {"credibility": digit, "url": "https://example.org/x", "sources": ["e"]}
    amended, apart = recorded(study, [*kept, first]), recorded(study, [*kept, first])
    name = f"i{len(kept)}"
    amended.amend(study, name, changes, known=known, again=True)
    apart.retract(study, name, because="withdrawn", known=known)
    apart.observe(study, first | changes | {"known": known}, again=True)
    alike(study, draws, amended, apart, [*days_of([*kept, first]), dt.date.fromisoformat(known)])


@quick
@given(kept=st.lists(items(), min_size=1, max_size=4), form=st.sampled_from(["csv", "yaml"]),
       ends=st.sampled_from(["withdrawn", "disproved", "amended", "held"]))  # fmt: skip
def test_what_is_exported_and_imported_forecasts_the_same(
    study, draws, tmp_path, kept, form, ends
) -> None:
    ledger = recorded(study, kept)
    known = (dt.date.fromisoformat(kept[0]["known"]) + 20 * DAY).isoformat()
    if ends == "amended":
        ledger.amend(
            study, "i0", {"url": "https://example.org/x", "credibility": 6}, known=known, again=True
        )
    elif ends != "held":
        ledger.retract(study, "i0", because=ends, known=known)
    held = ledger.held(study)
    file = tmp_path / f"all.{form}"
    file.write_bytes(export_bytes(all_versions(held), held, form))
    back = fresh()
    bring_in(back, study, file, author="amal")
    alike(study, draws, back, ledger, [*days_of(kept), dt.date.fromisoformat(known)])
