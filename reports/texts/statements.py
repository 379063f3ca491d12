"""Statements of record: a list of them, one of them, and whether it can be computed again."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tarjih.errors import CannotCompute
from tarjih.reports.texts.documents import document_of, document_text, forecast_document
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import decimal_text, isolated, paragraph, percent_texts
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Study, translate

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.statements import Statement
    from tarjih.priors.draws import Draws

__all__ = [
    "Reproduction",
    "reproduced",
    "reproduction_document",
    "reproduction_lines",
    "statement_entry",
    "statements_document",
    "statements_lines",
    "study_text",
]

_MOST_PATHS: Final = 5


def _run(study: Study, draws: Draws, asked: Mapping[str, Any]) -> dict[str, Any]:
    from tarjih.models.asked.auditing import asked_forecast

    return forecast_document(asked_forecast(study, draws, asked), draws)


def _update(study: Study, draws: Draws, asked: Mapping[str, Any]) -> dict[str, Any]:
    from tarjih.reports.texts.updating import update_document_of

    return update_document_of(study, draws, asked)


def _report(study: Study, draws: Draws, asked: Mapping[str, Any]) -> dict[str, Any]:
    from tarjih.reports.report.document import report_document_of

    return report_document_of(study, draws, asked)


_DOCUMENTS: Final[Mapping[str, Callable[[Study, Draws, Mapping[str, Any]], dict[str, Any]]]] = {
    "run": _run,
    "update": _update,
    "report": _report,
}


@dataclass(frozen=True)
class Reproduction:
    """A statement, and what comes of computing it again from what the ledger keeps.

    Attributes
    ----------
    statement : Statement
    output : bytes
        The document as it comes out now.
    differing : tuple of (path, shown then, found now)
        Whatever is not the same; empty if the bytes are.
    """

    statement: Statement
    output: bytes
    differing: tuple[tuple[str, Any, Any], ...]

    @property
    def same(self) -> bool:
        """Whether every byte is the same."""
        return self.output == self.statement.output

    @property
    def farthest(self) -> float:
        """The largest difference of two numbers."""
        gaps = [
            abs(now - then)
            for _, then, now in self.differing
            if isinstance(then, int | float) and isinstance(now, int | float)
        ]
        return max(gaps, default=0.0)


def reproduced(statement: Statement) -> Reproduction:
    """Compute a statement again, from what the ledger keeps and nothing else.

    Raises
    ------
    CannotCompute
        If what it keeps cannot be read, or this version does not know its kind.
    """
    if statement.kind not in _DOCUMENTS:
        raise CannotCompute(
            f"statement {statement.id} is of the kind {statement.kind!r}, which this version of "
            "tarjih cannot compute again"
        )
    make = _DOCUMENTS[statement.kind]
    document = make(statement.extended(), statement.draws, statement.asked)
    output = document_text(document).encode()
    differing = () if output == statement.output else tuple(_apart(statement.document, document))
    return Reproduction(statement, output, differing)


def _apart(then: Any, now: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*then, *now)):
            yield from _apart(then.get(key), now.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for n, (left, right) in enumerate(zip(then, now, strict=True)):
            yield from _apart(left, right, f"{path}[{n}]")
    elif then != now:
        yield path, then, now


def reproduction_lines(found: Reproduction, lang: str = "en") -> list[str]:
    """Say whether a statement came out again as it was shown."""
    language(lang)
    statement = found.statement
    lines = [_who(statement, lang), _command(statement, lang)]
    if found.same:
        lines.append(say("audit.reproduced", lang, n=len(found.output)))
        return [paragraph(line, lang) for line in lines]
    lines.append(
        say(
            "audit.differs",
            lang,
            n=len(found.differing),
            points=decimal_text(math.ceil(1e4 * found.farthest) / 100, lang),
        )
    )
    shown = [isolated(path, lang) for path, _, _ in found.differing[:_MOST_PATHS]]
    if shown:
        lines.append(say("audit.differs.where", lang, paths=list_text(shown, lang)))
    lines.append(_versions(statement, lang))
    return [paragraph(line, lang) for line in lines]


def reproduction_document(found: Reproduction) -> dict[str, Any]:
    """Return the same as a document (``tarjih.statement/1``).

    ``statement`` as in a list; ``reproduced``; ``differing``: path, then, now, for all that is
    not the same; ``versions_now``; ``document``: what was shown.
    """
    from tarjih.evidence.ledgers.statements import versions_now

    statement = found.statement
    return {
        "schema": "tarjih.statement/1",
        "study": statement.row.study,
        "statement": statement_entry(statement),
        "reproduced": found.same,
        "differing": [
            {"path": path, "then": then, "now": now} for path, then, now in found.differing
        ],
        "versions_now": versions_now(),
        "document": statement.document,
    }


def statements_lines(
    ledger: str, study: Study, found: Sequence[Statement], lang: str = "en"
) -> list[str]:
    """List statements, one a line."""
    language(lang)
    name = quoted(translate(study.title, lang), lang)
    if not found:
        commands = {
            "run": isolated("`tarjih run STUDY --record`", lang),
            "update": isolated("`tarjih update`", lang),
        }
        told = say("audit.none", lang, study=name, ledger=isolated(ledger, lang), **commands)
        return [paragraph(told, lang)]
    head = say("audit.list", lang, study=name, ledger=isolated(ledger, lang), n=len(found))
    if lang == "ar":
        lines = [_line(one, study, lang) for one in found]
        return [paragraph(line, lang) for line in (head, *lines)]
    heads = [say(f"audit.head.{one}", lang) for one in ("id", "recorded", "author", "as_of")]
    heads += [say(f"audit.head.{one}", lang) for one in ("leader", "command")]
    rows = [
        [
            one.id,
            one.recorded.isoformat(sep=" ", timespec="minutes").removesuffix("+00:00"),
            one.author,
            one.as_of.isoformat(),
            _leader(one, study, lang),
            shlex.join(("tarjih", *one.command)),
        ]
        for one in found
    ]
    return [head, "", *aligned([heads, *rows], [False] * len(heads))]


def statements_document(ledger: str, study: Study, found: Sequence[Statement]) -> dict[str, Any]:
    """Return a list of statements as a document (``tarjih.statements/1``)."""
    return document_of(
        {
            "schema": "tarjih.statements/1",
            "study": study.id,
            "ledger": ledger,
            "statements": [statement_entry(one) for one in found],
        }
    )


def statement_entry(statement: Statement) -> dict[str, Any]:
    """Return what can be said of a statement without reading what it keeps."""
    return {
        "id": statement.id,
        "recorded": statement.row.recorded,
        "author": statement.author,
        "kind": statement.kind,
        "as_of": statement.as_of.isoformat(),
        "command": list(statement.command),
        "asked": dict(statement.asked),
        "versions": dict(statement.versions),
        "upto": statement.upto,
        "leader": statement.leader,
        "numbers": {id: dict(one) for id, one in statement.numbers.items()},
        "contents": statement.row.contents,
        "hash": statement.row.hash,
    }


def study_text(study: Study) -> str:
    """Return a study in its resolved form, as YAML that `tarjih run` reads."""
    import yaml

    from tarjih.scenarios.resolved_form import resolved

    return str(yaml.safe_dump(resolved(study), allow_unicode=True, sort_keys=False, width=100))


def _line(statement: Statement, study: Study, lang: str) -> str:
    return say(
        "audit.line",
        lang,
        id=isolated(statement.id, lang),
        date=date_text(statement.day, lang),
        author=isolated(statement.author, lang),
        as_of=date_text(statement.as_of, lang),
        leader=_leader(statement, study, lang),
        command=isolated(shlex.join(("tarjih", *statement.command)), lang),
    )


def _leader(statement: Statement, study: Study, lang: str) -> str:
    leader = statement.leader
    if leader is None:
        return "–"
    name = leader
    if leader in study.scenario_ids:
        name = translate(study.scenario(leader).short, lang)
        name = quoted(name, lang) if lang == "ar" else name
    ahead = statement.at_horizon
    value = percent_texts(list(ahead.values()), lang)[list(ahead).index(leader)]
    return say("audit.leader", lang, scenario=name, value=value)


def _who(statement: Statement, lang: str) -> str:
    return say(
        "audit.statement",
        lang,
        id=isolated(statement.id, lang),
        author=isolated(statement.author, lang),
        date=date_text(statement.day, lang),
        as_of=date_text(statement.as_of, lang),
    )


def _command(statement: Statement, lang: str) -> str:
    command = shlex.join(("tarjih", *statement.command))
    return say("audit.command", lang, command=isolated(command, lang))


def _versions(statement: Statement, lang: str) -> str:
    from tarjih.evidence.ledgers.statements import versions_now

    now = versions_now()
    changed = [
        say("audit.version", lang, name=name, then=then, now=now.get(name, "–"))
        for name, then in statement.versions.items()
        if now.get(name) != then
    ]
    if not changed:
        return say("audit.versions.same", lang)
    return say("audit.versions.differ", lang, versions=list_text(changed, lang))
