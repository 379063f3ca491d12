"""Questions that were published: what was said of each, when, and how it came out.

To publish a question is to freeze its wording and its probability in a ledger, with the
statement of record that the number comes from. From then on nothing of it changes: a later
forecast is frozen beside the first, and how it came out is said by a further entry, with a
citation. What was settled wrongly is opened again by a further entry still, with the reason; both
stay to be seen. What is recorded is checked in the transaction that records it; of entries that
cannot all hold all the same (of an older version) the first holds.

A question that is flagged as retrospective, or that had closed before the day it was published,
is retrospective for good: whoever published it could know how it came out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tarjih.calendar import parse_date
from tarjih.errors import CannotCompute, InvalidRequest, Problem, nearest
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.drafts import clean_text
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.scenarios.records import Question, Study
from tarjih.scenarios.resolved_form import resolved
from tarjih.scoring.questions.chances import Chance
from tarjih.scoring.questions.published import Frozen, Published, Reopened, State

__all__ = [
    "Frozen",
    "Published",
    "Reopened",
    "check_publishable",
    "freeze_question",
    "publish_question",
    "read_register",
    "reopen_question",
    "settle_question",
    "void_share",
]

_LONGEST: Final = 10_000


def read_register(ledger: Ledger, study: Study | str) -> dict[str, Published]:
    """Return the published questions of a study, in the order of publication.

    Raises
    ------
    CannotCompute
        If an entry cannot be read: damaged, or of a newer version.
    """
    register: dict[str, Published] = {}
    for row in ledger.entries(study, kinds=("question",)):
        try:
            _add(register, row)
        except (KeyError, TypeError, ValueError) as error:
            raise CannotCompute(
                f"entry {row.seq} of {ledger.name} cannot be read as a question "
                f"({type(error).__name__}: {error}): run `tarjih evidence verify`, or use the "
                "version of tarjih that recorded it"
            ) from error
    return register


def void_share(register: Mapping[str, Published]) -> float:
    """Return the share of void questions among all that were published.

    Examples
    --------
    >>> void_share({})
    0.0
    """
    void = sum(one.state == "void" for one in register.values())
    return void / max(1, len(register))


def publish_question(
    ledger: Ledger,
    study: Study,
    id: str,
    chance: Chance,
    *,
    as_of: dt.date,
    statement: str,
    author: str | None = None,
    today: dt.date | None = None,
) -> Row:
    """Publish a question of a study: its wording and its probability, frozen.

    Parameters
    ----------
    ledger : Ledger
    study : Study
    id : str
        Of one of the study's questions.
    chance : Chance
        See `chances_of`.
    as_of : datetime.date
        The day whose knowledge the probability uses.
    statement : str
        The id of the statement of record it comes from.
    author : str, optional
        See `author_name`.
    today : datetime.date, optional
        Default: today, in UTC.

    Raises
    ------
    InvalidRequest
        If there is no such question, it has no rule, nobody to settle it or is closed or
        settled, or it was published before. Nothing is recorded then.
    """
    with ledger.together() as book:
        question = check_publishable(study, id, as_of, read_register(book, study))
        day = _today() if today is None else today
        body = {
            "question": id,
            "does": "publish",
            "wording": resolved(study)["questions"][id],
            "retrospective": question.retrospective or question.closes < day,
            **_frozen_body(chance, as_of, statement),
        }
        return book.append(study, "question", body, author=author, prefix="q")


def check_publishable(
    study: Study, id: str, as_of: dt.date, register: Mapping[str, Published]
) -> Question:
    """Return a question that can be published.

    Raises
    ------
    InvalidRequest
        As `publish_question`.
    """
    ids = [one.id for one in study.questions]
    if id not in ids:
        raise InvalidRequest(
            Problem("question", "there is no such question", id, ", ".join(ids), nearest(id, ids))
        )
    if id in register:
        raise InvalidRequest(
            Problem(
                "question", "published already", id,
                mend="`tarjih run --record` freezes it again; `tarjih question list` shows it",
            )
        )  # fmt: skip
    question = study.questions[ids.index(id)]
    where = f"questions.{id}"
    problems = []
    if not any(text.strip() for text in question.rule.values()):
        problems.append(Problem(f"{where}.rule", "no rule says when it came true"))
    if not question.settled_by.strip():
        problems.append(Problem(f"{where}.settled_by", "no source will settle it"))
    if question.closes < as_of:
        got = question.closes.isoformat()
        allowed = f"{as_of.isoformat()} or later"
        problems.append(Problem(f"{where}.closes", "it closed before as-of", got, allowed))
    if question.resolution is not None and question.resolution.known <= as_of:
        problems.append(Problem(f"{where}.resolution", "it is settled already"))
    if problems:
        raise InvalidRequest(problems)
    return question


def freeze_question(
    ledger: Ledger,
    study: Study,
    id: str,
    chance: Chance,
    *,
    as_of: dt.date,
    statement: str,
    author: str | None = None,
) -> Row:
    """Freeze a further probability of an open question.

    Raises
    ------
    InvalidRequest
        If it was not published, is settled, or had other answers when it was published.
    """
    with ledger.together() as book:
        published = _open(book, study, id)
        if chance.options != published.options:
            got, allowed = ", ".join(chance.options), ", ".join(published.options)
            raise InvalidRequest(
                Problem("question", "other answers than those published", got, allowed)
            )
        body = {"question": id, "does": "freeze", **_frozen_body(chance, as_of, statement)}
        return book.append(study, "question", body, author=author, prefix="q")


def settle_question(
    ledger: Ledger,
    study: Study,
    id: str,
    outcome: bool | str | None,
    *,
    known: dt.date | str,
    cites: str,
    note: str = "",
    author: str | None = None,
    today: dt.date | None = None,
) -> Row:
    """Say how a question came out, or (None) that it is void.

    Parameters
    ----------
    ledger : Ledger
    study : Study
    id : str
    outcome : bool or str or None
        Of a question with several answers the id of the one it was. None: it can never be told,
        or the question was ill put.
    known : date or str
        When that became known.
    cites : str
        Where it stands. Required.
    note : str
    author : str, optional
        See `author_name`. Better not who forecast; where it is, that is shown.
    today : datetime.date, optional
        Default: today, in UTC.

    Raises
    ------
    InvalidRequest
        If it was not published or is settled, it has no such answer, nothing is cited, that
        became known in the future, or what it asks may still happen. Nothing is recorded then.
    """
    latest = _today() if today is None else today
    with ledger.together() as book:
        published = _open(book, study, id)
        day = parse_date(known, "--known")
        problems = _unsettling(published, outcome, day, cites, latest)
        if problems:
            raise InvalidRequest(problems)
        body = {
            "question": id,
            "does": "void" if outcome is None else "resolve",
            "outcome": outcome,
            "known": day.isoformat(),
            "cites": clean_text(cites.strip(), "--cites", _LONGEST),
            "note": clean_text(note, "--note", _LONGEST, lines=True),
        }
        return book.append(study, "question", body, author=author, prefix="q")


def reopen_question(
    ledger: Ledger, study: Study, id: str, *, why: str, author: str | None = None
) -> Row:
    """Open a question again that was settled wrongly.

    What was said of it stays to be seen, with the reason. Anyone may, as anyone may settle it.

    Raises
    ------
    InvalidRequest
        If it was not published, is open, or no reason is given. Nothing is recorded then.
    """
    with ledger.together() as book:
        published = _published(book, study, id)
        problems = []
        if published.state == "open":
            problems.append(Problem("question", "it is open: there is nothing to take back", id))
        if not why.strip():
            problems.append(Problem("--note", "why was it settled wrongly?", mend="say it"))
        if problems:
            raise InvalidRequest(problems)
        reason = clean_text(why.strip(), "--note", _LONGEST, lines=True)
        body = {"question": id, "does": "reopen", "note": reason}
        return book.append(study, "question", body, author=author, prefix="q")


def _unsettling(
    published: Published, outcome: bool | str | None, day: dt.date, cites: str, latest: dt.date
) -> list[Problem]:
    """Return what speaks against settling a question so."""
    problems = []
    if outcome is not None and not _is_answer(published, outcome):
        given = outcome if isinstance(outcome, str) else "yes" if outcome else "no"
        mend = nearest(given, published.options)
        allowed = ", ".join(published.options)
        problems.append(Problem("outcome", "no answer to this question", given, allowed, mend))
    if not cites.strip():
        problems.append(Problem("--cites", "what says so?", mend="name a source"))
    if day > latest:
        allowed = f"up to {latest.isoformat()}, today"
        problems.append(Problem("--known", "known in the future", day.isoformat(), allowed))
    early = _too_early(published, outcome, day)
    return problems if early is None else [*problems, early]


def _is_answer(published: Published, outcome: bool | str) -> bool:
    if published.kind == "binary":
        return isinstance(outcome, bool)
    return outcome in published.options


def _too_early(published: Published, outcome: bool | str | None, known: dt.date) -> Problem | None:
    """Refuse an outcome that could not be known yet."""
    about = published.data["about"]
    at = about.get("at") or about.get("scenario_at")
    end = dt.date.fromisoformat(at or about["by"])
    # What is asked of one day is open until then; what may happen in a window can only come
    # true early.
    if outcome is None or known >= end or (outcome and at is None):
        return None
    what = "it is asked of a later day" if at else "it may still come true"
    return Problem("--known", what, known.isoformat(), f"{end.isoformat()} or later")


def _open(ledger: Ledger, study: Study, id: str) -> Published:
    published = _published(ledger, study, id)
    if published.state != "open":
        mend = "`tarjih question reopen` takes back what was wrong"
        raise InvalidRequest(Problem("question", f"it is {published.state} already", id, mend=mend))
    return published


def _published(ledger: Ledger, study: Study, id: str) -> Published:
    register = read_register(ledger, study)
    if id not in register:
        known = ", ".join(register) or "(none is published)"
        raise InvalidRequest(
            Problem(
                "question", "no such question was published", id, known, nearest(id, list(register))
            )
        )
    return register[id]


def _add(register: dict[str, Published], row: Row) -> None:
    body = row.body
    id, does = str(body["question"]), body["does"]
    if does in ("publish", "freeze"):
        frozen = _read_frozen(row)
        if id in register:
            one = register[id]
            if one.state == "open" and frozen.chance.options == one.options:
                register[id] = replace(one, frozen=(*one.frozen, frozen))
            return
        if does == "freeze":
            return
        closes = dt.date.fromisoformat(body["wording"]["closes"])
        retrospective = bool(body["retrospective"])
        register[id] = Published(id, body["wording"], closes, retrospective, (frozen,))
        return
    if does == "reopen":
        if id in register and register[id].state != "open":
            register[id] = _reopened(register[id], row)
        return
    state: State = {"resolve": "resolved", "void": "void"}[does]  # type: ignore[assignment]
    if id in register and register[id].state == "open":
        register[id] = replace(
            register[id],
            state=state,
            outcome=_read_outcome(register[id], body["outcome"]) if state == "resolved" else None,
            known=dt.date.fromisoformat(body["known"]),
            cites=str(body["cites"]),
            note=str(body.get("note", "")),
            settler=row.author,
        )


def _read_outcome(published: Published, outcome: bool | str) -> bool | str:
    if not _is_answer(published, outcome):
        raise ValueError(f"{outcome!r} is no answer to {published.id}")
    return outcome


def _reopened(one: Published, row: Row) -> Published:
    before = Reopened(
        one.state,
        one.outcome,
        one.settler,
        row.author,
        str(row.body["note"]),
        dt.datetime.fromisoformat(row.recorded),
    )
    return Published(
        one.id, one.data, one.closes, one.retrospective, one.frozen,
        reopened=(*one.reopened, before),
    )  # fmt: skip


def _frozen_body(chance: Chance, as_of: dt.date, statement: str) -> dict[str, Any]:
    return {
        "as_of": as_of.isoformat(),
        "statement": statement,
        "chance": {
            "options": list(chance.options),
            "mean": list(chance.mean),
            "low": list(chance.low),
            "high": list(chance.high),
        },
    }


def _read_frozen(row: Row) -> Frozen:
    chance = row.body["chance"]
    return Frozen(
        as_of=dt.date.fromisoformat(row.body["as_of"]),
        recorded=dt.datetime.fromisoformat(row.recorded),
        chance=Chance(*(tuple(chance[name]) for name in ("options", "mean", "low", "high"))),
        statement=str(row.body["statement"]),
        author=row.author,
    )


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
