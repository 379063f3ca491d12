"""What pgmpy, pyAgrum and xarray find in the files."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tarjih.equations import advance
from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import run_engine
from tarjih.models.networks.exporting import write_network
from tarjih.models.networks.network import Network, Node
from tarjih.models.networks.unrolled import unrolled_network
from tarjih.scenarios import load
from tarjih.scenarios.records import Text, translate

SHAPE = {"scenarios": 3, "sizes": (2, 3, 2), "links": [(2, 0), (0, 1)], "conjunction": True}
NASTY = 'a "quote" <b> & {x}; */ // \\n عربي variable y {\nprobability ( z ) {\x07]]>'
SINGLE = 1e-6  # pyAgrum reads the numbers of BIF in single precision: 6e-8 in each


@pytest.fixture(scope="module")
def small(study_with_items, make_draws) -> Network:
    study = study_with_items(3, **SHAPE)
    return unrolled_network(study, draws=make_draws(study, 5), horizon=2)


@pytest.fixture(scope="module")
def shipped() -> Network:
    return unrolled_network(
        load("syria_russia"),
        drivers=["us_withdrawal", "russia_west_deal", "turkey_israel_tension"],
    )


@pytest.fixture(scope="module")
def truth(expected: Callable[..., Any]) -> Callable[[Network], Mapping[str, Any]]:
    def ask(network: Network) -> Mapping[str, Any]:
        run = run_engine(
            ExactEngine(network.study, network.parameters),
            network.evidence,
            as_of_step=network.forecast.as_of_step,
            last_step=network.forecast.horizon_step,
        )
        return expected(network, run.probability[:, 0], run.levels)  # type: ignore[no-any-return]

    return ask


def _written(network: Network, folder: Path, form: str, **words: str) -> str:
    path = folder / f"network.{form}"
    write_network(network, path, form, **words)
    assert list(folder.iterdir()) == [path]
    return str(path)


def _of_pgmpy(
    pgmpy: Any, model: Any, evidence: Mapping[str, str], names: Iterable[str]
) -> dict[str, Any]:
    assert model.check_model()
    inference = pgmpy.elimination(model)
    found = {}
    for name in names:
        answer = inference.query([name], evidence=dict(evidence), show_progress=False)
        found[name] = answer.values
    return found


def _apart(found: Mapping[str, Any], truth: Mapping[str, Any]) -> float:
    assert found.keys() == truth.keys()
    return max(float(np.abs(found[name] - truth[name]).max()) for name in truth)


@pytest.mark.parametrize("reader", ["bif", "xdsl"])
def test_pgmpy_answers_as_the_exact_engine(reader, small, tmp_path, pgmpy, truth) -> None:
    path = _written(small, tmp_path, reader)
    model = getattr(pgmpy, f"{reader}_reader")(path).get_model()
    expected = truth(small)
    assert _apart(_of_pgmpy(pgmpy, model, small.observed, expected), expected) < 1e-12


def test_pyagrum_answers_as_the_exact_engine(small, tmp_path, gum, asked, truth) -> None:
    net = gum.loadBN(_written(small, tmp_path, "bif"))
    expected = truth(small)
    assert _apart(asked(net, small.observed, list(expected)), expected) < SINGLE


def test_pyagrum_reads_xdsl_in_another_order(small, tmp_path, gum, asked, truth) -> None:
    """As docs/method.md says; when this fails, pyAgrum reads it as SMILE does."""
    net = gum.loadBN(_written(small, tmp_path, "xdsl"))
    expected = truth(small)
    assert _apart(asked(net, small.observed, list(expected)), expected) > 1e-3
    node = next(node for node in small.nodes if node.kind == "scenario" and node.step == 1)
    read = np.array(net.cpt(node.id).tolist())
    several = node.table.reshape(-1, len(node.states))
    assert np.abs(read.ravel() - several.ravel()).max() < 1e-15, "the numbers are all there"
    assert net.cpt(node.id).names == (node.id, *node.parents)


def test_the_shipped_study_in_every_reader(shipped, tmp_path, gum, pgmpy, asked, truth) -> None:
    expected = truth(shipped)
    assert len(expected) == 4 * 13
    path = _written(shipped, tmp_path, "bif")
    found = asked(gum.loadBN(path), shipped.observed, list(expected))
    assert _apart(found, expected) < SINGLE
    Path(path).unlink()
    model = pgmpy.xdsl_reader(_written(shipped, tmp_path, "xdsl")).get_model()
    found = _of_pgmpy(pgmpy, model, shipped.observed, expected)
    assert _apart(found, expected) < 1e-10


def test_the_shipped_study_in_bif_with_pgmpy(shipped, tmp_path, pgmpy, truth) -> None:
    expected = truth(shipped)
    model = pgmpy.bif_reader(_written(shipped, tmp_path, "bif")).get_model()
    assert _apart(_of_pgmpy(pgmpy, model, shipped.observed, expected), expected) < 1e-10


def _relabelled(network: Network, label: Text) -> Network:
    """All that people read says the same nasty thing."""
    whole = replace(network.forecast.study, title=label)
    return replace(
        network,
        study=replace(
            network.study,
            title=label,
            scenarios=tuple(replace(one, label=label) for one in network.study.scenarios),
            drivers=tuple(replace(one, label=label) for one in network.study.drivers),
        ),
        forecast=replace(network.forecast, study=whole),
        nodes=tuple(replace(node, label=label) for node in network.nodes),
    )


def test_no_label_breaks_a_file(small, tmp_path, gum, pgmpy, asked, truth) -> None:
    nasty = _relabelled(small, {"en": NASTY, "ar": NASTY})
    expected = truth(small)
    path = _written(nasty, tmp_path, "bif")
    assert Path(path).read_bytes().isascii()
    found = asked(gum.loadBN(path), nasty.observed, list(expected))
    assert _apart(found, expected) < SINGLE
    model = pgmpy.bif_reader(path).get_model()
    assert _apart(_of_pgmpy(pgmpy, model, nasty.observed, expected), expected) < 1e-12
    Path(path).unlink()
    path = _written(nasty, tmp_path, "xdsl", lang="ar")
    model = pgmpy.xdsl_reader(path).get_model()
    assert _apart(_of_pgmpy(pgmpy, model, nasty.observed, expected), expected) < 1e-12
    comment = ElementTree.parse(path).find(".//comment")
    assert comment is not None
    assert comment.text is not None
    assert comment.text.startswith('a "quote" <b> & {x}; */ // \\n عربي variable y {')


def test_words_of_the_grammar_are_no_names(small, tmp_path, gum, pgmpy, asked) -> None:
    taken = ["table", "default", "property", "discrete", "type", "variable", "network",
             "probability"]  # fmt: skip

    def renamed(node: Node) -> Node:
        return replace(node, states=tuple(taken[-len(node.states) :]))

    nodes = tuple(node if node.kind == "item" else renamed(node) for node in small.nodes)
    worded = replace(small, nodes=nodes, study=replace(small.study, id="probability_of_war"))
    path = _written(worded, tmp_path, "bif")
    assert set(gum.loadBN(path).variable("scenario_1").labels()) == {
        "variable_", "network_", "probability_",
    }  # fmt: skip
    assert pgmpy.bif_reader(path).get_model().check_model()


def test_the_file_says_what_it_is(shipped, tmp_path) -> None:
    bif = Path(_written(shipped, tmp_path, "bif")).read_text("ascii")
    (tmp_path / "network.bif").unlink()
    xdsl = Path(_written(shipped, tmp_path, "xdsl")).read_text("utf-8")
    for text in (bif, xdsl):
        assert "the mean over the draws as the evidence weighs them" in text
        assert "Fixed at all steps: ukraine_war=deep" in text
        assert "retrospective" in text
        for node, state in shipped.observed.items():
            assert f"{node} = {state}" in text
    assert re.search(r"^// .*as of 2026-01-28", bif, re.MULTILINE)


def test_genie_finds_every_node_in_a_place_of_its_own(small, tmp_path) -> None:
    root = ElementTree.parse(_written(small, tmp_path, "xdsl")).getroot()
    assert [node.get("id") for node in root.iterfind("nodes/cpt")] == [
        node.id for node in small.nodes
    ]
    pictures = root.findall("extensions/genie/node")
    assert [node.get("id") for node in pictures] == [node.id for node in small.nodes]
    places = [node.findtext("position") for node in pictures]
    assert len(set(places)) == len(places)
    order = [child.tag for child in pictures[0]]
    assert order == ["name", "interior", "outline", "font", "position", "comment"]


def test_numbers_keep_all_their_digits(small, tmp_path) -> None:
    root = ElementTree.parse(_written(small, tmp_path, "xdsl")).getroot()
    for node, found in zip(small.nodes, root.iterfind("nodes/cpt"), strict=True):
        numbers = (found.findtext("probabilities") or "").split()
        assert np.array(numbers, dtype=np.float64).tolist() == node.table.ravel().tolist()
        assert (found.findtext("parents") or "").split() == list(node.parents)


def test_netcdf_holds_all_that_is_needed(small, tmp_path) -> None:
    """Filter by what the file says, and by nothing else."""
    import xarray

    with xarray.open_dataset(_written(small, tmp_path, "netcdf")) as file:
        data = file.load()
    drivers = data.driver.values.tolist()
    mass = data.scenario_start
    for id in drivers:
        mass = mass * data[f"start_{id}"]
    answers = []
    for t in data.step.values:
        if t:
            # children first: they look at the old level of their parents
            table = data.scenario_transition
            before = mass.rename(
                {"scenario": "scenario_before"} | {f"level_{id}": f"before_{id}" for id in drivers}
            )
            for id in drivers:
                before = before * data[f"transition_{id}"]
            before = before.sum([f"before_{id}" for id in drivers])
            mass = (before * table).sum("scenario_before")
        mass = mass * np.exp(data.loglik_scenario.sel(step=t, drop=True))
        for id in drivers:
            mass = mass * np.exp(data[f"loglik_{id}"].sel(step=t, drop=True))
        mass = mass / mass.sum()
        answers.append(mass.sum([f"level_{id}" for id in drivers]).values)
    now = data.attrs["as_of_step"]
    assert np.isnan(data.probability.values[:now]).all()
    assert np.abs(np.array(answers)[now:] - data.probability.values[now:]).max() < 1e-13
    assert np.abs(data.probability.values[now:] - small.probability).max() == 0


def test_netcdf_shares_add_up(shipped, tmp_path) -> None:
    import xarray

    with xarray.open_dataset(_written(shipped, tmp_path, "netcdf", lang="ar")) as file:
        data = file.load()
    for name in ("scenario", *data.driver.values):
        parts = data[f"report_{name}"].groupby(data.report_step).sum("report")
        told = data[f"loglik_{name}"].sel(step=parts.report_step.values)
        assert np.abs(parts.values - told.values).max() < 1e-14
    assert dict(zip(data.report_node.values, data.report_of.values, strict=True)) == {
        node.id: node.parents[0] for node in shipped.nodes if node.kind == "item"
    }
    first = shipped.study.scenarios[0]
    assert data.scenario_label.values[0] == translate(first.label, "ar") != first.label["en"]
    assert set(data.attrs["fixed"].split(", ")) >= {"ukraine_war=deep"}
    assert (data.held.values == -1).all()


def test_netcdf_and_the_equations(small, tmp_path) -> None:
    """The scenario's table is the step of the equations at the file's parameters."""
    import xarray

    with xarray.open_dataset(_written(small, tmp_path, "netcdf")) as file:
        data = file.load()
    table = data.scenario_transition.values
    rho = 1 - np.exp(-1 / data.review_time.values)
    for place in np.ndindex(table.shape[1:-1]):
        rows = table[:, *place]
        entering = rows[0] - np.eye(len(rho))[0] * (1 - rho[0])
        entering /= entering.sum()
        mass = np.array([0.2, 0.5, 0.3])
        assert np.abs(mass @ rows - advance(mass, rho, entering)).max() < 1e-14


def test_an_unknown_format(small, tmp_path) -> None:
    with pytest.raises(InvalidRequest, match=r"unknown format: got 'xsdl'.*did you mean 'xdsl'"):
        write_network(small, tmp_path / "x", "xsdl")


@pytest.mark.parametrize("form", ["bif", "xdsl", "netcdf"])
def test_a_file_that_cannot_be_written(form, small, tmp_path) -> None:
    with pytest.raises(CannotCompute, match=r"nowhere.*could not be written"):
        write_network(small, tmp_path / "nowhere" / "x", form)
