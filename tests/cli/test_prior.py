"""Where the numbers come from: the text, the document, the chart, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.priors import store
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load_study

Call = Callable[..., Any]


@pytest.fixture
def less(demo: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A source of the new study; without it, the same draws are taken for a fit."""
    study = load_study(demo)
    whole = store.obtain_draws(study)
    monkeypatch.setattr(store, "fit_draws", lambda *_, **__: whole.thin(100))
    return study.judgements[0].source


def test_prior_tells_in_order(call: Call, demo: Path) -> None:
    done = call("prior", "demo")
    assert (done.code, done.err) == (0, "")
    heads = [line for line in done.out.splitlines() if line.isupper()]
    assert heads == [
        "IN SHORT", "WHERE LEVELS LEAD", "JUDGED AGAINST IMPLIED",
        "EFFECTS AS THEY ACT ON THE PROBABILITY", "ON WHAT THE NUMBERS HANG", "THE FIT",
    ]  # fmt: skip
    assert "At the origin: " in done.out
    assert re.search(r"Said \d+% \(.+\); implied \d+% \(.+\): ", done.out)
    assert re.search(r"stated to (raise|lower)", done.out)
    assert "Not known for these draws" in done.out
    assert "These draws come from no fit." in done.out
    assert list(demo.parent.iterdir()) == [demo]


def test_prior_in_arabic_is_in_arabic(call: Call, demo: Path) -> None:
    done = call("prior", "demo", "--lang", "ar")
    assert done.code == 0
    told = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in told)
    for id in ("full_service", "limited_service", "other"):
        assert not re.search(rf"\b{id}\b", done.out)


def test_the_prior_alone(call: Call, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("nothing is to be fitted")

    monkeypatch.setattr(store, "obtain_draws", refuse)
    done = call("prior", "demo", "--prior-only")
    assert (done.code, done.err) == (0, "")
    assert "before any judgement" in done.out
    assert "THE FIT" not in done.out


def test_a_prior_near_certain_by_itself_is_told(call: Call, demo: Path) -> None:
    text = demo.read_text(encoding="utf-8")
    sure = "assumptions:\n  utility_spread: 9\n"
    demo.write_text(sure + re.sub(r"(?m)^assumptions:.*\n(  .*\n)*", "", text), encoding="utf-8")
    done = call("prior", "demo", "--prior-only", "--quiet")
    assert done.code == 0
    assert "near-certain" in done.out
    assert "utility_spread" in done.out


def test_the_document(call: Call, demo: Path) -> None:
    done = call("prior", "demo", "--json")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    assert document["schema"] == "tarjih.prior/1"
    assert (document["study"], document["view"], document["prior_only"]) == ("demo", None, False)
    assert document["pull"][0]["levels"] == {}
    for row in document["pull"]:
        means = [one["mean"] for one in row["scenarios"].values()]
        assert sum(means) == pytest.approx(1, abs=5e-6)
    study = load_study(demo)
    assert list(document["judgements"]) == [
        one.id for one in study.judgements if one.known <= study.origin
    ]
    for one in document["judgements"].values():
        assert one["verdict"] in ("agrees", "outside", "apart")
    assert {row["word"] for row in document["effects"]} <= {
        "strongly raises", "raises", "lowers", "strongly lowers", "unclear"
    }  # fmt: skip
    assert document["without"] is None
    assert document["fit"]["digest"]
    assert call("prior", "demo", "--json").out == done.out


def test_what_a_source_carried(call: Call, demo: Path, less: str) -> None:
    done = call("prior", "demo", "--without", less)
    assert done.code == 0
    assert "WHAT WAS CARRIED" in done.out.splitlines()
    document = json.loads(call("prior", "demo", "--json", "--without", less).out)
    assert document["without"]["left_out"] == [less]
    for one in document["without"]["scenarios"].values():
        assert set(one) == {"with", "without"}
        assert set(one["with"]) == {"now", "pull", "ever", "review_time"}


@pytest.mark.parametrize(
    ("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_chart(call: Call, demo: Path, ending: str, start: bytes, lang: str) -> None:
    done = call("prior", "demo", "--json", "--lang", lang, "-o", f"judged.{ending}")
    assert done.code == 0
    assert f"judged.{ending}" in done.err
    json.loads(done.out)
    assert (demo.parent / f"judged.{ending}").read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--without", "nobody"], ["--without: nothing of this name enters the fit", "'nobody'"]),
        (["--without", "base_rates"], ["--without", "got 'base_rates'"]),
        (["--out", "fit.jpg"], ["--out", "got '.jpg'", ".png, .svg, .pdf, .nc"]),
        (["--out", "nowhere/fit.nc"], ["--out: there is no such folder: got 'nowhere'"]),
        (["--out", "nowhere/fit.png"], ["--out: there is no such folder: got 'nowhere'"]),
        (["--out", "fit.nc", "--prior-only"], ["--out", "leave out --prior-only"]),
        (["--view", "nobody"], ["--view"]),
        (["--lang", "arr"], ["--lang: unknown language: got 'arr'"]),
    ],
)
def test_a_wrong_request_is_one_message(
    call: Call, demo: Path, words: list[str], parts: list[str]
) -> None:
    done = call("prior", "demo", *words)
    assert done.code == 2
    assert all(part in done.message for part in parts), done.message
    assert list(demo.parent.iterdir()) == [demo]


def test_each_analyst_has_a_prior(call: Call, disputed: Path) -> None:
    refused = call("prior", "demo")
    assert refused.code == 2
    assert "--view: a study with analysts has one prior for each" in refused.message
    assert "allowed: amal, basil_k" in refused.message
    for view in ("amal", "basil_k"):
        document = json.loads(call("prior", "demo", "--json", "--view", view).out)
        assert document["view"] == view
    told = call("prior", "demo", "--view", "amal", "--out", "amal.svg")
    assert told.code == 0
    assert "The view of “Amal” alone" in told.out


def test_a_fit_as_a_file(
    call: Call, demo: Path, monkeypatch: pytest.MonkeyPatch, pretend_fit: Callable[..., Any]
) -> None:
    import arviz

    monkeypatch.setattr(store, "fit_study", pretend_fit)
    monkeypatch.setattr(store, "_keep", lambda *_: None)
    done = call("prior", "demo", "--json", "--out", "demo.nc")
    assert (done.code, done.err) == (0, "Wrote demo.nc\n")
    sensitivity = json.loads(done.out)["sensitivity"]
    study = load_study(demo)
    assert [one["scenario"] for one in sensitivity] == 2 * list(study.scenario_ids)
    with arviz.from_netcdf(demo.parent / "demo.nc") as tree:
        assert {"posterior", "prior", "sample_stats", "log_likelihood"} <= set(tree.children)
        assert tree.posterior["scenario"].values.tolist() == list(study.scenario_ids)
    assert {path.name for path in demo.parent.iterdir()} == {"demo.yaml", "demo.nc"}
    told = call("prior", "demo", "--out", "demo.nc", "--quiet")
    assert told.err == ""


def test_leaving_out_and_the_prior_alone_exclude_each_other(call: Call, less: str) -> None:
    done = call("prior", "demo", "--prior-only", "--without", less)
    assert done.code == 2
    assert "--without: the prior alone holds no judgements to leave out" in done.message
