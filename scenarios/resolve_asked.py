"""From entries to records: questions, what they ask and how they came out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tarjih.scenarios.records import (
    Asked,
    AtOrPast,
    EverInForce,
    IndicatorSeen,
    InForce,
    Question,
    Resolution,
    WhichLevel,
    WhichScenario,
)
from tarjih.scenarios.references import References
from tarjih.scenarios.shapes import Truth, named

__all__ = ["resolve_questions"]

# What each kind of question says besides, of its dates; a level is asked about in two ways.
_DATES: Mapping[str, tuple[str, ...]] = {
    "in_force": ("at",),
    "ever": ("from", "by"),
    "level": ("from", "by"),
    "seen": ("from", "by"),
    "scenario_at": (),
    "level_of": ("at",),
}

Entry = Mapping[str, Any]


def resolve_questions(refs: References, origin: dt.date | None) -> tuple[Question, ...]:
    """Return the questions; ``origin`` None leaves their dates unchecked against it."""
    return tuple(_question(id, entry, refs, origin) for id, entry in refs.good("questions"))


def _question(id: str, entry: Entry, refs: References, origin: dt.date | None) -> Question:
    path = f"questions.{id}"
    written = entry["resolution"]
    about = _asked(f"{path}.about", entry["about"], refs, origin)
    resolution = None
    if written is not None:
        outcome = _outcome(f"{path}.resolution.outcome", written["outcome"], about, refs)
        resolution = Resolution(
            outcome, written["known"].end, written["cites"], refs.text(written["note"])
        )
        window = entry["about"]["from"]
        opens = window.start if window else origin
        if opens and resolution.known < opens:
            refs.book.add(
                f"{path}.resolution.known",
                "settled before the window opens",
                got=str(resolution.known),
                allowed=f"{opens} or later",
            )
    return Question(
        id=id,
        label=refs.text(entry["label"]),
        about=about,
        rule=refs.text(entry["rule"]),
        settled_by=entry["settled_by"],
        closes=entry["closes"].end,
        resolution=resolution,
        cites=entry["cites"],
        retrospective=entry["retrospective"],
    )


def _asked(path: str, about: Entry, refs: References, origin: dt.date | None) -> Asked:
    asked = [key for key in _DATES if about[key] is not None]
    if len(asked) != 1:
        refs.book.add(
            path,
            "a question asks exactly one thing",
            got=" and ".join(asked) or "none",
            allowed="one of " + ", ".join(_DATES),
        )
    what = asked[0] if asked else "seen"
    needs = ("at",) if what == "level" and about["at"] is not None else _DATES[what]
    start, end = _days(path, about, what, needs, refs, origin)
    for key in ("in_force", "ever"):
        if about[key] is not None:
            refs.check("scenarios", about[key], f"{path}.{key}")
    if about["seen"] is not None:
        refs.check("indicators", about["seen"], f"{path}.seen")
    if about["level_of"] is not None:
        refs.check("drivers", about["level_of"], f"{path}.level_of")
    levels = refs.held(about["level"] or {}, f"{path}.level")
    if what == "scenario_at":
        return WhichScenario(end)
    if what == "level_of":
        return WhichLevel(about["level_of"], end)
    if what == "in_force":
        return InForce(about["in_force"], end)
    if what == "ever":
        return EverInForce(about["ever"], start, end)
    for driver, level in levels.items():
        return AtOrPast(driver, level, start, end, "from" in needs)
    return IndicatorSeen(about["seen"] or "", start, end)


def _days(
    path: str,
    about: Entry,
    what: str,
    needs: tuple[str, ...],
    refs: References,
    origin: dt.date | None,
) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that are asked about."""
    book = refs.book
    for key in ("at", "from", "by"):
        if key in needs and about[key] is None:
            book.add(path, f"a question about {what!r} needs {key!r}", mend=f"add `{key}: DATE`")
        if key not in needs and about[key] is not None:
            book.add(
                f"{path}.{key}",
                f"this question has no {key!r}",
                allowed=", ".join(needs or (what,)),
                mend="remove it",
            )
    dates = needs or (what,)
    first, last = about[dates[0]], about[dates[-1]]
    end = last.end if last else dt.date.max
    start = (first.start if "from" in needs else end) if first else dt.date.min
    if last and first and end < start:
        book.add(
            f"{path}.by",
            "the window ends before it starts",
            got=str(end),
            allowed=f"{start} or later",
        )
    if last and origin is not None and end < origin:
        book.add(
            f"{path}.{dates[-1]}",
            "the question ends before the origin",
            got=str(end),
            allowed=f"{origin} or later",
            mend="no forecast could answer it: move or remove it",
        )
    return start, end


def _outcome(path: str, written: bool | str, about: Asked, refs: References) -> bool | str:
    """Return a truth, or of what is asked by *which* the id of an answer there is."""
    if not isinstance(about, WhichScenario | WhichLevel):
        return bool(Truth().read(written, path, refs.book))
    of_levels = isinstance(about, WhichLevel)
    ids = refs.level_ids(about.driver) if isinstance(about, WhichLevel) else None
    known = ids if of_levels else tuple(refs.sections["scenarios"])
    if known is not None and written not in known:
        refs.book.add(
            path,
            f"the id of a {'level' if of_levels else 'scenario'} expected",
            got=named(written),
            allowed=known,
        )
    return str(written)
