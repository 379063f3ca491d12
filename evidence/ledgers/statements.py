"""Statements of record: what was said on a day, with all that the numbers were made of.

A statement keeps *contents*, not digests alone: the study as it was loaded, in its resolved
form, the draws, and the document that was shown. Equal contents lie in the ledger once. What the
ledger held is not copied: it is in the entries before the statement. So a number can be computed
again, to the last digit, from the ledger alone: years later, when the study's files say something
else, or are gone.

>>> import tarjih
>>> from tarjih.evidence.ledgers.ledger import Ledger
>>> from tarjih.evidence.ledgers.memory import Memory
>>> study, ledger = tarjih.load("syria_russia"), Ledger(Memory())
>>> draws = tarjih.priors.obtain_draws(study)
>>> asked = {"as_of": "2025-08-06", "seed": 0, "engine": "auto"}
>>> row = record_statement(
...     ledger, study, kind="run", draws=draws, asked=asked, command=["run"], output=b"{}"
... )
>>> found = read_statement(ledger, row.id)
>>> row.id, found.asked["as_of"], found.study == study
('s1', '2025-08-06', True)
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from typing import Any, Final, Literal, get_args

import numpy as np

from tarjih.errors import CannotCompute, InvalidModel, InvalidRequest, InvalidStudy, Problem
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.priors.draws import Draws, draws_bytes, draws_from_bytes
from tarjih.scenarios.dissent import view as view_of
from tarjih.scenarios.loader import study_from_data
from tarjih.scenarios.records import Study
from tarjih.scenarios.resolved_form import resolved

__all__ = [
    "Statement",
    "StatementKind",
    "headline_numbers",
    "read_statement",
    "read_statements",
    "record_statement",
    "study_bytes",
    "study_from_bytes",
    "versions_now",
]

StatementKind = Literal["run", "update", "report"]

_STUDY, _DRAWS, _OUTPUT = "study.json", "draws.npz", "output.json"
_COLUMNS: Final = ("now", "at_horizon", "ever_by_horizon")
_REQUIRED: Final = ("as_of", "seed", "engine")


def record_statement(
    ledger: Ledger,
    study: Study,
    *,
    kind: StatementKind,
    draws: Draws,
    asked: Mapping[str, Any],
    command: Sequence[str],
    output: bytes,
    author: str | None = None,
    upto: int | None = None,
    numbers: Mapping[str, Any] | None = None,
) -> Row:
    """Record what was said, with the study and the draws that it was made of.

    Parameters
    ----------
    ledger : Ledger
    study : Study
        As it was loaded: all analysts, no items but its own.
    kind : {"run", "update", "report"}
    draws : Draws
        Those used; of a view, the view's.
    asked : mapping
        All that the numbers depend on besides study, draws and ledger, as JSON can hold it:
        ``as_of`` (the day itself), ``seed``, ``engine``; ``horizon``, ``settings``, ``view``,
        ``hindsight`` and what else the kind needs.
    command : sequence of str
        The words of the command line.
    output : bytes
        The command's document, as ``--json`` writes it.
    author : str, optional
        See `author_name`.
    upto : int, optional
        The last entry about items that the numbers know of. Default: the last that ``ledger``,
        this object, has read of the study.
    numbers : mapping, optional
        Scenario → ``now``, ``at_horizon``, ``ever_by_horizon``. Default: the means that
        ``output`` gives.

    Returns
    -------
    Row
        ``row.id`` is ``s`` and the entry's number. It is durable now.

    Raises
    ------
    InvalidRequest
        If something cannot be kept as it is. Nothing is recorded then.
    CannotCompute
        If it could not be written.
    """
    problems = [
        Problem(f"asked.{name}", "a statement cannot do without it")
        for name in _REQUIRED
        if asked.get(name) is None
    ]
    if kind not in get_args(StatementKind):
        allowed = ", ".join(get_args(StatementKind))
        problems.append(Problem("kind", "unknown kind of statement", str(kind), allowed))
    if study.viewer is not None:
        problems.append(
            Problem("study", "a statement keeps the study of all analysts", study.viewer.id)
        )
    if problems:
        raise InvalidRequest(problems)
    body = {
        "kind": kind,
        "command": list(command),
        "asked": dict(asked),
        "versions": versions_now(),
        "upto": ledger.seen(study) if upto is None else upto,
        "digests": {"study": study.digest("all"), "draws": draws.digest},
        "numbers": headline_numbers(_document(output)) if numbers is None else dict(numbers),
    }
    contents = {_STUDY: study_bytes(study), _DRAWS: draws_bytes(draws), _OUTPUT: output}
    return ledger.append(study, "statement", body, author=author, contents=contents, prefix="s")


@dataclass(frozen=True, eq=False)
class Statement:
    """What was said on a day. What it keeps is read from the ledger when it is asked for.

    Attributes
    ----------
    ledger : Ledger
        Open, for as long as more is to be read.
    row : Row
        The entry.
    """

    ledger: Ledger
    row: Row

    @property
    def id(self) -> str:
        """``s`` and the number of the entry."""
        return f"s{self.row.seq}"

    @property
    def author(self) -> str:
        """Who said it, as their machine named them."""
        return self.row.author

    @cached_property
    def recorded(self) -> dt.datetime:
        """When, in UTC, by the clock of the machine that recorded it."""
        try:
            return dt.datetime.fromisoformat(self.row.recorded)
        except ValueError as error:
            raise self._damaged(f"its time {self.row.recorded!r} cannot be read") from error

    @property
    def day(self) -> dt.date:
        """The day on which it was recorded, in UTC."""
        return self.recorded.date()

    @property
    def kind(self) -> str:
        """The command that it comes from."""
        return str(self._part("kind", str))

    @property
    def command(self) -> tuple[str, ...]:
        """The words of the command line."""
        return tuple(self._part("command", list))

    @property
    def asked(self) -> Mapping[str, Any]:
        """All that the numbers depend on besides study, draws and ledger."""
        found: Mapping[str, Any] = self._part("asked", dict)
        return found

    @property
    def as_of(self) -> dt.date:
        """The day whose knowledge it used."""
        try:
            return dt.date.fromisoformat(self.asked["as_of"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged("its as-of date cannot be read") from error

    @property
    def versions(self) -> Mapping[str, str]:
        """Of tarjih, NumPy and Python, and the platform."""
        found: Mapping[str, str] = self._part("versions", dict)
        return found

    @property
    def upto(self) -> int:
        """The last entry about items that the numbers knew of."""
        return int(self._part("upto", int))

    @property
    def numbers(self) -> Mapping[str, Mapping[str, float]]:
        """Scenario → ``now``, ``at_horizon``, ``ever_by_horizon``."""
        found: Mapping[str, Mapping[str, float]] = self._part("numbers", dict)
        return found

    @property
    def at_horizon(self) -> dict[str, float]:
        """Scenario → probability at the horizon, of those whose numbers say it."""
        return {id: one["at_horizon"] for id, one in self.numbers.items() if "at_horizon" in one}

    @property
    def leader(self) -> str | None:
        """The scenario most probable at the horizon."""
        ahead = self.at_horizon
        return max(ahead, key=lambda id: ahead[id]) if ahead else None

    @cached_property
    def study(self) -> Study:
        """The study as it was loaded then.

        Raises
        ------
        CannotCompute
            If what is kept of it is damaged, or this version cannot read it.
        """
        try:
            return study_from_bytes(self._content(_STUDY))
        except (InvalidModel, InvalidStudy, ValueError) as error:
            raise self._damaged(f"this version cannot read its study: {error}") from error

    @cached_property
    def draws(self) -> Draws:
        """The draws that were used.

        Raises
        ------
        CannotCompute
            If what is kept of them is damaged, or this version cannot read it.
        """
        draws = draws_from_bytes(self._content(_DRAWS))
        if draws is None:
            raise self._damaged("this version cannot read its draws")
        return draws

    @cached_property
    def output(self) -> bytes:
        """The document that was shown, as ``--json`` writes it.

        Raises
        ------
        CannotCompute
            If it is damaged.
        """
        return self._content(_OUTPUT)

    @property
    def document(self) -> Mapping[str, Any]:
        """The same, read."""
        found = _document(self.output)
        if not found:
            raise self._damaged("its document cannot be read")
        return found

    def extended(self) -> Study:
        """Return the study that the numbers were computed of.

        With what the ledger held then, and as one analyst sees it if that was asked.
        """
        study = self.held()
        analyst = self.asked.get("view")
        return study if analyst is None else view_of(study, analyst)

    def held(self) -> Study:
        """Return the study of all analysts with what the ledger held then."""
        held = self.ledger.held(self.study, upto=self.upto)
        return held.extended(hindsight=bool(self.asked.get("hindsight")))

    def _part(self, name: str, kind: type) -> Any:
        found = self.row.body.get(name)
        if not isinstance(found, kind):
            raise self._damaged(f"it gives no {name!r}")
        return found

    def _content(self, name: str) -> bytes:
        digest = self.row.contents.get(name)
        if digest is None:
            raise self._damaged(f"it names no {name}")
        return self.ledger.content(digest)

    def _damaged(self, what: str) -> CannotCompute:
        return CannotCompute(
            f"statement {self.id} of {self.ledger.name} cannot be read back: {what}: "
            "`tarjih evidence verify` tells whether the ledger is damaged"
        )


def read_statements(ledger: Ledger, study: Study | str) -> tuple[Statement, ...]:
    """Return the statements of a study, in the order of recording; contents are not read.

    Parameters
    ----------
    ledger : Ledger
    study : Study or str
        Or its id.
    """
    return tuple(Statement(ledger, row) for row in ledger.entries(study, kinds=("statement",)))


def read_statement(ledger: Ledger, which: Row | str, study: Study | str | None = None) -> Statement:
    """Return one statement.

    Parameters
    ----------
    ledger : Ledger
    which : Row or str
        The entry, or its id: ``s12``.
    study : Study or str, optional
        The study that it should be of.

    Raises
    ------
    InvalidRequest
        If there is no such statement.
    """
    if isinstance(which, Row):
        return Statement(ledger, which)
    got = which.strip()
    found = re.fullmatch(r"[sS]([1-9][0-9]{0,17})", got)
    row = ledger.entry(int(found[1])) if found else None
    id = study.id if isinstance(study, Study) else study
    if row is None or row.kind != "statement" or (id is not None and row.study != id):
        of = "" if id is None else f" of {id}"
        raise InvalidRequest(
            Problem(
                "--id",
                f"{ledger.name} has no such statement{of}",
                got=which,
                allowed="s and a number, such as s12",
                mend="`tarjih audit STUDY --list` names them all",
            )
        )
    return Statement(ledger, row)


def study_bytes(study: Study) -> bytes:
    """Return a study in its resolved form, as JSON: always the same for the same study.

    Scenarios, drivers and items stand in their own order, since that of the arrays is theirs.
    """
    text = json.dumps(resolved(study), ensure_ascii=False, allow_nan=False, indent=1)
    return text.encode() + b"\n"


def study_from_bytes(content: bytes) -> Study:
    """Return the study that `study_bytes` wrote.

    Raises
    ------
    ValueError
        If it is no JSON.
    InvalidStudy
        If it is no study.
    """
    return study_from_data(json.loads(content))


def versions_now() -> dict[str, str]:
    """Return what numbers may depend on besides all that is asked: versions, and the platform."""
    return {
        "tarjih": metadata.version("tarjih"),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
    }


def headline_numbers(document: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the means of a forecast's document; of one with ``after``, of what it says there.

    Examples
    --------
    >>> headline_numbers({"after": {"scenarios": {"hold": {"now": {"mean": 0.25}}}}})
    {'hold': {'now': 0.25}}
    """
    inner = document.get("after")
    found = (inner if isinstance(inner, Mapping) else document).get("scenarios")
    numbers: dict[str, dict[str, float]] = {}
    for id, columns in found.items() if isinstance(found, Mapping) else ():
        shown = {} if not isinstance(columns, Mapping) else columns
        means = {
            name: shown[name].get("mean")
            for name in _COLUMNS
            if isinstance(shown.get(name), Mapping)
        }
        numbers[id] = {name: mean for name, mean in means.items() if isinstance(mean, int | float)}
    return numbers


def _document(output: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(output)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}
