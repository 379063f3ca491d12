"""A study that lets its sources win and lose trust."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.reports.words.numbers import RLM

Call = Callable[..., Any]


@pytest.fixture
def learning(demo: Path) -> Path:
    """The new study with learned trust; its draws are those of fixed trust."""
    text = demo.read_text(encoding="utf-8")
    stated = "assumptions: {trust: learned, trust_spread: 0.7}\n# SCENARIOS:"
    demo.write_text(text.replace("# SCENARIOS:", stated, 1), encoding="utf-8")
    return demo


def test_the_card_says_that_trust_is_learned(call: Call, learning: Path) -> None:
    text = call("show", "demo").out
    assert text.count("Trust is learned: it starts from these letters") == 1
    assert "\ntrust: learned (this study's own)\n" in text
    assert "\ntrust_spread: 0.7 (this study's own)\n" in text
    arabic = call("show", "demo", "--lang", "ar", "--section", "sources").out
    assert "الثقة بالمصادر ليست ثابتة" in arabic
    assert all(not line or line.startswith(RLM) for line in arabic.splitlines())
    document = json.loads(call("show", "demo", "--json").out)
    assert document["study"]["assumptions"] == {"trust": "learned", "trust_spread": 0.7}


def test_the_card_is_silent_where_trust_is_fixed(call: Call, demo: Path) -> None:
    text = call("show", "demo").out
    assert "Trust is learned" not in text
    assert "\ntrust: fixed\n" in text


def test_a_run_learns_with_the_draws_of_fixed_trust(call: Call, learning: Path) -> None:
    words = ("run", "demo", "--json")
    learned, again = (call(*words) for _ in range(2))
    assert (learned.code, learned.out) == (0, again.out)
    text = learning.read_text(encoding="utf-8")
    nearly = "trust: learned, trust_spread: 0.001"
    learning.write_text(text.replace("trust: learned, trust_spread: 0.7", nearly), encoding="utf-8")
    sure = json.loads(call(*words).out)["scenarios"]
    learning.write_text(text.replace("trust: learned", "trust: fixed"), encoding="utf-8")
    fixed = json.loads(call(*words).out)["scenarios"]
    assert fixed != json.loads(learned.out)["scenarios"]
    for id, columns in fixed.items():
        for column, value in columns.items():
            assert sure[id][column] == pytest.approx(value, abs=2e-3)


def test_check_knows_the_words(call: Call, learning: Path) -> None:
    assert call("check", "demo").code == 0
    text = learning.read_text(encoding="utf-8")
    learning.write_text(text.replace("trust: learned", "trust: lerned"), encoding="utf-8")
    done = call("check", "demo")
    assert done.code == 2
    assert done.message.endswith(
        "unknown word: got 'lerned'; allowed: fixed, learned; did you mean 'learned'?"
    )


def test_check_says_that_a_spread_does_nothing(call: Call, learning: Path) -> None:
    text = learning.read_text(encoding="utf-8")
    learning.write_text(text.replace("trust: learned, ", ""), encoding="utf-8")
    done = call("check", "demo")
    assert done.code == 0
    assert "trust_spread does nothing while trust in sources is fixed" in done.out
    assert "trust_spread" in call("check", "demo", "--lang", "ar").out
