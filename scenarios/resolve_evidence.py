"""From entries to records: judgements and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from tarjih.scenarios.records import (
    BearsOn,
    Between,
    Checked,
    Driver,
    Item,
    Judgement,
    LevelSeen,
    OddsRatio,
    Quantiles,
    Says,
    Seen,
    Weights,
)
from tarjih.scenarios.references import References

__all__ = ["resolve_item", "resolve_items", "resolve_judgements"]

MOST_LIKELY = "most likely"
_BEARINGS = ("seen", "checked", "level", "weights")

Entry = Mapping[str, Any]


def resolve_judgements(refs: References, drivers: Sequence[Driver]) -> tuple[Judgement, ...]:
    """Return the judgements, each complete for what it is about."""
    by_id = {driver.id: driver for driver in drivers}
    return tuple(_judgement(id, entry, refs, by_id) for id, entry in refs.good("judgements"))


# What each kind of judgement must and must not hold.
_NEEDS: dict[str, tuple[str, ...]] = {
    "now": ("scenario",),
    "if_held": ("scenario",),
    "at": ("scenario", "within"),
    "ever": ("scenario", "within"),
    "reaches": ("driver", "level", "within"),
}
_REFUSES: dict[str, tuple[str, ...]] = {
    "now": ("driver", "level", "within", "levels"),
    "if_held": ("driver", "level", "within"),
    "at": ("driver", "level"),
    "ever": ("driver", "level"),
    "reaches": ("scenario", "over", "levels"),
}


def _judgement(id: str, entry: Entry, refs: References, drivers: Mapping[str, Driver]) -> Judgement:
    path, book, about = f"judgements.{id}", refs.book, entry["about"]
    refs.check("sources", entry["source"], f"{path}.source")
    if entry["by"] is not None:
        refs.check("analysts", entry["by"], f"{path}.by")
    for key in _NEEDS[about]:
        if entry[key] is None:
            book.add(path, f"a judgement about {about!r} needs {key!r}", mend=f"add `{key}:`")
    for key in _REFUSES[about]:
        if entry[key]:
            book.add(
                f"{path}.{key}",
                f"a judgement about {about!r} has no {key!r}",
                mend="remove it, or change `about:`",
            )
    if entry["scenario"] is not None:
        refs.check("scenarios", entry["scenario"], f"{path}.scenario")
    _check_rank(path, entry, refs)
    says = _says(f"{path}.says", entry["says"], refs)
    held = refs.held(entry["levels"], f"{path}.levels")
    against = refs.held(entry["against"], f"{path}.against")
    _check_settings(path, about, says, refs, bool(entry["against"]))
    driver, level = entry["driver"], None
    if (
        about == "reaches"
        and driver is not None
        and entry["level"] is not None
        and refs.check("drivers", driver, f"{path}.driver")
    ):
        level = refs.level(driver, entry["level"], f"{path}.level")
        record = drivers.get(driver)
        if record is not None and record.at_origin and record.at_origin[level] > 0.5:
            book.add(
                f"{path}.level",
                "the driver stands there already at the origin",
                got=entry["level"],
                mend="name a level that it might yet reach",
            )
    return Judgement(
        id=id,
        source=entry["source"],
        known=entry["known"].end,
        about=about,
        scenario=entry["scenario"],
        driver=driver,
        level=level,
        says=says,
        over=tuple(entry["over"]),
        within=entry["within"],
        levels=held,
        against=against,
        wording=refs.text(entry["wording"]),
        scale=entry["scale"],
        cites=entry["cites"],
        note=refs.text(entry["note"]),
        retrospective=entry["retrospective"],
        by=entry["by"],
    )


# What each form of `says` that has keys must and may hold.
_FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "low": (("low", "high"), ("mass",)),
    "high": (("low", "high"), ("mass",)),
    "quantiles": (("quantiles",), ()),
    "odds_ratio": (("odds_ratio",), ("spread",)),
}


def _says(path: str, written: Any, refs: References) -> Says:
    """Return what is said; of a form that is wrong, note it and return a stand-in."""
    if not isinstance(written, Mapping):
        return float(written) if isinstance(written, int | float) else str(written)
    given = {key: value for key, value in written.items() if value is not None}
    form = next((key for key in _FORMS if key in given), "low")
    needs, may = _FORMS[form]
    wrong = [key for key in given if key not in (*needs, *may)]
    if wrong or any(key not in given for key in needs):
        refs.book.add(
            path,
            "not one of the forms of a judgement",
            got=", ".join(given) or "nothing",
            allowed="low and high (and mass); quantiles; odds_ratio (and spread)",
            mend="keep one form, with all that it needs",
        )
        return 0.5
    if form == "odds_ratio":
        return OddsRatio(given["odds_ratio"], given.get("spread"))
    if form == "quantiles":
        pairs = tuple(sorted(given["quantiles"].items()))
    else:
        pairs = ((0.0, given["low"]), (1.0, given["high"]))
    values = [value for _, value in pairs]
    if any(low >= high for low, high in pairwise(values)):
        refs.book.add(
            path,
            "probabilities must rise",
            got=", ".join(f"{value:g}" for value in values),
            mend="write the smaller first",
        )
    if form == "quantiles":
        return Quantiles(pairs)
    return Between(given["low"], given["high"], given.get("mass", 0.9))


def _check_settings(path: str, about: str, says: Says, refs: References, against: bool) -> None:
    """An odds ratio compares two settings, and nothing else does."""
    ratio = isinstance(says, OddsRatio)
    if ratio and about != "if_held":
        refs.book.add(
            f"{path}.says",
            "an odds ratio is about 'if_held'",
            got=about,
            mend="write `about: if_held`, with the two settings as `levels:` and `against:`",
        )
    if against and not ratio:
        refs.book.add(f"{path}.against", "'against' goes only with an odds ratio", mend="remove it")


def _check_rank(path: str, entry: Entry, refs: References) -> None:
    """`most likely` is a rank among named rivals, and nothing else has rivals."""
    ranked = isinstance(entry["says"], str) and entry["says"].strip().lower() == MOST_LIKELY
    if ranked and not entry["over"]:
        refs.book.add(
            f"{path}.says",
            f"{MOST_LIKELY!r} needs 'over'",
            mend="name the rivals: `over: [scenario]`",
        )
    if entry["over"] and not ranked:
        refs.book.add(
            f"{path}.over", f"'over' goes only with `says: {MOST_LIKELY}`", mend="remove it"
        )
    for i, rival in enumerate(entry["over"]):
        place = f"{path}.over.{i}"
        if refs.check("scenarios", rival, place) and rival == entry["scenario"]:
            refs.book.add(place, "a scenario cannot be its own rival", got=rival, mend="remove it")


def resolve_items(refs: References) -> tuple[Item, ...]:
    """Return the items, each bearing on exactly one thing."""
    return tuple(resolve_item(id, entry, refs) for id, entry in refs.good("items"))


def resolve_item(id: str, entry: Entry, refs: References) -> Item:
    """Return one item of an entry that is right in itself; note what is wrong with the rest."""
    path, book = f"items.{id}", refs.book
    happened, known = entry["happened"], entry["known"].end
    until = entry["until"] and entry["until"].end
    if known < happened.end:
        book.add(
            f"{path}.known",
            "known before the end of what happened",
            got=f"{known}, happened {happened}",
            mend="give a later known date, or let it end where it was over",
        )
    if until is not None and until < known:
        book.add(
            f"{path}.until",
            "taken back before it was known",
            got=str(until),
            allowed=f"{known} or later",
            mend="if it should never have been there, remove it",
        )
    for i, source in enumerate(entry["sources"]):
        refs.check("sources", source, f"{path}.sources.{i}")
        if source in entry["sources"][:i]:
            book.add(
                f"{path}.sources.{i}", "the same source stands twice", got=source, mend="remove one"
            )
    _check_relays(path, entry, refs)
    return Item(
        id=id,
        start=happened.start,
        end=happened.end,
        known=known,
        bears_on=_bearing(path, entry, refs),
        kind=entry["kind"],
        sources=tuple(entry["sources"]),
        relays=entry["relays"],
        credibility=entry["credibility"],
        cluster=entry["cluster"],
        note=refs.text(entry["note"]),
        url=entry["url"],
        label=refs.text(entry["label"]),
        cites=entry["cites"],
        retrospective=entry["retrospective"],
        until=until,
    )


def _bearing(path: str, entry: Entry, refs: References) -> BearsOn:
    given = [key for key in _BEARINGS if entry[key] is not None]
    if len(given) != 1:
        refs.book.add(
            path,
            "an item bears on exactly one thing",
            got=" and ".join(given) or "none",
            allowed="one of " + ", ".join(_BEARINGS),
            mend="keep the one it reports on; make a second item of another observation"
            if given
            else "say what it bears on",
        )
    for key in ("seen", "checked"):
        if entry[key] is not None:
            refs.check("indicators", entry[key], f"{path}.{key}")
    levels = refs.held(entry["level"] or {}, f"{path}.level")
    words = refs.keys("scenarios", entry["weights"] or {}, f"{path}.weights")
    if entry["seen"] is not None:
        return Seen(entry["seen"])
    if entry["checked"] is not None:
        return Checked(entry["checked"])
    for driver, level in levels.items():
        return LevelSeen(driver, level)
    return Weights(words)


def _check_relays(path: str, entry: Entry, refs: References) -> None:
    relays: Mapping[str, str] = entry["relays"]
    for teller, origin in relays.items():
        place = f"{path}.relays.{teller}"
        refs.check("sources", origin, place)
        if teller not in entry["sources"]:
            refs.book.add(
                place,
                "only a source of the item can relay",
                got=teller,
                allowed=tuple(entry["sources"]),
            )
        seen, current = {teller}, origin
        while current in relays and current not in seen:
            seen.add(current)
            current = relays[current]
        if current == teller:
            refs.book.add(
                place,
                "sources relay each other in a circle",
                got=teller,
                mend="one of them must have it at first hand",
            )
