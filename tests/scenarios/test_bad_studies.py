"""Studies that read well and are wrong: each with its class, its place and its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tarjih.errors import InvalidModel, InvalidStudy, TarjihError
from tarjih.scenarios import load_study

Write = Callable[[str], Path]


def spoil(text: str, old: str, new: str) -> tuple[str, int]:
    """Return the text with its first ``old`` replaced, and the line of the mark ``§``.

    The mark is taken out again; without one it is the line of the change.
    """
    assert old in text, f"the template has no {old!r}"
    spoilt = text.replace(old, new, 1)
    at = spoilt.index("§") if "§" in new else text.index(old)
    return spoilt.replace("§", ""), spoilt.count("\n", 0, at) + 1


CASES = {
    "unknown key": (
        "    review_time: 6 ",
        "    reviewtime: 3\n    review_time: 6 ",
        ["unknown key in scenario: got 'reviewtime'", "did you mean 'review_time'?"],
    ),
    "unknown section": (
        "questions:",
        "question:",
        ["unknown section: got 'question'", "did you mean 'questions'?", "allowed: study, "],
    ),
    "missing key": (
        "    review_time: 6 ",
        "    # review_time: 6 ",
        ["required key 'review_time' is missing", "add it: Mean months"],
    ),
    "no value": ("  origin: 2026-01-15 ", "  origin: ", ["got 'nothing'", "give it a value"]),
    "unknown scenario": (
        "scenario: limited_service",
        "scenario: limited_servise",
        ["unknown scenario: got 'limited_servise'", "did you mean 'limited_service'?"],
    ),
    "unknown level": (
        "level: {repairs: half_done}",
        "level: {repairs: halfdone}",
        [
            "unknown level of driver 'repairs': got 'halfdone'",
            "begun, half_done, finished",
            "did you mean 'half_done'?",
        ],
    ),
    "unknown source": (
        "    sources: [harbour_office]",
        "    sources: [harbor_office]",
        ["unknown source: got 'harbor_office'", "did you mean 'harbour_office'?"],
    ),
    "unknown source of a judgement": (
        "    source: harbour_office",
        "    source: nobody",
        ["unknown source: got 'nobody'", "allowed: harbour_office, local_paper"],
    ),
    "unknown indicator": (
        "      ferry_calls: 0.85",
        "      fery_calls: 0.85",
        ["unknown indicator: got 'fery_calls'", "did you mean 'ferry_calls'?"],
    ),
    "unknown conjunction": (
        "      ready_and_insured: raises",
        "      ready_or_insured: raises",
        ["unknown conjunction", "did you mean 'ready_and_insured'?"],
    ),
    "evidence on an unknown driver": (
        "level: {repairs: half_done}",
        "level: {repair: half_done}",
        ["unknown driver: got 'repair'", "did you mean 'repairs'?"],
    ),
    "effect of an unknown driver": (
        "      insurance: raises",
        "      insurers: raises",
        ["unknown driver: got 'insurers'", "allowed: repairs, insurance, staff_dispute"],
    ),
    "unknown word": (
        "      insurance: raises",
        "      insurance: rises",
        ["unknown word: got 'rises'", "strongly raises, raises, no effect", "mean 'raises'?"],
    ),
    "unknown letter": ("    letter: B", "    letter: G", ["unknown word: got 'G'", "A, B, C"]),
    "probability over 1": (
        "      large_ship_served: 0.9 ",
        "      large_ship_served: 60 ",
        ["number out of range: got '60'", "more than 0 and less than 1", "write 60 percent as 0.6"],
    ),
    "stated 0": ("    says: 0.6", "    says: 0", ["got '0'", "stated 0 or 1", "0.01 or"]),
    "stated 1": ("    says: 0.6", "    says: 1.0", ["got '1.0'", "stated 0 or 1", "0.99"]),
    "infinite": ("    review_time: 6 ", "    review_time: 1e999 ", ["number out of range"]),
    "number in quotes": (
        "    review_time: 6 ",
        "    review_time: '6' ",
        ["a number expected: got '6'", "a number more than 0"],
    ),
    "credibility": ("    credibility: 2", "    credibility: 7", ["at least 1 and at most 6"]),
    "credibility in parts": ("    credibility: 2", "    credibility: 2.5", ["a whole number"]),
    "text that is a number": (
        "    label: Harbour office",
        "    label: 12",
        ["text expected: got '12'", "put it in quotes: '12'"],
    ),
    "unknown language": (
        "    label: Harbour office",
        "    label: {en: Office, English: x}",
        ["unknown language: got 'English'", "such as en or ar"],
    ),
    "not an id": (
        "  harbour_office:",
        "  Harbour-Office: {label: x, letter: A}\n  harbour_office:",
        ["an id expected: got 'Harbour-Office'", "small letters, digits and underscores"],
    ),
    "unreadable date": (
        "  origin: 2026-01-15",
        "  origin: 15.1.2026",
        ["unreadable date: got '15.1.2026'", "YYYY-MM-DD"],
    ),
    "no such day": ("  origin: 2026-01-15", "  origin: 2026-02-30", ["no such date"]),
    "before 1900": (
        "    happened: 2026-03-02",
        "    happened: 1899-12-31",
        ["the date lies before 1900: got '1899-12-31'", "from 1900 on"],
    ),
    "interval backwards": (
        "    happened: 2026-02-10/2026-02-28",
        "    happened: 2026-02-28/2026-02-10",
        ["the interval ends before it starts"],
    ),
    "origin no day": ("  origin: 2026-01-15", "  origin: 2026-01", ["the origin is one day"]),
    "known too early": (
        "    known: 2026-03-01",
        "    known: 2026-02-27",
        ["known before the end of what happened", "give a later known date, or let it end"],
    ),
    "bears on two things": (
        "    seen: ferry_calls",
        "    seen: ferry_calls\n    checked: ferry_calls",
        ["bears on exactly one thing: got 'seen and checked'", "make a second item"],
    ),
    "bears on nothing": (
        "    seen: ferry_calls",
        "    # nothing",
        ["bears on exactly one thing: got 'none'", "say what it bears on"],
    ),
    "two levels": (
        "level: {repairs: half_done}",
        "level: {repairs: half_done, insurance: costly}",
        ["wrong number of entries: got '2'", "exactly 1"],
    ),
    "a circle of relays": (
        "    relays: {local_paper: harbour_office}",
        "    relays: {local_paper: harbour_office, harbour_office: local_paper}",
        ["sources relay each other in a circle", "at first hand"],
    ),
    "relay by no source": (
        "    relays: {local_paper: harbour_office}",
        "    relays: {local_papr: harbour_office}",
        ["only a source of the item can relay", "did you mean 'local_paper'?"],
    ),
    "the same source twice": (
        "    sources: [harbour_office, local_paper]",
        "    sources: [harbour_office, harbour_office]",
        ["the same source stands twice", "remove one"],
    ),
    "a driver in a rule": (
        "lists no limit on size or hours.     #",
        "confirms repairs at last.     #",
        ["a resolution rule names a driver: got 'repairs'", "make it one, or reword the rule"],
    ),
    "a driver in settled_by": (
        "settled_by: [large_ship_served]",
        "settled_by: [repairs]",
        ["a scenario is settled by a driver: got 'repairs'", "is an indicator"],
    ),
    "sum of probabilities": (
        "    at_origin: {refused: 0.3, costly: 0.7}",
        "    at_origin: {refused: 0.3, costly: 0.6}",
        ["probabilities at the origin must sum to one: got '0.9'", "probability 0"],
    ),
    "one level": (
        "levels: [begun, half_done, finished]",
        "levels: [begun]",
        ["wrong number of values: got '1'; allowed: at least 2 values"],
    ),
    "the same level twice": (
        "levels: [begun, half_done, finished]",
        "levels: [begun, half_done, finished, begun]",
        ["the same level stands twice: got 'begun'"],
    ),
    "a list for a mapping": ("moves: {rise: 12, fall: 3}", "moves: [12, 3]", ["got 'a list'"]),
    "a word for a number": ("moves: {rise: 12,", "moves: {rise: nevr,", ["did you mean 'never'?"]),
    "wait of zero": ("moves: {rise: 12,", "moves: {rise: 0,", ["a number more than 0"]),
    "a conjunction of one": (
        "requires: {repairs: finished, insurance: costly}",
        "requires: {repairs: finished}",
        ["wrong number of entries: got '1'; allowed: at least 2 entries"],
    ),
    "a conjunction that always holds": (
        "requires: {repairs: finished, insurance: costly}",
        "requires: {repairs: finished, insurance: refused}",
        ["always stands at or past its first level", "name a higher level"],
    ),
    "an idle link": (
        "    rise: {half_done: 2, finished: 4} ",
        "    # rise ",
        ["the link does nothing", "add `rise:` or `fall:`"],
    ),
    "an unknown level of a link": (
        "    rise: {half_done: 2, finished: 4} ",
        "    rise: {half: 2} ",
        ["unknown level of driver 'repairs': got 'half'"],
    ),
    "a silent indicator": (
        "    otherwise: 0.02 ",
        "    # otherwise ",
        ["no monthly probability under other", "add `otherwise:` here"],
    ),
    "most likely without over": (
        "    says: 0.6",
        "    says: most likely",
        ["'most likely' needs 'over'", "`over: [scenario]`"],
    ),
    "over without most likely": (
        "    says: 0.6",
        "    says: 0.6\n    over: [limited_service]§",
        ["'over' goes only with `says: most likely`", "remove it"],
    ),
    "its own rival": (
        "    says: 0.6",
        "    says: most likely\n    over: [full_service]§",
        ["a scenario cannot be its own rival"],
    ),
    "reaches with a scenario": (
        "    driver: repairs\n",
        "    driver: repairs\n    scenario: full_service§\n",
        ["a judgement about 'reaches' has no 'scenario'", "change `about:`"],
    ),
    "now with levels": (
        "    about: if_held\n    scenario: full_service\n    levels:",
        "    about: now\n    scenario: full_service\n    §levels:",
        ["a judgement about 'now' has no 'levels'"],
    ),
    "stands there already": (
        "    level: finished\n",
        "    level: begun\n",
        ["the driver stands there already at the origin: got 'begun'"],
    ),
    "retrospective without a note": (
        "  step: month ",
        "  retrospective: yes\n  step: month ",
        ["needs a 'retrospective_note'", "saying who coded what"],
    ),
    "a question about two things": (
        "about: {in_force: full_service, at",
        "about: {in_force: full_service, seen: ferry_calls, at",
        ["a question asks exactly one thing: got 'in_force and seen'"],
    ),
    "a question without its date": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {in_force: full_service}",
        ["a question about 'in_force' needs 'at'", "add `at: DATE`"],
    ),
    "a question with a needless date": (
        "at: 2026-06-30}",
        "at: 2026-06-30, by: 2026-07-01}",
        ["this question has no 'by'", "remove it"],
    ),
    "a question about which scenario, with a second date": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {scenario_at: 2026-06-30, by: 2026-07-01}",
        ["this question has no 'by'", "scenario_at", "remove it"],
    ),
    "a question about which scenario, before the origin": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {scenario_at: 2025-06-30}",
        ["the question ends before the origin", "2026-01-15 or later"],
    ),
    "a question about which level, without its date": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {level_of: repairs}",
        ["a question about 'level_of' needs 'at'", "add `at: DATE`"],
    ),
    "a question about which level of no driver": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {level_of: repair, at: 2026-06-30}",
        ["unknown driver: got 'repair'"],
    ),
    "an outcome that is no scenario": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {scenario_at: 2026-06-30}\n    resolution:\n      known: 2026-07-01\n"
        "      outcome: full§",
        ["the id of a scenario expected: got 'full'", "full_service"],
    ),
    "an outcome that is no level": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {level_of: repairs, at: 2026-06-30}\n    resolution:\n      known: 2026-07-01\n"
        "      outcome: yes§",
        ["the id of a level expected", "finished"],
    ),
    "an outcome that is neither yes nor no": (
        "    closes: 2026-07-15",
        "    closes: 2026-07-15\n    resolution:\n      known: 2026-07-01\n      outcome: maybe§",
        ["yes or no expected: got 'maybe'"],
    ),
    "a window backwards": (
        "about: {in_force: full_service, at: 2026-06-30}",
        "about: {ever: full_service, from: 2026-06-30, by: 2026-06-01}",
        ["the window ends before it starts", "2026-06-30 or later"],
    ),
    "a window before the origin": (
        "at: 2026-06-30}",
        "at: 2025-06-30}",
        ["the question ends before the origin", "2026-01-15 or later"],
    ),
    "settled too early": (
        "    closes: 2026-07-15",
        "    closes: 2026-07-15\n    resolution:\n      outcome: no\n      known: 2025-12-31§",
        ["settled before the window opens", "2026-01-15 or later"],
    ),
}


# Reported at the head of the entry, since there is no line of their own.
AT_THE_HEAD = ("is missing", "exactly one thing", "does nothing", "no monthly", "needs 'at'")


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_is_one_message_at_its_line(write: Write, template: str, case: str) -> None:
    old, new, fragments = CASES[case]
    text, line = spoil(template, old, new)
    path = write(text)
    with pytest.raises(TarjihError) as caught:
        load_study(path)
    assert type(caught.value) is InvalidStudy
    assert caught.value.exit_code == 2
    message = next(m for m in map(str, caught.value.problems) if fragments[0] in m)
    for fragment in fragments:
        assert fragment in message
    place = re.match(rf"{re.escape(str(path))}:(\d+):(\d+): ", message)
    assert place is not None
    found = int(place[1])
    if any(sign in message for sign in AT_THE_HEAD):
        assert line - 12 <= found <= line
    else:
        assert found == line
    # One mistake may spoil what depends on it, yet never brings more than two messages.
    assert len(caught.value.problems) <= 2


@pytest.mark.parametrize(
    ("old", "what", "mend"),
    [
        ("    within: 12\n", "a judgement about 'ever' needs 'within'", "add `within:`"),
        ("    level: finished\n", "a judgement about 'reaches' needs 'level'", "add `level:`"),
        ("    letter: B\n", "required key 'letter' is missing", "add it: Admiralty reliability"),
        ("    resolution:\n      rule: The harbour office lists no", "unknown key", "allowed"),
    ],
)
def test_what_is_missing_is_said_of_its_entry(
    write: Write, template: str, old: str, what: str, mend: str
) -> None:
    new = "    rezolution:\n      rule: The harbour office lists no" if "rule" in old else ""
    with pytest.raises(InvalidStudy) as caught:
        load_study(write(template.replace(old, new, 1)))
    message = str(caught.value)
    assert what in message
    assert mend in message
    assert re.search(r"demo\.yaml:\d+:\d+: ", message)


def test_every_scenario_but_other_says_how_it_resolves(write: Write, template: str) -> None:
    text = re.sub(r"    resolution:\n      rule: .*\n      settled_by: .*\n", "", template, count=1)
    line = text.split("\n").index("  full_service:") + 1
    with pytest.raises(InvalidStudy, match=rf"demo\.yaml:{line}:3: required key 'resolution'"):
        load_study(write(text))


def test_other_is_required(write: Write, template: str) -> None:
    text = template.replace("\n  other:\n", "\n  rest:\n")
    with pytest.raises(InvalidStudy) as caught:
        load_study(write(text))
    line = text.split("\n").index("scenarios:") + 1
    assert f"demo.yaml:{line}:1: the scenario 'other' is missing: add `other:`" in str(caught.value)


def test_other_has_no_effects(write: Write, template: str) -> None:
    text = template.replace("  other:\n", "  other:\n    effects: {repairs: raises}\n")
    line = text.split("\n").index("    effects: {repairs: raises}") + 1
    with pytest.raises(InvalidStudy, match=rf"demo\.yaml:{line}:5: 'other' has no effects"):
        load_study(write(text))
    allowed = text.replace("{repairs: raises}", "{repairs: no effect}")
    assert load_study(write(allowed)).scenario("other").effects == {}


def test_one_scenario_is_no_choice(write: Write, template: str) -> None:
    text = re.sub(r"(?s)  limited_service:\n    label.*?\n\n", "", template, count=1)
    with pytest.raises(InvalidStudy, match=r"at least two scenarios besides 'other': got '1'"):
        load_study(write(text))


def test_scores_must_increase(write: Write, template: str) -> None:
    text = template.replace("score: 0.7}", "score: 1}")
    with pytest.raises(InvalidStudy, match=r"scores must increase .*: got '1 after 1'"):
        load_study(write(text))


@pytest.mark.parametrize(
    ("links", "circle"),
    [
        ({"a": ("repairs", "repairs")}, "linked to itself: got 'repairs'"),
        (
            {"a": ("repairs", "insurance"), "b": ("insurance", "repairs")},
            "the links form a circle: got 'repairs → insurance → repairs'",
        ),
        (
            {
                "a": ("repairs", "insurance"),
                "b": ("insurance", "staff_dispute"),
                "c": ("staff_dispute", "repairs"),
            },
            "the links form a circle",
        ),
    ],
)
def test_links_in_a_circle_are_no_model(
    write: Write, template: str, links: dict[str, tuple[str, str]], circle: str
) -> None:
    head, _, rest = template.partition("links:\n")
    lines = [
        f"  {id}: {{parent: {parent}, child: {child}, rise: {{{first}: 2}}}}"
        for id, (parent, child) in links.items()
        for first in [
            {"repairs": "finished", "insurance": "normal", "staff_dispute": "strike"}[parent]
        ]
    ]
    rest = rest[rest.index("\n# INDICATORS") :]
    with pytest.raises(InvalidModel) as caught:
        load_study(write(head + "links:\n" + "\n".join(lines) + "\n" + rest))
    assert type(caught.value) is InvalidModel
    assert caught.value.exit_code == 2
    assert circle in str(caught.value)
    assert re.match(r".*demo\.yaml:\d+:3: .*; .+", str(caught.value))


def test_all_mistakes_are_told_at_once_and_in_order(write: Write, template: str) -> None:
    text = template
    for old, new in [
        ("    review_time: 6 ", "    review_time: -6 "),
        ("scenario: limited_service", "scenario: limitid_service"),
        ("    credibility: 2", "    credibility: 9"),
        ("moves: {rise: 4,", "moves: {rise: 0,"),
        ("  origin: 2026-01-15", "  origin: soon"),
        ("settled_by: The", "settledby: The"),
    ]:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(InvalidStudy) as caught:
        load_study(write(text))
    messages = [str(problem) for problem in caught.value.problems]
    expected = [
        "unreadable date",
        "got '-6'",
        "got '0'",
        "limitid_service",
        "got '9'",
        "'settled_by' is missing",
        "got 'settledby'",
    ]
    assert len(messages) == len(expected)
    for message, fragment in zip(messages, expected, strict=True):
        assert fragment in message
    lines = [int(message.split("demo.yaml:")[1].split(":")[0]) for message in messages]
    assert lines == sorted(lines)


def test_an_entry_that_is_wrong_is_still_known(write: Write, template: str) -> None:
    """A slip in a driver does not make every mention of it unknown."""
    text = template.replace("moves: {rise: 4,", "moves: {rise: 0,", 1)
    with pytest.raises(InvalidStudy) as caught:
        load_study(write(text))
    (problem,) = caught.value.problems
    assert problem.got == "0"
