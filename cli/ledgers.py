"""Which ledger a command speaks of, and what it says of it.

``--ledger``, else ``TARJIH_LEDGER``, else ``tarjih.db`` in this folder if it is there, else the
one in the user's data folder. A ledger that was named has to be there, unless something is to
be recorded; the others are used if they are there.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tarjih.errors import InvalidRequest, Problem

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["LedgerPlace", "find_ledger", "load_study", "tell_ahead", "tell_ledger"]

_VARIABLE = "TARJIH_LEDGER"
_FILE = "tarjih.db"
_AUTHOR = "TARJIH_AUTHOR"


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """Where a ledger is kept, or would be.

    Attributes
    ----------
    where : str or Path
        A path, or the address of a database.
    named : bool
        Whether the user named it; otherwise it is where one is looked for.
    """

    where: str | Path
    named: bool

    @property
    def there(self) -> bool:
        """Whether something is there already; of an address that shows when it is opened."""
        return not isinstance(self.where, Path) or self.where.exists()

    def to_read(self) -> Ledger | None:
        """Open it; None if nobody named it and it is not there.

        Raises
        ------
        InvalidRequest, CannotCompute
            As `Ledger.open`.
        """
        if not self.named and not self.there:
            return None
        from tarjih.evidence.ledgers.ledger import Ledger

        return Ledger.open(self.where, create=False)

    def to_record(self) -> Ledger:
        """Open it, or make it, with its folder if that is the user's data folder.

        Raises
        ------
        InvalidRequest, CannotCompute
            As `Ledger.open`.
        """
        from tarjih.evidence.ledgers.ledger import Ledger

        if not self.named:
            Path(self.where).parent.mkdir(parents=True, exist_ok=True)
        return Ledger.open(self.where)

    def to_try(self, *, dry_run: bool = False) -> Ledger:
        """Open it for something that is tried out before it is recorded.

        Where there is none yet it is one in memory: what turns out to be wrong then leaves no
        empty ledger behind.

        Parameters
        ----------
        dry_run : bool
            Nothing is going to be recorded: the ledger is left untouched.

        Raises
        ------
        InvalidRequest, CannotCompute
            As `Ledger.open`.
        """
        from tarjih.evidence.ledgers.ledger import Ledger
        from tarjih.evidence.ledgers.memory import Memory

        if not self.there:
            return Ledger(Memory())
        return Ledger.open(self.where, create=False) if dry_run else self.to_record()

    @contextmanager
    def tried(self, ledger: Ledger) -> Iterator[Ledger]:
        """Yield the ledger in which to record what was tried: it is made if it was not there.

        Parameters
        ----------
        ledger : Ledger
            As `to_try` returned it.
        """
        from tarjih.evidence.ledgers.memory import Memory

        if ledger.name != Memory.name:
            yield ledger
            return
        with self.to_record() as made:
            yield made


def find_ledger(asked: str | None) -> LedgerPlace:
    """Return the place of the ledger that a command speaks of.

    Parameters
    ----------
    asked : str or None
        What ``--ledger`` says.

    Examples
    --------
    >>> find_ledger("cases/tarjih.db").where
    PosixPath('cases/tarjih.db')
    """
    named = asked or os.environ.get(_VARIABLE, "").strip()
    if named:
        return LedgerPlace(named if "://" in named else _path(named), named=True)
    here = Path(_FILE)
    if here.exists():
        return LedgerPlace(here, named=False)
    from platformdirs import user_data_path

    return LedgerPlace(user_data_path("tarjih", appauthor=False) / _FILE, named=False)


def _path(name: str) -> Path:
    """Return a path, a folder of a user (``~``, ``~name``) included."""
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise InvalidRequest(
            Problem("--ledger", "no such user's folder", name, mend="write the whole path")
        ) from error


def load_study(
    name: str,
    *,
    view: str | None = None,
    ledger: str | None = None,
    hindsight: bool = False,
    lang: str = "en",
    quiet: bool = False,
) -> Study:
    """Load a study with everything that was recorded for it.

    The ledger is named on standard error, unless ``quiet``.

    Parameters
    ----------
    name : str
        Of a shipped study, or a path.
    view : str, optional
        An analyst: the study as they alone see it.
    ledger : str, optional
        What ``--ledger`` says.
    hindsight : bool
        Let later amendments and retractions reach back.
    lang : str
    quiet : bool

    Raises
    ------
    InvalidRequest
        If there is no such study, analyst or ledger.
    InvalidStudy, InvalidModel
        If the study's files are wrong.
    CannotCompute
        If the ledger cannot be read.
    """
    from tarjih.scenarios import load
    from tarjih.scenarios import view as view_of

    study = load(name)
    opened = find_ledger(ledger).to_read()
    if opened is not None:
        with opened:
            if not quiet:
                tell_ledger(opened, study, lang)
            study = opened.extended(study, hindsight=hindsight)
    elif hindsight:
        from tarjih.evidence.ledgers.ledger import Ledger
        from tarjih.evidence.ledgers.memory import Memory

        study = Ledger(Memory()).extended(study, hindsight=True)
    return study if view is None else view_of(study, view)


def tell_ledger(ledger: Ledger, study: Study, lang: str, author: str | None = None) -> None:
    """Say on standard error which ledger is used, and how many items of the study it holds.

    All count in a forecast, whoever recorded them; which are one's own is told if a name is given.

    Parameters
    ----------
    ledger : Ledger
        Before anything is recorded in it.
    study : Study
    lang : str
    author : str, optional
        Who records; default: TARJIH_AUTHOR, else nobody is told apart.
    """
    from tarjih.cli.output import note
    from tarjih.evidence.ledgers.drafts import author_name
    from tarjih.reports.words.numbers import figures
    from tarjih.reports.words.strings import list_text, say

    held = ledger.held(study)
    authors = [
        row.author
        for row in held.rows
        if row.kind in ("observe", "check")
        and str(row.id) in held
        and any(version.until is None for version in held.versions(str(row.id)))
    ]
    named = author or os.environ.get(_AUTHOR, "").strip()
    own = authors.count(author_name(named)) if named else 0
    told = {"ledger": ledger.name, "n": len(authors)}
    if not authors:
        note(say("ledger.none", lang, ledger=ledger.name))
    elif own == len(authors):
        note(say("ledger.used", lang, **told))
    elif own:
        note(say("ledger.shared", lang, **told, own=figures(str(own), lang)))
    else:
        note(say("ledger.held", lang, **told))
    if held.loose:
        ids = [str(row.id or row.seq) for row in held.loose]
        note(say("ledger.loose", lang, n=len(ids), entries=list_text(ids, lang)))


def tell_ahead(study: Study, as_of: str | None, lang: str, *, quiet: bool = False) -> None:
    """Say on standard error that an as-of date lies after today; nothing else, and if ``quiet``.

    Parameters
    ----------
    study : Study
    as_of : str or None
        What ``--as-of`` says.
    lang : str
    quiet : bool

    Raises
    ------
    InvalidRequest
        If it is unreadable, or later than any study allows.
    """
    from tarjih.calendar import parse_date
    from tarjih.cli.output import note

    today = dt.datetime.now().astimezone().date()
    day = today if as_of is None else parse_date(as_of, "--as-of")
    if quiet or day <= today:
        return
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.words.dates import date_text
    from tarjih.reports.words.strings import say

    as_of_date(study, (), day)
    note(say("notice.ahead", lang, date=date_text(day, lang), today=date_text(today, lang)))
