"""What is said of a prior, of numbers made up to say it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.models.asked.leave_out import carried
from tarjih.models.asked.prior_view import PriorView, question_prior
from tarjih.priors.examined import Verdict
from tarjih.priors.power_scaling import Sensitivity
from tarjih.priors.stated_prior import sample_prior
from tarjih.reports.charts.prior_chart import draw_prior
from tarjih.reports.texts.card import card_lines
from tarjih.reports.texts.prior_text import prior_sections, prior_warnings, wording_text
from tarjih.scenarios import load_study, write_template
from tarjih.scenarios.records import Study


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return load_study(write_template("demo", tmp_path_factory.mktemp("harbour")))


@pytest.fixture(scope="module")
def view(harbour: Study) -> PriorView:
    fit = {"divergences": 0, "rhat": 1.001, "ess_bulk": 900, "ess_tail": 800, "sound": True}
    return question_prior(harbour, draws=replace(sample_prior(harbour, 300), diagnostics=fit))


def told(view: PriorView, lang: str = "en") -> str:
    return "\n".join(card_lines(prior_sections(view, lang), lang))


def first_word(view: PriorView, verdict: Verdict) -> PriorView:
    """Give the first word that was judged another verdict."""
    changed = False
    rows = []
    for one in view.compared:
        turn = one.said is not None and not changed
        rows.append(replace(one, verdict=verdict if turn else "agrees"))
        changed = changed or turn
    return replace(view, compared=tuple(rows))


def test_all_agree(view: PriorView) -> None:
    agreeing = first_word(view, "agrees")
    assert "Every judgement agrees with what the whole implies." in told(agreeing)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("outside", "implied lies outside what was said"), ("apart", "the two ranges do not meet")],
)
def test_who_disagrees_is_named(view: PriorView, verdict: Verdict, words: str) -> None:
    changed = first_word(view, verdict)
    odd = next(one.judgement.id for one in changed.compared if one.verdict == verdict)
    assert any(odd in line for line in prior_warnings(changed))
    assert words in told(changed)
    assert "Every judgement agrees" not in told(changed)


def test_judgements_that_exclude_each_other(view: PriorView) -> None:
    first, second = (one.judgement.id for one in view.compared[:2])
    (line,) = [x for x in prior_warnings(replace(view, clashes=((first, second),)))
               if "exclude" in x]  # fmt: skip
    assert first in line
    assert second in line


def test_a_sign_that_turns_round_is_told(view: PriorView) -> None:
    effects = tuple(replace(one, holds=None if one.holds is None else 0.3)
                    for one in view.effects)  # fmt: skip
    turned = replace(view, effects=effects)
    assert "THE SIGN TURNS ROUND: it holds in 30% of the draws only" in told(turned)
    assert any("sign fails" in line for line in prior_warnings(turned))


def test_effects_are_told_on_both_scales(view: PriorView) -> None:
    moved = tuple(replace(one, before=(0.8, 0.6), after=(1.4, 0.5)) for one in view.effects)
    text = told(replace(view, effects=moved))
    assert "On the utility: +0.8 ± 0.6 before the judgements, +1.4 ± 0.5 after." in text
    unmoved = tuple(replace(one, before=(0.8, 0.6), after=(0.82, 0.58)) for one in view.effects)
    assert "the judgements hardly moved it" in told(replace(view, effects=unmoved))


def test_on_what_the_numbers_hang(view: PriorView) -> None:
    id = view.study.scenario_ids[0]
    scaled = (Sensitivity("now", id, 0.01, 0.4), Sensitivity("pull", id, 0.2, 0.02))
    text = told(replace(view, sensitivity=scaled))
    assert "On the judgements, hardly on the stated prior: now of" in text
    assert "On the stated prior; the judgements say little of it: pull of" in text
    assert "(0.01, 0.40)" in text


def test_an_unsound_fit_is_the_gravest(view: PriorView) -> None:
    draws = replace(view.draws, diagnostics={**view.draws.diagnostics, "sound": False})
    assert "THE FIT IS NOT SOUND" in prior_warnings(replace(view, draws=draws))[-1]
    assert "Divergences: 0." in told(view)


def test_odds_ratios_are_no_percents(view: PriorView) -> None:
    rows = tuple(replace(one, ratio=True, said=(1.5, 3.0, 6.0)) if one.said else one
                 for one in view.compared)  # fmt: skip
    text = told(replace(view, compared=rows))
    assert "Said × 3 (1.5–6); implied × " in text


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_was_carried(view: PriorView, lang: str) -> None:
    less = replace(view.draws, initial=view.draws.initial + np.arange(view.draws.initial.shape[1]))
    source = view.compared[0].judgement.source
    found = carried(view.study, view.draws, [source], less)
    text = told(replace(view, carried=found), lang)
    assert ("→" if lang == "en" else "←") in text
    same = carried(view.study, view.draws, ["base_rates"], view.draws)
    if lang == "en":
        assert "Without “" in text
        assert "Without the base rates hardly anything changes" in told(replace(view, carried=same))


def test_a_word_is_told_in_the_language_of_the_text(view: PriorView) -> None:
    study, one = view.study, view.compared[0].judgement
    word = replace(one, says="unlikely", wording={})
    assert wording_text(study, word, "ar") == "«غير مرجح»"
    assert wording_text(study, word, "en") == "“unlikely”"
    reported = replace(word, wording={"ar": "بعيد", "en": "remote"})
    assert wording_text(study, reported, "ar") == "«بعيد»"


def parts(figure: Any) -> dict[str, Any]:
    found = {}
    for artist in figure.findobj():
        if artist.get_gid():
            found[artist.get_gid()] = artist
    for container in figure.axes[0].containers:
        found[container.patches[0].get_gid()] = container.patches[0]
    return found


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_chart_has_a_row_for_each_judgement(view: PriorView, lang: str) -> None:
    changed = first_word(view, "apart")
    found = parts(draw_prior(changed, lang=lang))
    for one in changed.compared:
        id = one.judgement.id
        low, high = found[f"implied-{id}"].get_xdata()
        assert (low, high) == (one.implied.q05, one.implied.q95)
        assert (f"said-{id}" in found) == (one.said is not None)
        assert (f"apart-{id}" in found) == (one.verdict != "agrees")
        if one.said is not None:
            band = found[f"said-{id}"]
            assert band.get_x() == pytest.approx(one.said[0])
            assert band.get_x() + band.get_width() == pytest.approx(one.said[2])


def test_the_chart_runs_from_where_lines_begin(view: PriorView) -> None:
    english, arabic = (draw_prior(view, lang=lang).axes[0] for lang in ("en", "ar"))
    assert english.get_xlim() == (0.0, 1.0)
    assert arabic.get_xlim() == (1.0, 0.0)


def test_a_chart_of_nothing_judged(view: PriorView) -> None:
    draw_prior(replace(view, compared=()))
