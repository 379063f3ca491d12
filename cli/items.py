"""From the options that describe an item to the form that files have, and back again.

Whatever records an item or changes one has the same options. What they say is checked by the
ledger's own rules, whose messages then name the options (`ITEM_PLACES`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

import typer

from tarjih.errors import InvalidRequest, Problem, nearest

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.held import Held
    from tarjih.scenarios.records import Source, Study

__all__ = [
    "ITEM_PLACES",
    "Again",
    "AgainstScenario",
    "Author",
    "Cluster",
    "Credibility",
    "ForScenario",
    "Happened",
    "ItemWords",
    "Known",
    "Label",
    "Note",
    "OfDriver",
    "OfIndicator",
    "OfKind",
    "Relays",
    "SourceLetter",
    "SourceName",
    "Sources",
    "Url",
    "one_of",
]

ITEM_PLACES: Final[Mapping[str, str]] = {
    "": "the item",
    "happened": "--on",
    "known": "--known",
    "seen": "--indicator",
    "level": "--driver",
    "weights": "--for/--against",
    "kind": "--kind",
    "sources": "--source",
    "relays": "--relay",
    "credibility": "--credibility",
    "cluster": "--cluster",
    "label": "--label",
    "note": "--note",
    "url": "--url",
    "again": "--again",
}
"""Field → the option that says it: what the ledger's messages call the fields."""

_STRENGTHS = ("strongly", "slightly")


def _option(name: str, metavar: str, help: str) -> Any:
    return typer.Option(name, metavar=metavar, help=help, show_default=False)


