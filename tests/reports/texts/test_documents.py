"""The documents hold what JSON can hold, rounded."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from tarjih.models import Forecast, Intervention
from tarjih.reports.texts.documents import check_document, forecast_document, study_document
from tarjih.scenarios import load, study_from_data


def test_what_is_not_finite_is_null(forecast: Forecast) -> None:
    endless = dataclasses.replace(forecast.diagnostics, khat=math.inf)
    document = forecast_document(dataclasses.replace(forecast, diagnostics=endless))
    assert document["diagnostics"]["khat"] is None
    json.dumps(document, allow_nan=False)


def test_numbers_are_rounded_and_zero_has_no_sign(forecast: Forecast) -> None:
    tiny = dataclasses.replace(forecast.diagnostics, khat=-1e-9, ess_draws=1 / 3)
    found = forecast_document(dataclasses.replace(forecast, diagnostics=tiny))["diagnostics"]
    assert str(found["khat"]) == "0.0"
    assert found["ess_draws"] == 0.333333


def test_the_order_of_keys_is_that_of_the_study(forecast: Forecast) -> None:
    document = forecast_document(forecast)
    assert tuple(document["scenarios"]) == forecast.study.scenario_ids
    assert all(tuple(row["scenarios"]) == forecast.study.scenario_ids
               for row in document["timeline"])  # fmt: skip


def test_interventions_are_named_by_their_levels(forecast: Forecast) -> None:
    held = dataclasses.replace(forecast, interventions=(Intervention("us_withdrawal", 1),))
    assert forecast_document(held)["interventions"] == [
        {"driver": "us_withdrawal", "level": "full", "start": None}
    ]


def test_a_study_is_not_rounded() -> None:
    study = load("syria_russia")
    document = json.loads(json.dumps(study_document(study)))
    assert study_from_data(document["study"]).digest("all") == document["digests"]["all"]


@pytest.mark.parametrize("study", [None, load("syria_russia")], ids=["none", "study"])
def test_a_check_without_problems_is_ok(study: object) -> None:
    document = check_document("x", study)  # type: ignore[arg-type]
    assert document["ok"] is True
    assert bool(document["counts"]) is (study is not None)
