"""Items as files: a table for spreadsheets, JSON Lines, or YAML as a study has it.

What is written here is read by `tarjih.evidence.imports.importing`, and gives the same items.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from tarjih.evidence.imports.layout import columns_of, to_row, unharmed
from tarjih.evidence.ledgers.accounts import Account, accounts_of
from tarjih.evidence.ledgers.entries import source_data
from tarjih.evidence.ledgers.held import Held
from tarjih.evidence.ledgers.listing import Listing
from tarjih.scenarios.records import Item, Source
from tarjih.scenarios.resolved_form import resolved_item

__all__ = ["FORMS", "all_versions", "export_bytes", "held_items"]

FORMS: Final[Mapping[str, str]] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
}
"""Ending of a file → how it is written."""

Fields = dict[str, Any]


def held_items(listing: Listing) -> tuple[Item, ...]:
    """Return the items that are held as of a day, each under its own id, as it stands then.

    Parameters
    ----------
    listing : Listing
    """
    return tuple(
        replace(row.item, id=row.account.id, until=None) for row in listing.rows if row.held
    )


def all_versions(held: Held) -> tuple[Item, ...]:
    """Return all versions of all items, with the days on which they ended.

    Parameters
    ----------
    held : Held
    """

    def stood(one: Account) -> bool:
        return not one.never and one.item.until != one.item.known

    return tuple(one.item for one in accounts_of(held) if stood(one))


def export_bytes(items: Iterable[Item], held: Held, form: str) -> bytes:
    r"""Return a file that holds items.

    Parameters
    ----------
    items : iterable of Item
    held : Held
        Of their study: sources that only the ledger has go along with the items they tell.
    form : {"csv", "jsonl", "yaml"}
        A table is UTF-8 with a byte order mark, without which spreadsheets garble Arabic; its
        lines end with ``\r\n`` (RFC 4180), and no cell is a formula.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> export_bytes(study.items[:1], Held(study), "csv")[:20]
    b'\xef\xbb\xbfid,happened,known'
    """
    writers: dict[str, Callable[[list[Item], Held, Mapping[str, Source]], str]] = {
        "csv": _csv,
        "jsonl": _jsonl,
        "yaml": _yaml,
    }
    listed = {source.id for source in held.study.sources}
    new = {
        id: source
        for id in sorted(held.sources)
        if id not in listed and (source := held.source(id)) is not None
    }
    text = writers[form](list(items), held, new)
    return text.encode("utf-8-sig" if form == "csv" else "utf-8")


def _csv(items: list[Item], held: Held, new: Mapping[str, Source]) -> str:
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, columns_of(items), restval="", lineterminator="\r\n")
    table.writeheader()
    table.writerows(to_row(item, held.level_ids, new) for item in items)
    return written.getvalue()


def _jsonl(items: list[Item], held: Held, new: Mapping[str, Source]) -> str:
    rows = ({"id": item.id, **_fields(item, held, new)} for item in items)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _yaml(items: list[Item], held: Held, new: Mapping[str, Source]) -> str:
    import yaml

    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    class Plain(base):  # type: ignore[misc]  # whichever of the two there is
        def ignore_aliases(self, data: Any) -> bool:
            return True

    written = {item.id: _fields(item, held, new) for item in items}
    text: str = yaml.dump(
        {"items": written}, Dumper=Plain, allow_unicode=True, sort_keys=False, width=100
    )
    return text


def _fields(item: Item, held: Held, new: Mapping[str, Source]) -> Fields:
    """Return an item in the form that files have, with the new sources that it needs."""
    data = resolved_item(item, held.level_ids)
    # A reader takes off the apostrophe that guards a formula: what begins so gets one more.
    fields: Fields = {
        key: f"'{one}" if isinstance(one, str) and unharmed(one) != one else one
        for key, one in data.items()
    }
    tellers = {*item.sources, *item.relays.values()}
    brought = {id: source_data(one) for id, one in new.items() if id in tellers}
    return {**fields, "new_sources": brought} if brought else fields