OfIndicator = Annotated[
    str | None, _option("--indicator", "ID", "What was seen: an indicator of the study.")
]
OfDriver = Annotated[
    str | None,
    _option("--driver", "DRIVER=LEVEL", "Or: the level that a driver was seen at."),
]
ForScenario = Annotated[
    list[str] | None,
    _option(
        "--for",
        "SCENARIO[=strongly|slightly]",
        "Or: a scenario that it speaks for, by your own weighing; scenarios that are not named "
        "are neutral. Repeatable.",
    ),
]
AgainstScenario = Annotated[
    list[str] | None,
    _option(
        "--against",
        "SCENARIO[=strongly|slightly]",
        "A scenario that it speaks against. Repeatable.",
    ),
]
Happened = Annotated[
    str | None,
    _option("--on", "DATE|FROM/TO", "When it happened: a day, a month, or an interval."),
]
Known = Annotated[
    str | None,
    _option("--known", "DATE", "When it became known. Default: the end of --on."),
]
Sources = Annotated[
    list[str] | None, _option("--source", "ID", "Who tells it: a source of the study. Repeatable.")
]
SourceName = Annotated[
    str | None,
    _option("--source-name", "NAME", "Who tells it, if the study does not know them yet."),
]
SourceLetter = Annotated[
    str | None,
    _option(
        "--source-letter",
        "A|B|C|D|E|F",
        "How reliable that new source is: A always, E never, F unknown.",
    ),
]
Relays = Annotated[
    list[str] | None,
    _option(
        "--relay",
        "SOURCE=ORIGIN",
        "A source that only passes on what another told: it adds nothing. Repeatable.",
    ),
]
OfKind = Annotated[
    str | None,
    _option(
        "--kind",
        "act|level|leak|claim|statement|opinion",
        "What sort of thing it is. Default: level with --driver, else act.",
    ),
]
Credibility = Annotated[
    str | None,
    _option(
        "--credibility",
        "1..6",
        "How credible this report is: 1 confirmed, 2 probably true, 3 possibly true, 4 doubtful, "
        "5 improbable, 6 unknown. Default: 3.",
    ),
]
Cluster = Annotated[
    str | None,
    _option(
        "--cluster",
        "NAME",
        "Reports of one name may share their origin: they count less than apart.",
    ),
]
Note = Annotated[str | None, _option("--note", "TEXT", "Why it bears on this, in your words.")]
Url = Annotated[str | None, _option("--url", "URL", "Where it can be read.")]
Label = Annotated[
    str | None,
    _option("--label", "TEXT", "What happened, in one line. Default: the indicator or level."),
]
Again = Annotated[
    bool,
    typer.Option(
        "--again",
        help="Record it although the same was recorded before: it is another event of that day.",
    ),
]
Author = Annotated[
    str | None,
    _option("--author", "NAME", "Who records. Default: TARJIH_AUTHOR, else the login name."),
]


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What the options say of an item, word for word; None for what was not given."""

    indicator: str | None = None
    driver: str | None = None
    supports: Sequence[str] | None = None
    opposes: Sequence[str] | None = None
    on: str | None = None
    known: str | None = None
    source: Sequence[str] | None = None
    source_name: str | None = None
    source_letter: str | None = None
    relay: Sequence[str] | None = None
    kind: str | None = None
    credibility: str | None = None
    cluster: str | None = None
    note: str | None = None
    url: str | None = None
    label: str | None = None

    @property
    def bears(self) -> bool:
        """Whether they say what the item bears on."""
        return bool(self.indicator or self.driver or self.supports or self.opposes)

    def given(
        self, held: Held, lang: str = "en", *, whole: bool = False
    ) -> tuple[dict[str, Any], tuple[Source, ...]]:
        """Return what was given in the form that files have, and a source that is new.

        Parameters
        ----------
        held : Held
            What the study and its ledger hold.
        lang : str
            Language of the new source's name.
        whole : bool
            Whether it must say all that an item cannot do without.

        Raises
        ------
        InvalidRequest
            With all that cannot be read; what it says is for the ledger to check.
        """
        problems: list[Problem] = []
        data: dict[str, Any] = {}
        for read in (self._bearing, self._relays, self._credibility):
            try:
                data |= read(held.study)
            except InvalidRequest as error:
                problems += error.problems
        data |= {
            name: value
            for name, value in (
                ("happened", self.on),
                ("known", self.known),
                ("kind", self.kind),
                ("cluster", self.cluster),
                ("note", self.note),
                ("url", self.url),
                ("label", self.label),
            )
            if value
        }
        tellers = [one.strip() for one in self.source or ()]
        new: tuple[Source, ...] = ()
        try:
            new = self._new_source(held, lang)
        except InvalidRequest as error:
            problems += error.problems
        # Twice the same teller is one teller.
        tellers = list(dict.fromkeys([*tellers, *(one.id for one in new)]))
        if tellers:
            data["sources"] = tellers
        if whole:
            problems += self._missing(held)
        if problems:
            raise InvalidRequest(problems)
        return data, new

    def command(self, but: ItemWords | None = None) -> list[str]:
        """Return the options that say the same, as the words of a command line.

        Parameters
        ----------
        but : ItemWords, optional
            What has been said already.
        """
        words: list[str] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if but is not None and value == getattr(but, field.name):
                continue
            option = _OPTIONS.get(field.name, "--" + field.name.replace("_", "-"))
            for one in [value] if isinstance(value, str) else value or ():
                # A value that begins like an option must not be taken for one.
                words += [f"{option}={one}"] if one.startswith("-") else [option, one]
        return words

    def _missing(self, held: Held) -> list[Problem]:
        problems = []
        if not self.on:
            mend = "give a day, a month, or FROM/TO"
            problems.append(Problem("--on", "it is not said when it happened", mend=mend))
        if not (self.source or self.source_name or self.source_letter):
            known = sorted({one.id for one in held.study.sources} | set(held.sources))
            problems.append(
                Problem(
                    "--source",
                    "who tells it?",
                    allowed=", ".join(known) or None,
                    mend="or --source-name and --source-letter for a new one",
                )
            )
        return problems

    def _bearing(self, study: Study) -> dict[str, Any]:
        weighed = bool(self.supports or self.opposes)
        chosen = [
            name
            for name, given in (
                ("--indicator", self.indicator),
                ("--driver", self.driver),
                ("--for/--against", weighed),
            )
            if given
        ]
        if len(chosen) > 1:
            raise InvalidRequest(
                Problem(
                    chosen[1],
                    "an item bears on one thing",
                    got=" and ".join(chosen),
                    allowed="one of --indicator, --driver, --for/--against",
                    mend="record two items if there were two",
                )
            )
        if self.indicator:
            ids = [one.id for one in study.indicators]
            return {"seen": one_of(ids, self.indicator, "--indicator", "unknown indicator")}
        if self.driver:
            return {"level": _level(study, self.driver)}
        return {"weights": _weights(study, self)} if weighed else {}

    def _relays(self, study: Study) -> dict[str, Any]:
        found: dict[str, str] = {}
        for text in self.relay or ():
            teller, equals, origin = (part.strip() for part in text.partition("="))
            if not (equals and teller and origin):
                raise InvalidRequest(
                    Problem("--relay", "unreadable relay", text, "SOURCE=ORIGIN, both ids")
                )
            if found.setdefault(teller, origin) != origin:
                raise InvalidRequest(
                    Problem("--relay", f"{teller} relays one origin", text, f"{teller}=…, once")
                )
        return {"relays": found} if found else {}

    def _credibility(self, study: Study) -> dict[str, Any]:
        if self.credibility is None:
            return {}
        text = self.credibility.strip()
        if text not in {"1", "2", "3", "4", "5", "6"}:
            raise InvalidRequest(
                Problem(
                    "--credibility",
                    "no such digit",
                    self.credibility,
                    "1 (confirmed) to 5 (improbable), 6 unknown",
                )
            )
        return {"credibility": int(text)}

    def _new_source(self, held: Held, lang: str) -> tuple[Source, ...]:
        if not (self.source_name or self.source_letter):
            return ()
        if not self.source_name:
            raise InvalidRequest(
                Problem("--source-letter", "a letter for whom?", mend="give --source-name as well")
            )
        if not self.source_letter:
            from tarjih.scenarios.records import Letter

            raise InvalidRequest(
                Problem(
                    "--source-name",
                    "a new source needs a grade",
                    got=self.source_name,
                    allowed=", ".join(get_args(Letter)),
                    mend="give --source-letter as well",
                )
            )
        from tarjih.evidence.ledgers.tellers import named_source

        return (named_source(held, self.source_name, self.source_letter, lang=lang),)


_OPTIONS: Final = {"supports": "--for", "opposes": "--against"}


def one_of(allowed: Iterable[str], text: str, where: str, what: str) -> str:
    """Return the id that is meant; a hyphen may stand for an underscore.

    Raises
    ------
    InvalidRequest
        If there is none, with the nearest one.

    Examples
    --------
    >>> one_of(["us_withdrawal"], "US-withdrawal", "--driver", "unknown driver")
    'us_withdrawal'
    """
    ids, got = tuple(allowed), text.strip()
    for candidate in (got, got.replace("-", "_"), got.replace("-", "_").lower()):
        if candidate in ids:
            return candidate
    mend = nearest(got.replace("-", "_").lower(), ids)
    raise InvalidRequest(Problem(where, what, got, ", ".join(ids) or "(there is none)", mend))


def _level(study: Study, text: str) -> dict[str, str]:
    name, equals, word = text.partition("=")
    driver = study.driver(one_of(study.driver_ids, name, "--driver", "unknown driver"))
    levels = [level.id for level in driver.levels]
    if not equals or not word.strip():
        raise InvalidRequest(
            Problem("--driver", f"at which level was {driver.id} seen?", text, ", ".join(levels),
                    f"for example --driver {driver.id}={levels[-1]}")
        )  # fmt: skip
    return {driver.id: one_of(levels, word, "--driver", f"no such level of {driver.id}")}


def _weights(study: Study, words: ItemWords) -> dict[str, str]:
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for option, way, texts in (
        ("--for", "for", words.supports),
        ("--against", "against", words.opposes),
    ):
        for text in texts or ():
            try:
                scenario, word = _weight(study, option, way, text)
            except InvalidRequest as error:
                problems += error.problems
                continue
            if scenario in found:
                what = "a scenario has one weight"
                problems.append(Problem(option, what, text, mend=f"{scenario} is named twice"))
            found[scenario] = word
    if problems:
        raise InvalidRequest(problems)
    return found


def _weight(study: Study, option: str, way: str, text: str) -> tuple[str, str]:
    name, equals, strength = text.partition("=")
    scenario = one_of(study.scenario_ids, name, option, "unknown scenario")
    word = strength.strip().lower().removesuffix(way).rstrip(" -_")
    if word not in ("", *_STRENGTHS) or (equals and not strength.strip()):
        raise InvalidRequest(
            Problem(
                option,
                "unknown strength",
                strength.strip(),
                f"{', '.join(_STRENGTHS)}, or none at all",
                nearest(word, _STRENGTHS) or f"for example {option} {scenario}={_STRENGTHS[0]}",
            )
        )
    return scenario, f"{word} {way}".strip()
