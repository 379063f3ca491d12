"""What a study that is right becomes."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings

from tarjih.errors import TarjihError
from tarjih.scenarios import load, load_study, resolved, study_from_data
from tarjih.scenarios.records import (
    AtOrPast,
    Checked,
    EverInForce,
    IndicatorSeen,
    InForce,
    LevelSeen,
    Seen,
    Study,
    Weights,
    WhichLevel,
    WhichScenario,
)

LoadText = Callable[[str], Study]


@pytest.fixture(scope="module")
def demo(template: str, tmp_path_factory: pytest.TempPathFactory) -> Study:
    path = tmp_path_factory.mktemp("demo") / "demo.yaml"
    path.write_text(template, encoding="utf-8")
    return load_study(path)


def test_the_order_is_as_written_with_other_last(demo: Study, template: str) -> None:
    assert demo.scenario_ids == ("full_service", "limited_service", "other")
    assert demo.driver_ids == ("repairs", "insurance", "staff_dispute")
    assert list(demo.indicators[0].monthly) == list(demo.scenario_ids)


def test_defaults(demo: Study) -> None:
    assert (demo.step, demo.horizon, demo.scale) == ("month", 12.0, "survey")
    assert demo.origin == dt.date(2026, 1, 15)
    assert not demo.retrospective
    assert demo.title == {"en": "When does the harbour of Northbay work again?"}
    assert demo.scenario("full_service").short == {"en": "Full service"}
    assert demo.indicators[0].detection == 0.8
    assert demo.questions[0].resolution is None


def test_levels_at_the_origin(demo: Study) -> None:
    repairs, insurance, dispute = demo.drivers
    assert repairs.at_origin == (0.85, 0.15, 0.0)
    assert [level.score for level in repairs.levels] == [0.0, 0.5, 1.0]
    assert repairs.levels[1].label == {"en": "half done"}
    assert (repairs.months_before_rise, repairs.months_before_fall) == (4.0, math.inf)
    assert (insurance.at_origin, insurance.reference) == ((0.3, 0.7, 0.0), 1)
    assert (dispute.at_origin, dispute.reference) == ((0.6, 0.4, 0.0), 0)


def test_a_level_in_the_middle_leaves_half_the_rest_to_each_side(
    load_text: LoadText, template: str
) -> None:
    text = template.replace("at_origin: begun ", "at_origin: half_done ", 1)
    assert load_text(text).driver("repairs").at_origin == (0.075, 0.85, 0.075)
    text = text.replace("# SCENARIOS", "assumptions: {stated_level: 0.9}\n# SCENARIOS", 1)
    assert load_text(text).driver("repairs").at_origin == (0.05, 0.9, 0.05)


def test_links_and_conjunctions(demo: Study) -> None:
    (link,) = demo.links
    assert (link.parent, link.child) == ("repairs", "insurance")
    assert (link.rise, link.fall) == ((1.0, 2.0, 4.0), (1.0, 1.0, 1.0))
    assert demo.conjunctions[0].requires == {"repairs": 2, "insurance": 1}


def test_no_effect_is_not_stored(load_text: LoadText, template: str, demo: Study) -> None:
    text = template.replace(
        "      insurance: raises", "      insurance: raises\n      staff_dispute: no effect", 1
    )
    study = load_text(text)
    assert study == demo
    assert study.digest("draws") == demo.digest("draws")


def test_what_items_bear_on(load_text: LoadText, template: str, demo: Study) -> None:
    assert [item.bears_on for item in demo.items] == [
        LevelSeen("repairs", 1),
        Seen("ferry_calls"),
        Weights({"full_service": "slightly for", "limited_service": "slightly against"}),
    ]
    ferry = demo.items[1]
    assert (ferry.start, ferry.end) == (dt.date(2026, 2, 10), dt.date(2026, 2, 28))
    assert ferry.relays == {"local_paper": "harbour_office"}
    text = template.replace("    seen: ferry_calls", "    checked: ferry_calls", 1)
    assert load_text(text).items[1].bears_on == Checked("ferry_calls")


@pytest.mark.parametrize(
    ("about", "outcome"),
    [
        ("{in_force: full_service, at: 2026-06}", InForce("full_service", dt.date(2026, 6, 30))),
        (
            "{ever: other, from: 2026-02, by: 2026-06}",
            EverInForce("other", dt.date(2026, 2, 1), dt.date(2026, 6, 30)),
        ),
        (
            "{level: {repairs: finished}, at: 2026-06-30}",
            AtOrPast("repairs", 2, dt.date(2026, 6, 30), dt.date(2026, 6, 30), False),
        ),
        (
            "{level: {repairs: finished}, from: 2026-02-01, by: 2026-06-30}",
            AtOrPast("repairs", 2, dt.date(2026, 2, 1), dt.date(2026, 6, 30), True),
        ),
        (
            "{seen: ferry_calls, from: 2026-02-01, by: 2026-06-30}",
            IndicatorSeen("ferry_calls", dt.date(2026, 2, 1), dt.date(2026, 6, 30)),
        ),
    ],
)
def test_what_questions_ask(
    load_text: LoadText, template: str, about: str, outcome: object
) -> None:
    text = template.replace("{in_force: full_service, at: 2026-06-30}", about)
    text += "    resolution: {outcome: yes, known: 2026-07-01}\n"
    study = load_text(text)
    assert study.questions[0].about == outcome
    assert study.questions[0].resolution is not None
    assert study.questions[0].resolution.outcome is True
    assert study_from_data(resolved(study)) == study


def test_plain_texts_are_in_the_language_of_the_study(load_text: LoadText, template: str) -> None:
    text = template.replace("  step: month ", "  language: de\n  step: month ", 1)
    text = text.replace("label: Harbour office", "label: {en: Office, ar: مكتب}")
    study = load_text(text)
    assert study.title.keys() == {"de"}
    assert study.sources[0].label == {"en": "Office", "ar": "مكتب"}


def test_assumptions_and_base_rates(load_text: LoadText, template: str) -> None:
    study = load_text(
        template
        + "assumptions:\n  letters: {A: 0.9}\n  digits: {1: 0.9}\n  weights: {for: [2, 3]}\n"
        + "  effects: {raises: 1}\n"
        + "base_rates:\n  table: t\n  rows: r\n  levels: {none: [other], some: [full_service]}\n"
    )
    assert study.assumptions == {
        "letters": {"A": 0.9},
        "digits": {1: 0.9},
        "weights": {"for": (2.0, 3.0)},
        "effects": {"raises": 1.0},
    }
    assert study.base_rates is not None
    assert study.base_rates.levels == {"none": ("other",), "some": ("full_service",)}
    assert study.base_rates.effective_n == 10.0
    assert study_from_data(resolved(study)) == study


def test_one_file_or_several_make_the_same_study(
    tmp_path: Path, template: str, demo: Study
) -> None:
    data = yaml.load(template, Loader=yaml.BaseLoader)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for section, content in data.items():
        text = yaml.dump({section: content}, allow_unicode=True, sort_keys=False)
        (tmp_path / "deep" / f"{section}.yaml").write_text(text, encoding="utf-8")
    items = data["items"]
    one, *rest = items
    (tmp_path / "deep" / "items.yaml").write_text(yaml.dump({"items": {one: items[one]}}))
    for id in rest:
        text = yaml.dump({"items": {id: items[id]}}, allow_unicode=True)
        (tmp_path / "deep" / "er" / f"{id}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / ".trash").mkdir()
    (tmp_path / ".trash" / "broken.yaml").write_text("{")
    # BaseLoader leaves numbers as text, which yaml.dump then quotes: unquote them.
    for path in tmp_path.rglob("deep/**/*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(_unquoted(text), encoding="utf-8")
    study = load_study(tmp_path)
    assert study.digest("draws") == demo.digest("draws")
    assert resolved(study)["questions"] == resolved(demo)["questions"]
    assert {item.id: item for item in study.items} == {item.id: item for item in demo.items}


def _unquoted(text: str) -> str:
    import re

    return re.sub(r"'([0-9.]+|true|[0-9-]{10})'", r"\1", text)


def test_where_an_entry_stands(demo: Study, template: str) -> None:
    line = template.split("\n").index("  half_the_quays:") + 1
    assert demo.where("items.half_the_quays").endswith(f"demo.yaml:{line}:3")
    assert demo.where("items.half_the_quays.note").endswith(f"demo.yaml:{line}:3")
    assert demo.where("nowhere.at_all") == "nowhere.at_all"


@pytest.mark.parametrize("name", ["demo", "syria_russia"])
def test_the_resolved_form_reads_back_to_the_same_study(demo: Study, name: str) -> None:
    study = demo if name == "demo" else load(name)
    form = json.loads(json.dumps(resolved(study), allow_nan=False))
    again = study_from_data(form)
    assert again == study
    assert resolved(again) == resolved(study)
    assert again.digest("all") == study.digest("all")
    assert again.digest("draws") == study.digest("draws")


def test_the_resolved_form_can_be_written_as_yaml(load_text: LoadText, demo: Study) -> None:
    text = yaml.dump(resolved(demo), allow_unicode=True, sort_keys=False)
    assert load_text(text) == demo


def test_a_study_can_be_pickled(demo: Study) -> None:
    again = pickle.loads(pickle.dumps(demo))
    assert again == demo
    assert again.where("items") == demo.where("items")


def _swap(text: str, i: int, j: int, word: str) -> str:
    """Put another word in place of a stretch of a text."""
    return text[:i] + word + text[i + j :]


_WORDS = st.one_of(
    st.sampled_from(
        [
            "",
            "~",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "- ",
            "\n",
            "\n  ",
            "&a ",
            "*a",
            "!!set ",
            "'",
            '"',
            "# ",
            "---\n",
            "0",
            "-1",
            "1e999",
            ".nan",
            "true",
            "other",
            "repairs",
            "2026-01-01",
            "1500",
            "no effect",
            "\x00",
            "\ufeff",
            "؟",
            "<<: ",
            "? ",
            "| ",
            "> ",
            "%TAG ",
            "@",
        ]
    ),
    st.text(max_size=8),
)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_spoilt_study_never_breaks_the_loader(
    load_text: LoadText, template: str, data: st.DataObject
) -> None:
    text = template
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = _swap(text, at, data.draw(st.integers(0, 12)), data.draw(_WORDS))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return
    # Whatever else is raised fails the test.
    with contextlib.suppress(TarjihError):
        assert isinstance(load_text(text), Study)


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=200))
@example(b"%YAML 9.9\n---\na: 1\n")
@example(b"? [a]\n: 1\n")
@example(b"study: {id: [}")
def test_bytes_never_break_the_loader(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "demo.yaml"
    path.write_bytes(content)
    with pytest.raises(TarjihError):
        load_study(path)


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_value_anywhere_is_refused_or_read(demo: Study, data: st.DataObject) -> None:
    """Put arbitrary data in place of any part of the resolved form."""
    form = json.loads(json.dumps(resolved(demo)))
    node = form
    while True:
        key = data.draw(st.sampled_from(sorted(node)))
        if not isinstance(node[key], dict) or not node[key] or data.draw(st.integers(0, 3)) == 0:
            break
        node = node[key]
    node[key] = data.draw(_PLAIN)
    with contextlib.suppress(TarjihError):
        assert isinstance(study_from_data(form), Study)


@pytest.mark.parametrize(
    ("about", "answer", "outcome"),
    [
        ("{scenario_at: 2026-06}", "other", WhichScenario(dt.date(2026, 6, 30))),
        (
            "{level_of: repairs, at: 2026-06-30}",
            "finished",
            WhichLevel("repairs", dt.date(2026, 6, 30)),
        ),
    ],
)
def test_questions_with_several_answers(
    load_text: LoadText, template: str, about: str, answer: str, outcome: object
) -> None:
    text = template.replace("{in_force: full_service, at: 2026-06-30}", about)
    text += f"    resolution: {{outcome: {answer}, known: 2026-07-01}}\n"
    study = load_text(text)
    assert study.questions[0].about == outcome
    assert study.questions[0].resolution is not None
    assert study.questions[0].resolution.outcome == answer
    assert study_from_data(resolved(study)) == study
    plain = load_text(template)
    assert study.digest("draws") == plain.digest("draws")
    assert study.digest("all") != plain.digest("all")
