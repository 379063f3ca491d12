"""Which column of a file holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tarjih.scoring.files.rows import Faults, Rows

__all__ = ["COLUMNS", "Layout", "layout_of"]

COLUMNS: Mapping[str, str] = {
    "id": "the question",
    "date": "when the forecast was made",
    "probability": "of yes",
    "probabilities": "of each option: a=0.2; b=0.8, or a JSON object",
    "outcome": "yes or no, or the option that came true; empty: open; void",
    "author": "who forecast",
    "opens": "the first day of the question",
    "closes": "the last day of the question",
    "resolved": "the day the outcome was known",
    "ordered": "yes: the options stand in an order, lowest first",
    "retrospective": "yes: made by someone who knew what came later",
    "baseline": "another forecast to compare with, as probability or probabilities",
}
_ALIASES = {
    "question": "id",
    "question_id": "id",
    "forecaster": "author",
    "forecast_date": "date",
    "close_date": "closes",
    "open_date": "opens",
}
_OPTION = "p_"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file by what they hold.

    Attributes
    ----------
    known : mapping of str to sequence of str
        Name of `COLUMNS` to its cells; only those that are there.
    options : mapping of str to sequence of str
        Option to the cells of its column ``p_<option>``, in the order of the file.
    unused : tuple of str
        Headings that say nothing to us.
    """

    known: Mapping[str, Sequence[str]]
    options: Mapping[str, Sequence[str]]
    unused: tuple[str, ...]


def layout_of(rows: Rows) -> Layout:
    """Return the columns of a table of forecasts.

    Raises
    ------
    InvalidRequest
        If a column is missing, stands twice, or is likely misspelt.
    """
    faults = Faults(rows.name)
    known: dict[str, Sequence[str]] = {}
    options: dict[str, Sequence[str]] = {}
    unused: list[str] = []
    for head, cells in zip(rows.heads, rows.columns, strict=True):
        name = head.casefold().replace(" ", "_")
        name = _ALIASES.get(name, name)
        if name in COLUMNS:
            if name in known:
                faults.add(1, "two columns for one thing", head, mend="remove one")
            known[name] = cells
        elif name.startswith(_OPTION) and head[len(_OPTION) :].strip():
            option = head[len(_OPTION) :].strip()
            if option in options:
                faults.add(1, "two columns for one option", head, mend="remove one")
            options[option] = cells
        else:
            # Only what is very like a name is a slip; anything else is a column of their own.
            close = get_close_matches(name, [*COLUMNS, *_ALIASES], n=1, cutoff=0.8)
            if close:
                faults.add(1, "unknown column", head, mend=f"did you mean {close[0]!r}?")
            elif head:
                unused.append(head)
    for name in ("id", "outcome"):
        if name not in known:
            faults.add(1, f"there is no column {name!r}", ", ".join(rows.heads), ", ".join(COLUMNS))
    if not (options or {"probability", "probabilities"} & known.keys()):
        faults.add(
            1,
            "there is no column with probabilities",
            ", ".join(rows.heads),
            "probability, probabilities, or one column p_<option> for each option",
        )
    if len(options) == 1:
        faults.add(1, "only one option", f"p_{next(iter(options))}", "at least two columns p_…")
    faults.stop()
    return Layout(known, options, tuple(unused))
