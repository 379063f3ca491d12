"""From checked entries to records: texts in languages, levels as indices, references followed.

Whatever does not fit is noted in the `Book`, and a stand-in is used so that the rest can be
checked too; the stand-ins never leave, since a book with problems is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tarjih.calendar import EARLIEST, Interval
from tarjih.scenarios.book import Book
from tarjih.scenarios.checks import check_structure
from tarjih.scenarios.records import (
    Analyst,
    BaseRates,
    Indicator,
    Scenario,
    Source,
    Study,
    Text,
)
from tarjih.scenarios.references import References
from tarjih.scenarios.resolve_asked import resolve_questions
from tarjih.scenarios.resolve_drivers import (
    resolve_conjunction,
    resolve_driver,
    resolve_link,
)
from tarjih.scenarios.resolve_evidence import resolve_items, resolve_judgements

__all__ = ["Entries", "resolve_study"]

STATED_LEVEL = 0.85
_NO_HEAD: dict[str, Any] = {
    "id": "study",
    "title": {"en": "study"},
    "description": None,
    "language": "en",
    "origin": Interval(EARLIEST, EARLIEST),
    "step": "month",
    "horizon": 12.0,
    "scale": "survey",
    "retrospective": False,
    "retrospective_note": None,
}

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entries:
    """The parts of a study as written; None for what is missing or wrong in itself."""

    head: Entry | None
    assumptions: Entry
    base_rates: Entry | None
    sections: Mapping[str, Mapping[str, Entry | None]]


def resolve_study(entries: Entries, book: Book) -> Study | None:
    """Build the study, or note in ``book`` what is wrong; None if nothing could be built."""
    head = entries.head or _NO_HEAD
    refs = References(book, head["language"], entries.sections)
    if head["retrospective"] and head["retrospective_note"] is None:
        book.add(
            "study.retrospective",
            "a retrospective study needs a 'retrospective_note'",
            mend="add `retrospective_note:`, saying who coded what knowing the outcome",
        )
    origin = head["origin"]
    if origin.start != origin.end:
        book.add("study.origin", "the origin is one day", got=str(origin), allowed="YYYY-MM-DD")
    assumptions = _assumptions(entries.assumptions)
    drivers = tuple(
        resolve_driver(id, entry, refs, assumptions.get("stated_level", STATED_LEVEL))
        for id, entry in refs.good("drivers")
    )
    scenarios = tuple(_scenario(id, entry, refs) for id, entry in refs.good("scenarios"))
    scenarios = tuple(sorted(scenarios, key=lambda scenario: scenario.id == "other"))
    study = Study(
        id=head["id"],
        title=refs.text(head["title"]),
        description=refs.text(head["description"]),
        origin=origin.end,
        step=head["step"],
        horizon=head["horizon"],
        retrospective=head["retrospective"],
        retrospective_note=refs.text(head["retrospective_note"]),
        scale=head["scale"],
        scenarios=scenarios,
        drivers=drivers,
        conjunctions=tuple(resolve_conjunction(id, e, refs) for id, e in refs.good("conjunctions")),
        links=tuple(resolve_link(id, e, refs) for id, e in refs.good("links")),
        judgements=resolve_judgements(refs, drivers),
        indicators=tuple(_indicator(id, e, refs) for id, e in refs.good("indicators")),
        sources=tuple(
            Source(
                id,
                refs.text(e["label"]),
                e["letter"],
                e["url"],
                refs.text(e["note"]),
                e["cites"],
                e["scale"],
            )
            for id, e in refs.good("sources")
        ),
        items=resolve_items(refs),
        questions=resolve_questions(refs, origin.end if entries.head else None),
        base_rates=_base_rates(entries.base_rates, refs),
        assumptions=assumptions,
        positions=book.positions,
        analysts=tuple(
            Analyst(id, refs.text(e["label"]), e["weight"], refs.text(e["note"]), e["cites"])
            for id, e in refs.good("analysts")
        ),
    )
    check_structure(study, refs)
    return study


def _assumptions(entry: Entry) -> dict[str, Any]:
    """Keep what the study states; Admiralty digits become whole numbers."""
    stated = {key: value for key, value in entry.items() if value is not None}
    if "digits" in stated:
        stated["digits"] = {int(digit): value for digit, value in stated["digits"].items()}
    if "weights" in stated:
        stated["weights"] = {word: tuple(pair) for word, pair in stated["weights"].items()}
    return stated


def _base_rates(entry: Entry | None, refs: References) -> BaseRates | None:
    if entry is None:
        return None
    seen: dict[str, str] = {}
    for level, scenarios in entry["levels"].items():
        for i, scenario in enumerate(scenarios):
            path = f"base_rates.levels.{level}.{i}"
            if refs.check("scenarios", scenario, path) and scenario in seen:
                refs.book.add(
                    path,
                    "a scenario stands for one level only",
                    got=scenario,
                    mend=f"it stands already under {seen[scenario]!r}",
                )
            seen[scenario] = level
    levels = {level: tuple(ids) for level, ids in entry["levels"].items()}
    return BaseRates(entry["table"], entry["rows"], levels, entry["effective_n"])


def _scenario(id: str, entry: Entry, refs: References) -> Scenario:
    path, book = f"scenarios.{id}", refs.book
    rule = entry["resolution"]
    effects = refs.keys("drivers", entry["effects"], f"{path}.effects")
    together = refs.keys(
        "conjunctions", entry["conjunction_effects"], f"{path}.conjunction_effects"
    )
    refs.keys("indicators", entry["indicators"], f"{path}.indicators")
    own_effects = _own_effects(path, "effects_by", "drivers", entry, refs)
    own_together = _own_effects(path, "conjunction_effects_by", "conjunctions", entry, refs)
    if id == "other":
        for key in ("effects", "conjunction_effects", "effects_by", "conjunction_effects_by"):
            stated = entry[key].values()
            words = [word for own in stated for word in own.values()] if "_by" in key else stated
            if any(word != "no effect" for word in words):
                book.add(
                    f"{path}.{key}",
                    "'other' has no effects: nobody knows what it holds",
                    mend="remove them",
                )
    elif rule is None:
        book.add(
            path,
            "required key 'resolution' is missing",
            mend="add `resolution:` with `rule:`, how one would tell that it is in force",
        )
    settled_by: tuple[str, ...] = ()
    text: Text = {}
    if rule is not None:
        settled_by, text = tuple(rule["settled_by"]), refs.text(rule["rule"])
        _check_rule(path, text, settled_by, refs)
    return Scenario(
        id=id,
        label=refs.text(entry["label"]),
        short=refs.text(entry["short"]) or refs.text(entry["label"]),
        definition=refs.text(entry["definition"]),
        resolution=text,
        settled_by=settled_by,
        analogues=tuple(refs.text(analogue) for analogue in entry["analogues"]),
        review_time=entry["review_time"],
        effects=_stored(effects),
        conjunction_effects=_stored(together),
        cites=entry["cites"],
        effects_by=own_effects,
        conjunction_effects_by=own_together,
    )


def _own_effects(
    path: str, key: str, section: str, entry: Entry, refs: References
) -> dict[str, dict[str, Any]]:
    """Return what each analyst states; "no effect" is kept, since it may take back another."""
    return {
        analyst: refs.keys(section, effects, f"{path}.{key}.{analyst}")
        for analyst, effects in refs.keys("analysts", entry[key], f"{path}.{key}").items()
    }


def _stored(effects: Mapping[str, Any]) -> Mapping[str, Any]:
    return {id: word for id, word in effects.items() if word != "no effect"}


def _check_rule(path: str, rule: Text, settled_by: Iterable[str], refs: References) -> None:
    """What would by itself settle a scenario is an indicator, not a driver."""
    drivers = refs.sections["drivers"]
    mend = "what settles a scenario by itself is an indicator: make it one, or reword the rule"
    for lang, text in rule.items():
        for word in refs.id_words(text):
            if word in drivers:
                own = f"{path}.resolution.rule.{lang}"
                book_path = own if own in refs.book.positions else f"{path}.resolution.rule"
                refs.book.add(book_path, "a resolution rule names a driver", got=word, mend=mend)
    for i, id in enumerate(settled_by):
        place = f"{path}.resolution.settled_by.{i}"
        if id in drivers and id not in refs.sections["indicators"]:
            refs.book.add(place, "a scenario is settled by a driver", got=id, mend=mend)
        else:
            refs.check("indicators", id, place)


def _indicator(id: str, entry: Entry, refs: References) -> Indicator:
    monthly, silent = {}, []
    for scenario, written in refs.sections["scenarios"].items():
        chance = written["indicators"].get(id) if written else entry["otherwise"]
        chance = entry["otherwise"] if chance is None else chance
        if chance is None and written is not None:
            silent.append(scenario)
        monthly[scenario] = chance
    if silent:
        refs.book.add(
            f"indicators.{id}",
            "no monthly probability under " + ", ".join(silent),
            mend="add `otherwise:` here, or name the indicator under these scenarios",
        )
    ordered = dict(sorted(monthly.items(), key=lambda pair: pair[0] == "other"))
    return Indicator(
        id,
        refs.text(entry["label"]),
        ordered,
        entry["monitored"],
        entry["detection"],
        refs.text(entry["description"]),
        entry["cites"],
    )
