"""Six short questions that describe an item, for who would rather be asked.

An answer is taken at once by the rules of the ledger, so that a wrong one is asked again with the
message that the command line would give. What the questions come to is printed as the options
that say the same.

Questions go to standard error: standard output is for the result.
"""

from __future__ import annotations

import datetime as dt
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

import typer

from tarjih.cli.items import ITEM_PLACES, ItemWords, one_of
from tarjih.cli.output import note
from tarjih.errors import InvalidRequest, Problem
from tarjih.reports.words.controls import printable
from tarjih.reports.words.numbers import count_text, figures, paragraph
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import Text, translate

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.held import Held
    from tarjih.scenarios.records import Study

__all__ = ["ask_item", "can_ask", "confirm", "show_command"]

_SIGNS: Final = {"+": "slightly", "++": "", "+++": "strongly"}
_MOST_CLUSTERS: Final = 9
Asked = Literal["what", "level", "weights", "when", "known", "who", "credibility", "cluster"]
# What goes without saying once it is said what a question takes.
_COVERED: Final = (
    "nothing of this name",
    "no such level",
    "unreadable",
    "unknown scenario",
    "unknown source",
    "one new source",
    "no such date",
    "no such digit",
    "no such grade",
    "it lies in the future",
    "it ends",
    "known in the future",
    "known before",
    "an id expected",
)
_MEANT: Final = re.compile("did you mean '(.+)'")


