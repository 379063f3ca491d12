"""Sources that a study does not know yet: from a name and a grade to a `Source`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, get_args

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.ledgers.drafts import clean_text
from tarjih.evidence.ledgers.entries import source_from
from tarjih.evidence.ledgers.held import Held
from tarjih.scenarios.records import Letter, Source

__all__ = ["named_source", "source_id"]

# One Latin letter or two for each Arabic one: an id has to be typed, not to be read aloud.
_LATIN: Final = str.maketrans(
    {
        **dict(zip("ابتجحدرزسصضطظعفقكلمنهويةىءئؤ", "abtjhdrzssdtzafqklmnhwyaaayw", strict=True)),
        "ث": "th",
        "خ": "kh",
        "ذ": "dh",
        "ش": "sh",
        "غ": "gh",
    }
)
_LONGEST: Final = 60


def source_id(name: str) -> str:
    """Return an id made of a name.

    Examples
    --------
    >>> source_id("The Daily Star (Beirut)"), source_id("Agência"), source_id("عنب بلدي")
    ('the_daily_star_beirut', 'agencia', 'anb_bldy')
    >>> source_id("7 أيام"), source_id("日報")
    ('source_7_ayam', 'source')
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_LATIN)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    slug = re.sub("[^a-z0-9]+", "_", letters).strip("_")[:_LONGEST].strip("_")
    return slug if slug[:1].isalpha() else f"source_{slug}".strip("_")


def named_source(
    held: Held, name: str, letter: str, *, lang: str = "en", id: str | None = None
) -> Source:
    """Return the source of a name: the one that is known by it, or a new one.

    Parameters
    ----------
    held : Held
        What the study and its ledger hold.
    name : str
    letter : str
        Its Admiralty letter, A to F.
    lang : str
        Language of the name.
    id : str, optional
        Default: made of the name.

    Raises
    ------
    InvalidRequest
        If the letter is none, or a source of this name is graded otherwise.
    """
    letters: tuple[Letter, ...] = get_args(Letter)
    grade = next((one for one in letters if one == letter.strip().upper()), None)
    if grade is None:
        raise InvalidRequest(
            Problem("--source-letter", "no such grade", got=letter, allowed=", ".join(letters))
        )
    label = clean_text(" ".join(name.split()), "--source-name")
    if not label:
        raise InvalidRequest(Problem("--source-name", "a new source needs a name"))
    listed = {one.id: one for one in held.study.sources}
    known = {one: source_from(one, data) for one, data in held.sources.items()} | listed
    for source in known.values():
        if label.casefold() in {text.casefold() for text in source.label.values()}:
            if source.letter == grade:
                return source
            raise InvalidRequest(
                Problem(
                    "--source-letter",
                    f"{label} is known as {source.id!r}, with another grade",
                    got=grade,
                    allowed=source.letter,
                    mend=f"write `--source {source.id}`",
                )
            )
    wanted = id or source_id(label)
    chosen, n = wanted, 2
    while id is None and chosen in known:
        chosen, n = f"{wanted}_{n}", n + 1
    return Source(chosen, {lang: label}, grade, "", {}, "")
