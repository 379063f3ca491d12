"""The ledger: what was observed, when it became known, who told it, and what became of it.

A ledger holds entries of any number of studies, in one hash chain. Nothing in it is ever
changed or deleted: an item is amended, retracted, merged, or its entry undone, by a further
entry. `Ledger.extended` returns a study with everything that was recorded for it, and whatever
takes a study takes that:

>>> import tempfile, tarjih
>>> from tarjih.evidence.ledgers.ledger import Ledger
>>> folder = tempfile.TemporaryDirectory()
>>> study = tarjih.load("syria_russia")
>>> with Ledger.open(f"{folder.name}/tarjih.db") as ledger:
...     row = ledger.observe(
...         study,
...         {
...             "happened": "2026-02-03",
...             "weights": {"sovereign_partnership": "for"},
...             "sources": ["enab_baladi"],
...             "credibility": 3,
...         },
...         author="amal",
...     )
...     extended = ledger.extended(study)
>>> row.id, len(extended.items) - len(study.items)
('n1', 1)
>>> before = tarjih.forecast(study, as_of="2026-02-03").now
>>> after = tarjih.forecast(extended, as_of="2026-02-03").now
>>> place = study.scenario_ids.index("sovereign_partnership")
>>> bool(after[place] > before[place])
True
>>> folder.cleanup()
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Self

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.ledgers.chain import Head, Row
from tarjih.evidence.ledgers.drafts import Places, author_name
from tarjih.evidence.ledgers.entries import ITEM_KINDS, AmendBecause, RetractBecause
from tarjih.evidence.ledgers.held import Held, Recorded
from tarjih.evidence.ledgers.joining import Joined
from tarjih.evidence.ledgers.keeping import Keeping
from tarjih.evidence.ledgers.memory import Memory
from tarjih.evidence.ledgers.recording import Given, Recorder
from tarjih.evidence.ledgers.verification import Verification
from tarjih.scenarios.records import Item, Source, Study

__all__ = ["Ledger"]


def _present() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Ledger:
    """An open ledger.

    Made by `open`; a context manager. Studies are given as they were loaded, never as
    `extended` returns them. Several threads may use one ledger.

    Parameters
    ----------
    store : Keeping
        A `tarjih.evidence.stores.store.Store`, or a `tarjih.evidence.ledgers.memory.Memory`.
    now : callable
        Returns the present moment with its time zone; by the machine's clock.
    """

    def __init__(self, store: Keeping, *, now: Callable[[], dt.datetime] = _present) -> None:
        self._store, self._now = store, now
        self._held: dict[str, Held] = {}
        self._lock = RLock()

    @classmethod
    def open(
        cls,
        where: str | Path,
        *,
        create: bool = True,
        now: Callable[[], dt.datetime] = _present,
    ) -> Ledger:
        """Open a ledger, or make one.

        Parameters
        ----------
        where : str or Path
            A path, or the address of a database (``postgresql+psycopg://…``).
        create : bool
            Whether to make what is missing; otherwise that is an error.
        now
            As for the class.

        Raises
        ------
        InvalidRequest
            If the place is missing, holds something else, or was written by a newer version.
        CannotCompute
            If it is locked, damaged, out of reach, or may not be read.
        """
        from tarjih.evidence.stores.store import Store

        return cls(Store.open(where, create=create), now=now)

    def rehearsal(self, study: Study) -> Ledger:
        """Return a ledger in memory that starts from what this one holds for a study.

        What is recorded there is checked and numbered as it would be here, and forgotten.
        """
        head = self.head  # first, so that no entry is missing that it counts
        rows = [row for row in self.held(study).rows if row.seq <= head.seq]
        return Ledger(Memory(rows, head), now=self._now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file or the connection."""
        self._store.close()

    @property
    def name(self) -> str:
        """What may be shown of where it is kept."""
        return self._store.name

    @property
    def head(self) -> Head:
        """The last entry's number and hash: an anchor for `verify`."""
        return self._store.head

    def verify(self, anchor: str | Head | None = None) -> Verification:
        """Look for changes made behind its back; ``anchor`` is a head that was noted down."""
        return self._store.verify(anchor)

    def count(self, study: Study | str | None = None) -> int:
        """Return how many entries there are, of one study or of all."""
        return self._store.count(_study_id(study))

    def entries(
        self,
        study: Study | str | None = None,
        *,
        after: int = 0,
        kinds: Collection[str] | None = None,
        author: str | None = None,
    ) -> tuple[Row, ...]:
        """Return entries in the order of recording.

        Parameters
        ----------
        study : Study or str, optional
            Of one study, or its id. Default: of all.
        after : int
            Only those with a higher number.
        kinds, author
            Only of some of `tarjih.evidence.ledgers.entries.KINDS`, or by one author.
        """
        rows = self._store.rows(_study_id(study), after, kinds)
        return rows if author is None else tuple(row for row in rows if row.author == author)

    def entry(self, seq: int) -> Row | None:
        """Return the entry of a number, or None."""
        return next(iter(self._store.rows(after=seq - 1, upto=seq)), None)

    def content(self, digest: str) -> bytes:
        """Return what an entry keeps beside its body."""
        return self._store.content(digest)

    def append(
        self,
        study: Study | str,
        kind: str,
        body: Mapping[str, Any],
        *,
        author: str | None = None,
        contents: Mapping[str, bytes] | None = None,
        prefix: str | None = None,
    ) -> Row:
        """Record an entry that is about no item (a statement, a question); it is durable then.

        Parameters
        ----------
        study : Study or str
            Or its id.
        kind : str
            Any but those of items, which have methods of their own.
        body : mapping
            What JSON can hold.
        author : str, optional
            See `author_name`.
        contents : mapping of str to bytes, optional
            Kept beside the body, once for each content; ``body["contents"]`` names them.
        prefix : str, optional
            Give it an id: this, and the number of the entry.
        """
        if kind in ITEM_KINDS:
            raise InvalidRequest(
                Problem("kind", "items are recorded by a method of their own", got=kind)
            )
        id = study if isinstance(study, str) else study.id
        name = author_name(author)
        with self._store.writing() as writing:
            if prefix is not None:
                body = {**body, "id": f"{prefix}{writing.next_seq}"}
            return writing.append(id, kind, body, name, self._now(), contents=contents)

    @contextmanager
    def together(self) -> Iterator[Ledger]:
        """Yield a ledger to record in: all that is recorded there, or nothing, is durable then."""
        with self._store.writing() as writing:
            yield Ledger(Joined(self._store, writing), now=self._now)

    @contextmanager
    def recording(self, study: Study, *, author: str | None = None) -> Iterator[Recorder]:
        """Record several things together: all of them, or none.

        Yields
        ------
        Recorder
            With the methods that record items, and ``held``, all that is held. Nobody else can
            record meanwhile. What it recorded is durable when the block has ended.

        Raises
        ------
        InvalidRequest
            As the methods; nothing at all is recorded then, unless the block goes on.
        """
        name = author_name(author)
        with self._lock:
            try:
                with self._store.writing() as writing:
                    held = self._brought_up(study, writing.rows)
                    yield Recorder(held, writing, name, self._now)
            except BaseException:
                # What was taken in may not have been recorded.
                self._held.pop(study.id, None)
                raise

    def observe(
        self,
        study: Study,
        item: Given,
        *,
        id: str | None = None,
        author: str | None = None,
        sources: Iterable[Source] = (),
        again: bool = False,
        places: Places | None = None,
        lang: str = "en",
    ) -> Row:
        """Record an item.

        Parameters
        ----------
        study : Study
        item : Item or mapping
            A mapping has the form of an item in a study's files. ``known`` (the end of what
            happened), ``kind`` (``level`` of a level, else ``act``) and ``label`` (that of the
            indicator or the level) may be left out.
        id : str, optional
            Never given twice. Default: the item's own, or ``n`` and the number of the entry.
        author : str, optional
            See `author_name`.
        sources : iterable of Source
            Tellers that the study does not know yet.
        again : bool
            Record it even if the same was recorded before: another event of that day.
        places : mapping of field to str, optional
            What error messages call the fields, such as ``{"happened": "--on"}``; the field
            ``""`` is the whole item.
        lang : str
            Language of texts that are plain strings.

        Returns
        -------
        Row
            ``row.id`` is the item's id. It is durable now.

        Raises
        ------
        InvalidRequest
            If anything is wrong with it, or the same event by the same sources was recorded
            before. Nothing is recorded then.
        CannotCompute
            If it could not be written.
        """
        with self.recording(study, author=author) as recorder:
            return recorder.observe(
                item, id=id, sources=sources, again=again, places=places, lang=lang
            )

    def check(
        self,
        study: Study,
        item: Given,
        *,
        id: str | None = None,
        author: str | None = None,
        sources: Iterable[Source] = (),
        again: bool = False,
        places: Places | None = None,
        lang: str = "en",
    ) -> Row:
        """Record that an indicator was looked for over some days, and not seen.

        As `observe`, with an item that bears on ``checked``; ``happened`` are the days.
        """
        with self.recording(study, author=author) as recorder:
            return recorder.check(
                item, id=id, sources=sources, again=again, places=places, lang=lang
            )

    def amend(
        self,
        study: Study,
        id: str,
        changes: Mapping[str, Any],
        *,
        known: dt.date | str | None = None,
        because: AmendBecause = "news",
        author: str | None = None,
        sources: Iterable[Source] = (),
        again: bool = False,
        note: str = "",
        places: Places | None = None,
        lang: str = "en",
    ) -> Row:
        """Record that an item says something else than was recorded.

        Parameters
        ----------
        study : Study
        id : str
            Of the study's own items or of those recorded.
        changes : mapping
            Fields of the form that files have, with their new values; None takes one away.
        known : date or str, optional
            From when on that is known. Required, unless it is an error of ours.
        because : {"news", "our-error"}
            News holds from ``known`` on. An error of ours is mended from the beginning, the
            item's own ``known`` included.
        note : str
            Why.
        author, sources, again, places, lang
            As for `observe`.

        Raises
        ------
        InvalidRequest
            If there is no such item, it is not held then, or what it would say is wrong.
        """
        with self.recording(study, author=author) as recorder:
            return recorder.amend(
                id, changes, known=known, because=because, sources=sources, again=again,
                note=note, places=places, lang=lang,
            )  # fmt: skip

    def retract(
        self,
        study: Study,
        id: str,
        *,
        because: RetractBecause,
        known: dt.date | str | None = None,
        source: str | None = None,
        author: str | None = None,
        note: str = "",
        places: Places | None = None,
    ) -> Row:
        """Record that an item, or what one source told of it, no longer stands.

        Parameters
        ----------
        study : Study
        id : str
        because : {"withdrawn", "our-error", "disproved"}
            Who told it took it back; we should never have recorded it; it turned out wrong.
            An error of ours undoes it everywhere, the others from ``known`` on.
        known : date or str, optional
            From when on that is known. Required, unless it is an error of ours.
        source : str, optional
            Take away this teller only, with those who only relay it. If nobody else told it,
            the item goes.
        author, places
            As for `observe`.
        note : str
            Why.

        Raises
        ------
        InvalidRequest
            If there is no such item, it is not held then, or does not rest on the source.
        """
        with self.recording(study, author=author) as recorder:
            return recorder.retract(
                id, because=because, known=known, source=source, note=note, places=places
            )

    def merge(
        self,
        study: Study,
        ids: Sequence[str],
        *,
        known: dt.date | str | None,
        author: str | None = None,
        note: str = "",
        places: Places | None = None,
    ) -> Row:
        """Record that several items report one event.

        From ``known`` on the first stands for all, told by the sources of all of them.

        Raises
        ------
        InvalidRequest
            If they do not report the same on days that overlap, one of them is not held then,
            or they do not agree on who relays whom.
        """
        with self.recording(study, author=author) as recorder:
            return recorder.merge(ids, known=known, note=note, places=places)

    def undo(self, study: Study, *, author: str | None = None) -> Row:
        """Take back one's own last entry about items, by a further entry.

        Called again it takes back the one before. Statements of record stand for ever.

        Raises
        ------
        InvalidRequest
            If there is none, or a later entry builds on it.
        """
        with self.recording(study, author=author) as recorder:
            return recorder.undo()

    def held(self, study: Study, *, upto: int | None = None) -> Held:
        """Return all that is held, with the history of each item; not to be changed.

        With ``upto``, as it was when the entry of that number was the last one.
        """
        if upto is not None:
            return Held(study, self._store.rows(study.id, kinds=ITEM_KINDS, upto=upto))
        with self._lock:
            return self._brought_up(study, self._store.rows)

    def seen(self, study: Study) -> int:
        """Return the last entry about items that this object has read of a study; 0 for none."""
        with self._lock:
            return (self._held.get(study.id) or self.held(study)).last

    def items(self, study: Study, *, hindsight: bool = False) -> tuple[Item, ...]:
        """Return the study's items and those recorded, in versions.

        Each date sees what was held then; with hindsight amendments, retractions and mergers
        reach back to the item's own known date.

        Raises
        ------
        InvalidRequest
            If an item bears on a driver or a level that the study no longer has.
        """
        return self.held(study).items(hindsight=hindsight)

    def extended(self, study: Study, *, hindsight: bool = False) -> Study:
        """Return the study with all its items, and the sources that came with them.

        Prior draws are the same: their digest does not change.
        """
        return self.held(study).extended(hindsight=hindsight)

    def versions(self, study: Study, id: str) -> tuple[Item, ...]:
        """Return the versions of one item, the earliest first; none if it was our error."""
        held = self.held(study)
        return held.item_versions(id) if id in held else ()

    def history(self, study: Study, id: str) -> tuple[Recorded, ...]:
        """Return the entries that concern an item, undone ones too, in order."""
        return self.held(study).about(id)

    def _brought_up(self, study: Study, rows: Callable[..., tuple[Row, ...]]) -> Held:
        """Return what is held, with the entries that were recorded since it was asked last."""
        held = self._held.get(study.id)
        if held is None or held.study is not study:
            held = Held(study)
        for row in rows(study.id, after=held.last, kinds=ITEM_KINDS):
            held.add(row)
        self._held[study.id] = held
        return held


def _study_id(study: Study | str | None) -> str | None:
    return study.id if isinstance(study, Study) else study