def can_ask() -> bool:
    """Return whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_item(words: ItemWords, held: Held, today: dt.date, lang: str = "en") -> ItemWords:
    """Ask for what was not given of an item.

    Parameters
    ----------
    words : ItemWords
        What was given: it is not asked for.
    held : Held
        What the study and its ledger hold.
    today : datetime.date
    lang : str

    Raises
    ------
    typer.Abort
        If the input ends.
    """
    asking = _Asking(held, today, lang)
    asking.line(say("ask.intro", lang, keys=figures("Ctrl-C", lang)))
    if not words.bears:
        words = asking.what(words)
    if words.on is None:
        words = asking.one(words, "on", "ask.when", today.isoformat())
    if words.known is None:
        end = (words.on or today.isoformat()).partition("/")
        words = asking.one(words, "known", "ask.known", end[2] or end[0])
    if not (words.source or words.source_name):
        words = asking.who(words)
    if words.credibility is None:
        words = asking.how_credible(words)
    if words.cluster is None:
        words = asking.cluster(words)
    return words


def confirm(key: str, lang: str = "en") -> bool:
    """Ask a question that is answered by yes or no; Enter is yes.

    Parameters
    ----------
    key : {"ask.confirm", "ask.try"}
    lang : str
    """
    yes, no = say("ask.yes", lang), say("ask.no", lang)
    question = say("ask.confirm", lang, yes=yes, no=no)
    if key == "ask.try":
        question = say("ask.try", lang, yes=yes, no=no)
    while True:
        answer = _read(f"{question} {say('ask.default', lang, value=yes)} ", lang).casefold()
        if answer in ("", yes, yes[0], "yes", "y"):
            return True
        if answer in (no, no[0], "no", "n"):
            return False


def show_command(words: Sequence[str], lang: str = "en") -> None:
    """Show a command line, quoted for a shell."""
    note(paragraph(say("ask.same", lang), lang))
    note("    " + shlex.join(["tarjih", *words]))


def _read(prompt: str, lang: str) -> str:
    sys.stdout.flush()
    print(printable(paragraph(prompt, lang)), end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        print(file=sys.stderr)
        raise typer.Abort
    return line.strip()


class _Asking:
    """The questions, in one language."""

    def __init__(self, held: Held, today: dt.date, lang: str) -> None:
        self.held, self.today, self.lang = held, today, lang

    @property
    def study(self) -> Study:
        return self.held.study

    def line(self, text: str) -> None:
        note(paragraph(text, self.lang))

    def rows(self, rows: Sequence[tuple[str, Text]], first: int = 1) -> None:
        """List what can be chosen, by number and id."""
        for n, (id, label) in enumerate(rows, first):
            fields = {"n": figures(f"{n:>3}", self.lang), "id": figures(id, self.lang)}
            self.line(say("ask.row", self.lang, label=translate(label, self.lang), **fields))

    def until(
        self, question: str, default: str | None, take: Callable[[str], ItemWords], asked: Asked
    ) -> ItemWords:
        """Ask until an answer can be taken."""
        shown = ""
        if default is not None:
            value = figures(default or "-", self.lang)
            shown = say("ask.default", self.lang, value=value) + " "
        if default == "":
            shown = say("ask.default", self.lang, value=say("ask.none", self.lang)) + " "
        while True:
            answer = _latin_digits(_read(f"{question} {shown}> ", self.lang)) or default
            if answer is None:
                self.line(say("ask.needed", self.lang))
                continue
            try:
                words = take(answer)
                self.check(words)
            except InvalidRequest as error:
                self.refuse(answer, error, asked)
                continue
            return words

    def refuse(self, answer: str, error: InvalidRequest, asked: Asked) -> None:
        """Say that an answer cannot be taken, and what can be, in the language.

        Errors speak English. In another language what a question takes is said instead, and the
        error itself only where that does not say it.
        """
        self.line(say("ask.refused", self.lang))
        if self.lang == "en":
            note(str(error))
            return
        fields = {"day": "2026-02-03", "month": "2026-02", "best": "A", "worst": "F"}
        fenced = {name: figures(one, self.lang) for name, one in fields.items()}
        allowed = say(f"ask.takes.{asked}", self.lang, **fenced)
        shown = quoted(figures(answer, self.lang), self.lang)
        self.line(say("ask.takes", self.lang, answer=shown, allowed=allowed))
        for problem in error.problems:
            meant = _MEANT.search(problem.mend or "")
            if meant:
                self.line(say("ask.meant", self.lang, id=figures(meant[1], self.lang)))
            if not problem.what.startswith(_COVERED):
                note(str(problem))

    def check(self, words: ItemWords) -> None:
        """Refuse what the ledger would refuse of an item that is not yet complete."""
        from tarjih.evidence.ledgers.drafts import checked_item
        from tarjih.evidence.ledgers.entries import source_data

        data, new = words.given(self.held, self.lang)
        sources = {one.id: source_data(one) for one in new}
        if not words.bears:
            data["weights"] = {self.study.scenarios[0].id: "for"}
        if "sources" not in data:
            data["sources"] = ["someone"]
            sources["someone"] = {"label": {"en": "?"}, "letter": "F"}
        if words.on is None:
            data["happened"] = data["known"] = self.study.origin
        data.setdefault("credibility", 3)
        checked_item(
            self.held, "n", data, today=self.today, sources=sources, places=ITEM_PLACES,
            lang=self.lang,
        )  # fmt: skip

    def one(self, words: ItemWords, field: str, key: str, default: str) -> ItemWords:
        question = say("ask.when", self.lang) if key == "ask.when" else say("ask.known", self.lang)

        def take(answer: str) -> ItemWords:
            change: dict[str, Any] = {field: answer}
            return replace(words, **change)

        return self.until(question, default, take, "when" if key == "ask.when" else "known")

    def what(self, words: ItemWords) -> ItemWords:
        """Ask what happened: an indicator, a driver's level, or weights."""
        indicators = [(one.id, one.label) for one in self.study.indicators]
        drivers = [(one.id, one.label) for one in self.study.drivers]
        self.line(say("ask.what", self.lang))
        if indicators:
            self.line(say("ask.indicators", self.lang))
            self.rows(indicators)
        if drivers:
            self.line(say("ask.drivers", self.lang))
            self.rows(drivers, 1 + len(indicators))
        hand = 1 + len(indicators) + len(drivers)
        self.rows([("weights", {self.lang: say("ask.by_hand", self.lang)})], hand)
        ids = [id for id, _ in (*indicators, *drivers)]

        def take(answer: str) -> ItemWords:
            name, _, level = (part.strip() for part in answer.partition("="))
            if name in ("weights", str(hand)):
                return self.by_hand(words)
            if name.isascii() and name.isdigit() and 0 < int(name) <= len(ids):
                name = ids[int(name) - 1]
            where = "--indicator, --driver"
            chosen = one_of([*ids, "weights"], name, where, "nothing of this name")
            if chosen in self.study.driver_ids:
                return self.level(words, chosen, level)
            return replace(words, indicator=chosen)

        return self.until("", None, take, "what")

    def level(self, words: ItemWords, driver: str, level: str) -> ItemWords:
        """Ask for the level of a driver, unless it was said."""
        if level:
            return replace(words, driver=f"{driver}={level}")
        levels = [one.id for one in self.study.driver(driver).levels]
        shown = say("list.comma", self.lang).join(
            f"{figures(str(n), self.lang)} {figures(id, self.lang)}"
            for n, id in enumerate(levels, 1)
        )

        def take(answer: str) -> ItemWords:
            chosen = _numbered(answer, levels)
            return replace(words, driver=f"{driver}={chosen}")

        return self.until(say("ask.level", self.lang, levels=shown), None, take, "level")

    def by_hand(self, words: ItemWords) -> ItemWords:
        """Ask for weights."""
        ids = list(self.study.scenario_ids)
        self.rows([(one.id, one.label) for one in self.study.scenarios])
        example = figures(f"{ids[0]}=++, 2=-", self.lang)

        def take(answer: str) -> ItemWords:
            supports: list[str] = []
            opposes: list[str] = []
            for part in _parts(answer):
                name, _, sign = (piece.strip() for piece in part.partition("="))
                plus = sign.replace("-", "+")
                if plus not in _SIGNS or len(set(sign)) != 1:
                    raise InvalidRequest(
                        Problem(
                            "weights", "unreadable weight", part, "SCENARIO=+++ to SCENARIO=---"
                        )
                    )
                strength = _SIGNS[plus]
                text = _numbered(name, ids) + (f"={strength}" if strength else "")
                (supports if sign[0] == "+" else opposes).append(text)
            return replace(words, supports=supports or None, opposes=opposes or None)

        return self.until(say("ask.scenarios", self.lang, example=example), None, take, "weights")

    def who(self, words: ItemWords) -> ItemWords:
        """Ask who tells it."""
        known = {one.id: one.label for one in self.study.sources}
        known |= {id: data["label"] for id, data in self.held.sources.items()}
        ids = list(known)
        self.rows(list(known.items()))
        example = ids[0] if ids else "source"
        origin, name = say("ask.origin", self.lang), say("ask.name", self.lang)
        question = say(
            "ask.who",
            self.lang,
            relay=figures(f"{example}={origin}", self.lang),
            new=figures(f"{name}:C", self.lang),
        )

        def take(answer: str) -> ItemWords:
            tellers, relays, name, letter = [], list(words.relay or ()), None, None
            # A name may hold commas itself.
            whole = _named(answer, known) in known
            for part in [answer] if whole else _parts(answer):
                new = re.fullmatch(r"(.+):\s*(\S+)", part)
                if new and name is not None:
                    raise InvalidRequest(Problem("--source-name", "one new source at a time", part))
                if new:
                    name, letter = new[1].strip(), new[2]
                    continue
                teller, equals, origin = (piece.strip() for piece in part.partition("="))
                tellers.append(_named(teller, known))
                if equals:
                    relays.append(f"{tellers[-1]}={_named(origin, known)}")
            return replace(
                words, source=tellers or None, source_name=name, source_letter=letter,
                relay=relays or None,
            )  # fmt: skip

        return self.until(question, None, take, "who")

    def how_credible(self, words: ItemWords) -> ItemWords:
        """Ask for the Admiralty digit."""
        self.line(say("ask.credibility", self.lang))
        for digit in range(1, 7):
            word = say(f"update.credibility.{digit}", self.lang)
            self.line(
                say(
                    "update.weight",
                    self.lang,
                    scenario=f"  {count_text(digit, self.lang)}",
                    word=word,
                )
            )
        return self.until("", "3", lambda answer: replace(words, credibility=answer), "credibility")

    def cluster(self, words: ItemWords) -> ItemWords:
        """Ask whether it may be a copy."""
        latest: dict[str, Text] = {}
        for item in sorted(self.held.items(), key=lambda item: item.known, reverse=True):
            if item.cluster is not None and len(latest) < _MOST_CLUSTERS:
                latest.setdefault(item.cluster, item.label)
        ids = list(latest)
        self.rows(list(latest.items()))

        none = {"", "-", "none", "no", "لا", say("ask.no", self.lang)}

        def take(answer: str) -> ItemWords:
            if answer.casefold() in none:
                return replace(words, cluster=None)
            return replace(words, cluster=_numbered(answer, ids))

        return self.until(say("ask.cluster", self.lang), "", take, "cluster")


def _latin_digits(answer: str) -> str:
    """Return a number, a date or a list of numbers in Latin digits; a name stays as it is."""
    if re.fullmatch(r"[\d\s/,،؛;=+-]*", answer) is None:
        return answer
    return re.sub(r"\d", lambda digit: str(int(digit[0])), answer)


def _parts(answer: str) -> list[str]:
    """Divide an answer at its commas, Arabic ones too."""
    return [part.strip() for part in re.split("[,،؛;]", answer) if part.strip()]


def _named(answer: str, known: Mapping[str, Text]) -> str:
    """Return the id that a number of the list stands for, or a name as it is shown."""
    names = {one.casefold(): id for id, label in known.items() for one in label.values()}
    return names.get(answer.strip().casefold()) or _numbered(answer, list(known))


def _numbered(answer: str, ids: Sequence[str]) -> str:
    """Return the id that a number of the list stands for, or what was written."""
    text = answer.strip()
    if text.isascii() and text.isdigit() and 0 < int(text) <= len(ids):
        return ids[int(text) - 1]
    return text
