"""From what somebody gives to an item that may be recorded.

The form is that of an item in a study's files, and it is read by the same rules. Some things can
be left out (``known``: the end of what happened; ``kind``; ``label``), and some more is asked of
what goes into a ledger: nothing from the future, no control characters, no texts of any length.

Texts are brought into Unicode's normal form C, so that one word is always the same bytes.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tarjih.calendar import EARLIEST, parse_interval
from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.ledgers.entries import BEARINGS, Data, source_data
from tarjih.evidence.ledgers.held import Held
from tarjih.scenarios.book import Book
from tarjih.scenarios.files import CONTROL
from tarjih.scenarios.records import Checked, Item, LevelSeen, Source, Study, Text
from tarjih.scenarios.references import References
from tarjih.scenarios.resolve_evidence import resolve_item
from tarjih.scenarios.resolved_form import resolved_item
from tarjih.scenarios.schema import ITEM, SOURCE

__all__ = ["Places", "author_name", "checked_item", "checked_source", "clean_text", "written_item"]

Places = Mapping[str, str]
"""Field → what an error message calls its place; the field ``""`` is the whole item."""

_LONGEST: Final = {"label": 500, "note": 10_000, "url": 2_000, "cites": 2_000}
_LONGEST_OTHER: Final = 200
_WEB: Final = ("https://", "http://")
_TURNING: Final = re.compile("[\u202d\u202e]")
_SEVERAL_LINES: Final = ("note",)
# What is read instead of a field that is missing or wrong, so that the others can be judged.
_STAND_INS: Final[Data] = {
    "happened": EARLIEST.isoformat(),
    "known": EARLIEST.isoformat(),
    "kind": "act",
    "sources": ["someone"],
    "credibility": 3,
    "label": {"en": "?"},
}
_BY_HAND: Final[Text] = {"en": "weights set by hand", "ar": "أوزان وُضعت يدويًا"}
_NOT_SEEN: Final[Text] = {"en": "Not seen", "ar": "لم يُرصد"}


def written_item(study: Study, item: Item) -> dict[str, Any]:
    """Return an item made in code in the form that files have.

    Raises
    ------
    InvalidRequest
        If it bears on a driver or level that the study does not have.
    """
    bears_on = item.bears_on
    levels = {driver.id: [level.id for level in driver.levels] for driver in study.drivers}
    if isinstance(bears_on, LevelSeen):
        own = levels.get(bears_on.driver)
        if own is None or not 0 <= bears_on.level < len(own):
            raise InvalidRequest(
                Problem(
                    "level",
                    "unknown driver" if own is None else f"no such level of {bears_on.driver!r}",
                    got=bears_on.driver if own is None else str(bears_on.level),
                    allowed=", ".join(levels) if own is None else f"0 to {len(own) - 1}",
                )
            )
    if item.until is not None:
        raise InvalidRequest(
            Problem("until", "an item is recorded as held", mend="record it, then retract it")
        )
    written = resolved_item(item, levels)
    # A day that was looked over is written as an interval.
    return {**written, "happened": f"{item.start}/{item.end}"}


def checked_item(
    held: Held,
    id: str,
    given: Data,
    *,
    today: dt.date,
    sources: Mapping[str, Data] | None = None,
    places: Places | None = None,
    lang: str = "en",
) -> Item:
    """Return the item that was given, if it may be recorded.

    Parameters
    ----------
    held : Held
        Of the study that it belongs to.
    id : str
    given : mapping
        In the form that files have; dates may be `datetime.date`, lists tuples.
    today : datetime.date
        What is later lies in the future.
    sources : mapping of id to mapping, optional
        Tellers that come with it.
    places : mapping of field to str, optional
        What error messages call the fields, such as ``{"happened": "--on"}``.
    lang : str
        Language of texts that are plain strings.

    Raises
    ------
    InvalidRequest
        With all that is wrong with it.
    """
    prefix, book = f"items.{id}", Book({})
    data = _plain(given, prefix, "", book)
    _fill(held.study, data, lang)
    if "until" in data:
        book.add(f"{prefix}.until", "an item is recorded as held", mend="retract it afterwards")
    if data.get("url") and not str(data["url"]).lower().startswith(_WEB):
        book.add(f"{prefix}.url", "no address on the web", got=str(data["url"]),
                 allowed="https://… or http://…")  # fmt: skip
    for name, field in ITEM.fields.items():
        if field.required and name not in data:
            book.add(f"{prefix}.{name}", "it is missing", mend=f"add it: {field.about}")
            data[name] = _STAND_INS[name]
    told = {_field(one.where, prefix) for one in book.problems}
    read = Book({})
    entry = ITEM.read(data, prefix, read)
    book.problems += [one for one in read.problems if _field(one.where, prefix) not in told]
    tellers = {**held.names["sources"], **held.sources, **(sources or {})}
    names = {**held.names, "sources": tellers}
    if entry is None or book.count:
        _tell_the_rest(id, data, names, today, book, lang)
        _raise(book, prefix, places)
        raise RuntimeError("an item without problems was not read")  # pragma: no cover
    item = resolve_item(id, entry, References(book, lang, names))
    _check_dates(item, data, today, prefix, book)
    _raise(book, prefix, places)
    return item


def _tell_the_rest(
    id: str, data: Data, names: Mapping[str, Any], today: dt.date, book: Book, lang: str
) -> None:
    """Note what else is wrong with an item, where some of its fields are wrong in themselves."""
    prefix = f"items.{id}"
    wrong = {_field(one.where, prefix) for one in book.problems}
    rest = {key: one for key, one in data.items() if key in ITEM.fields and key not in wrong}
    stood = {key: one for key, one in _STAND_INS.items() if key not in rest}
    entry = ITEM.read({**stood, **rest}, prefix, Book({}))
    if entry is None:  # pragma: no cover
        return
    more = Book({})
    item = resolve_item(id, entry, References(more, lang, names))
    _check_dates(item, {**stood, **rest}, today, prefix, more)
    # Of a field that is wrong no more is said, nor of what depends on it.
    if "sources" in wrong:
        wrong |= {"relays"}
    if wrong & set(BEARINGS):
        wrong |= {""}
    book.problems += [one for one in more.problems if _field(one.where, prefix) not in wrong]


def _field(where: str, prefix: str) -> str:
    """Return the field that a path belongs to; empty for the whole item."""
    return where.removeprefix(prefix).removeprefix(".").partition(".")[0]


def _plain(value: Any, path: str, name: str, book: Book) -> Any:
    """Return plain data with clean texts; ``name`` is the field that it belongs to."""
    if isinstance(value, str):
        return _clean(value, path, name, book)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, Mapping):
        return {
            _clean(str(key), path, "", book): _plain(one, f"{path}.{key}", name or str(key), book)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(one, f"{path}.{n}", name, book) for n, one in enumerate(value)]
    return value


def _clean(text: str, path: str, name: str, book: Book) -> str:
    # What can be printed holds neither; most texts can, and there may be very many.
    if not text.isprintable():
        # What turns the direction of writing over makes a text read otherwise than it is stored.
        control = CONTROL.search(text) or _TURNING.search(text)
        line = None if control or name in _SEVERAL_LINES else _BREAKS.search(text)
        found = control or line
        if found:
            what = "control character" if control else "this is one line"
            book.add(path, what, got=f"U+{ord(found[0]):04X}", mend="remove it")
            return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    longest = _LONGEST.get(name, _LONGEST_OTHER)
    if len(text) > longest:
        allowed = f"up to {longest} characters"
        book.add(path, "text too long", got=f"{len(text)} characters", allowed=allowed)
    return text


_BREAKS: Final = re.compile("[\t\n\r\x85\u2028\u2029]")


def clean_text(text: str, where: str, longest: int = _LONGEST_OTHER, *, lines: bool = False) -> str:
    """Return a text in normal form C.

    Raises
    ------
    InvalidRequest
        For a control character, a line break unless ``lines``, or one that is too long.
    """
    book = Book({})
    text = _clean(text, where, "note" if lines else "url", book)
    if not book.problems and len(text) > longest:
        book.add(where, "text too long", got=f"{len(text)} characters", allowed=f"up to {longest}")
    _raise(book, "")
    return text


def _fill(study: Study, data: dict[str, Any], lang: str) -> None:
    """Put in what goes without saying."""
    if data.get("known") is None:
        # What cannot be read is told once.
        happened = data.get("happened")
        data["known"] = happened if _readable(happened) else EARLIEST.isoformat()
    data.setdefault("kind", "level" if "level" in data else "act")
    if not data.get("label"):
        data["label"] = _label(study, data, lang)


def _readable(happened: Any) -> bool:
    try:
        parse_interval(happened if isinstance(happened, str) else str(happened))
    except InvalidRequest:
        return False
    return True


def _label(study: Study, data: Data, lang: str) -> Text:
    """Name what an item bears on."""
    name = data.get("seen") or data.get("checked")
    for indicator in study.indicators:
        if indicator.id == name:
            if "checked" in data:
                return {key: _not_seen(key, label) for key, label in indicator.label.items()}
            return dict(indicator.label)
    level = data.get("level")
    if isinstance(level, dict):
        for driver in study.drivers:
            for one in driver.levels:
                if level.get(driver.id) == one.id:
                    both = driver.label.keys() & one.label.keys()
                    return {key: f"{driver.label[key]}: {one.label[key]}" for key in sorted(both)}
    if "weights" in data:
        note = data.get("note")
        first = note.strip().splitlines()[0] if isinstance(note, str) and note.strip() else ""
        return {lang: first[: _LONGEST["label"]]} if first else dict(_BY_HAND)
    # It bears on nothing that exists, and will be refused for that.
    return {lang: "?"}


def _not_seen(lang: str, label: str) -> str:
    """Say that an indicator was not seen: its own label would say that it was."""
    return f"{_NOT_SEEN.get(lang, _NOT_SEEN['en'])}: {label}"[: _LONGEST["label"]]


def _check_dates(item: Item, data: Data, today: dt.date, prefix: str, book: Book) -> None:
    allowed = f"up to {today}, today"
    if item.end > today:
        unfinished = item.start <= today
        book.add(
            f"{prefix}.happened",
            "it ends in the future" if unfinished else "it lies in the future",
            got=str(data["happened"]),
            allowed=allowed,
            mend=f"if it goes on, let it end today: {item.start}/{today}" if unfinished else None,
        )
    elif item.known > today:
        book.add(f"{prefix}.known", "known in the future", got=str(item.known), allowed=allowed)
    one_day = item.start == item.end and "/" not in str(data["happened"])
    if isinstance(item.bears_on, Checked) and one_day:
        book.add(
            f"{prefix}.happened",
            "a check tells of the days that were looked over",
            got=str(data["happened"]),
            allowed="FROM/TO",
            mend=f"if it was that day alone, write {item.start}/{item.end}",
        )


def checked_source(
    held: Held, source: Source, *, places: Places | None = None
) -> tuple[str, dict[str, Any]] | None:
    """Return a new source's id and fields, if it may be recorded; None if it is known as such.

    Raises
    ------
    InvalidRequest
        If something is wrong with it, or another source has its id.
    """
    prefix = f"sources.{source.id}"
    book = Book({prefix: (places or {}).get("sources", "")} if places else {})
    data = _plain(source_data(source), prefix, "", book)
    SOURCE.read(data, prefix, book)
    if not book.count:
        known = held.source(source.id)
        if known is not None:
            if (dict(known.label), known.letter) == (data["label"], data["letter"]):
                return None
            book.add(
                prefix,
                "there is another source of this id",
                got=source.id,
                mend=f"it is graded {known.letter} and called {'; '.join(known.label.values())}",
            )
    _raise(book, "")
    return source.id, data


def author_name(asked: str | None = None) -> str:
    """Return who records: as asked for, else TARJIH_AUTHOR, else the login name.

    Raises
    ------
    InvalidRequest
        If the name cannot be recorded.
    """
    name = asked or os.environ.get("TARJIH_AUTHOR", "").strip()
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError):
            raise InvalidRequest(
                Problem("author", "who records this?", mend="set TARJIH_AUTHOR to a name")
            ) from None
    return clean_text(name.strip(), "author")


def _raise(book: Book, prefix: str, places: Places | None = None) -> None:
    """Raise what was noted; where no place was given, a problem is placed by its field."""
    if not book.problems:
        return
    shown = Book({f"{prefix}.{name}".rstrip("."): one for name, one in (places or {}).items()})
    problems: Sequence[Problem] = [
        Problem(
            shown.where(one.where).removeprefix(prefix).removeprefix("."),
            one.what,
            one.got,
            one.allowed,
            one.mend,
        )
        for one in dict.fromkeys(book.problems)
    ]
    raise InvalidRequest(problems)
