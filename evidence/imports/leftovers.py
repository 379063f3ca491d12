"""Rejected rows, each with why, in a file of the kind that was imported.

It is mended and imported as it is: the two columns that say where a row stood and why it was
rejected are left out when it is read. What could not even be read as a row of JSON or YAML
stands there unchanged, after a row of those two columns alone.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from tarjih.errors import CannotCompute
from tarjih.evidence.imports.layout import harmless
from tarjih.evidence.imports.reading import REJECTED_BECAUSE, REJECTED_LINE

__all__ = ["Form", "Leftovers"]

Form = Literal["csv", "jsonl", "yaml"]
_OWN: Final = (REJECTED_LINE, REJECTED_BECAUSE)


class Leftovers:
    """Rejected rows, with why, in a file that can be mended and imported.

    Nothing is there under its name before `keep`.

    Parameters
    ----------
    path : Path
    form : {"csv", "jsonl", "yaml"}
    columns : sequence of str
        Of a table that is imported.
    """

    def __init__(self, path: Path, form: Form, columns: tuple[str, ...] = ()) -> None:
        self.path, self._form = path, form
        self._columns = tuple(one for one in columns if one not in _OWN)
        self._handle: TextIO | None = None
        self._waiting = ""

    def add(self, line: int, why: str, cells: Mapping[str, Any], raw: Any = None) -> None:
        """Keep one row; ``raw`` is one that could not be read, as it stands in the file."""
        handle = self._handle or self._open()
        if self._form == "csv":
            row = [str(cells.get(column, "")) for column in self._columns]
            _write_cells(handle, [str(line), *map(harmless, (why, *row))])
            return
        told = {REJECTED_LINE: line, REJECTED_BECAUSE: why}
        rest = {key: one for key, one in cells.items() if key not in _OWN}
        if self._form == "jsonl":
            handle.write(_json(told | rest) + "\n")
            if raw is not None:
                handle.write(str(raw).rstrip("\r\n") + "\n")
        else:
            handle.write(_listed([told | rest] if raw is None else [told | rest, raw]))

    def _open(self) -> TextIO:
        try:
            number, self._waiting = tempfile.mkstemp(
                prefix=f".{self.path.name}.", dir=self.path.parent
            )
        except OSError as error:
            raise CannotCompute(
                f"{self.path}: cannot be written: {error.strerror or error}"
            ) from None
        # A mark at the beginning lets spreadsheets see that it is UTF-8.
        encoding = "utf-8-sig" if self._form == "csv" else "utf-8"
        handle = os.fdopen(number, "w", encoding=encoding, newline="")
        self._handle = handle
        if self._form == "csv":
            _write_cells(handle, [*_OWN, *self._columns])
        return handle

    def keep(self) -> Path | None:
        """Put the file in its place; None if no row was rejected."""
        if self._handle is None:
            return None
        self._handle.close()
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(self._waiting, 0o666 & ~umask)
        os.replace(self._waiting, self.path)
        self._handle = None
        return self.path

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._handle is not None:
            self._handle.close()
            os.unlink(self._waiting)
            self._handle = None


def _write_cells(handle: TextIO, cells: list[str]) -> None:
    csv.writer(handle, lineterminator="\n").writerow(cells)


def _json(entry: Mapping[str, Any]) -> str:
    text = json.dumps(entry, ensure_ascii=False, default=str)
    # Half of a pair of surrogates can be written in JSON, and not in UTF-8.
    half = any("\ud800" <= letter <= "\udfff" for letter in text)
    return json.dumps(entry, default=str) if half else text


def _listed(entries: list[Any]) -> str:
    """Write entries of a YAML list."""
    import yaml

    text: str = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=100)
    return text
