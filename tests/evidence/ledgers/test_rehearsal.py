"""A rehearsal starts from one state of the ledger, whoever records meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import tarjih
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.stores.store import Store

ITEM = {"happened": "2026-02-03", "seen": "minister_visit", "sources": ["sana"], "credibility": 2}


class Busy(Store):
    """A store in which somebody records just before entries are read."""

    def rows(
        self,
        study: str | None = None,
        after: int = 0,
        kinds: Collection[str] | None = None,
        upto: int | None = None,
    ) -> tuple[Row, ...]:
        with tarjih.Ledger.open(self.name) as theirs:
            theirs.observe(tarjih.load("syria_russia"), ITEM, author="basil", again=True)
        return super().rows(study, after, kinds, upto)


def test_what_is_recorded_meanwhile_is_in_neither_the_rows_nor_the_head(tmp_path: Path) -> None:
    study = tarjih.load("syria_russia")
    with tarjih.Ledger.open(tmp_path / "x.db") as first:
        first.observe(study, ITEM, author="amal")
    with Ledger(Busy.open(tmp_path / "x.db")) as ledger:
        trial = ledger.rehearsal(study)
        tried = trial.observe(study, ITEM, author="amal", again=True)
        assert (tried.seq, trial.held(study).last, len(trial.held(study).rows)) == (2, 2, 2)
        # So it is seen that somebody was faster.
        row = ledger.observe(study, ITEM, author="amal", again=True)
        assert (row.seq, row.previous) != (tried.seq, tried.previous)
