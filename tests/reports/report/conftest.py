"""Reports on studies that are made up, with real models behind them; and a browser to look at them.

A report is gathered once a session. Tests that ask about text, not about charts, set a small
picture in the place of each.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from tarjih.priors.draws import Draws, save_draws
from tarjih.priors.store import cache_folder, draws_digest
from tarjih.reports.report.blocks import Manuscript, Picture
from tarjih.reports.report.content import Earlier, Kept, Report, Signature, gather_report
from tarjih.reports.report.html import html_report
from tarjih.reports.report.manuscript import write_manuscript
from tarjih.scenarios import views
from tarjih.scenarios.loader import study_from_data
from tarjih.scenarios.records import Study

LONG = {
    "en": "A name of exactly sixty letters that nobody would ever choose",
    "ar": "اسم من ستين حرفًا لا يختاره أحد إلا ليرى أين ينتهي السطر هنا",
}
HARM = (
    '<script>window.owned = 1</script><img src=x onerror="window.owned = 2">\' '
    '#panic("typst") $x^2$ **bold** _it_ `code` | [a](javascript:window.owned=3) '
    "![b](http://example.org/b.png) &lt;b&gt; {{ 7 * 7 }} \\evil </main>\x0b"
)
LEVELS = {"low": "منخفض", "middling": "متوسط", "high": "مرتفع"}
ANALYSTS = {
    "amal": {"label": {"en": "Amal", "ar": "أمل"}},
    "basil": {"label": {"en": "Basil", "ar": "باسل"}},
}


def both(en: str, ar: str) -> dict[str, str]:
    """Name something in both languages."""
    return {"en": en, "ar": ar}


def study_of(
    scenarios: int = 3,
    items: int = 6,
    *,
    long_names: bool = False,
    analysts: bool = False,
    retrospective: bool = False,
) -> Study:
    """Make a study with as many scenarios and items as asked for."""
    ids = [f"s{n}" for n in range(scenarios - 1)]

    def name(en: str, ar: str) -> dict[str, str]:
        return LONG if long_names else both(en, ar)

    data: dict[str, Any] = {
        "study": {
            "id": "made",
            "title": both("What becomes of the harbour?", "ما مصير المرفأ؟"),
            "description": both("Made up.", "مختلَقة."),
            "origin": "2026-01-15",
            "step": "month",
            "horizon": 6,
        },
        "scenarios": {
            id: {
                "label": name(f"Course {letter(n)}", f"المسار {letter(n)}"),
                "definition": both("A course of things.", "مسار للأمور."),
                "resolution": {"rule": "As told.", "settled_by": ["ship"]},
                "review_time": 5,
                "effects": {"repairs": "raises"} if n % 2 == 0 else {"dispute": "lowers"},
                "indicators": {"ship": 0.8} if n == 0 else {},
            }
            for n, id in enumerate(ids)
        },
        "drivers": {
            "repairs": driver("Repairs", "أعمال الإصلاح", name),
            "dispute": driver("Dispute", "النزاع العمالي", name),
        },
        "indicators": {
            "ship": {"label": name("A ship is served", "تُخدَم سفينة"), "otherwise": 0.1},
            "ferry": {"label": name("The ferry calls", "وصول العبّارة"), "otherwise": 0.3},
        },
        "sources": {
            "office": {"label": name("Harbour office", "مكتب المرفأ"), "letter": "B",
                       "url": "https://example.org/office"},
            "paper": {"label": name("The paper", "الصحيفة"), "letter": "C"},
        },
        "judgements": {
            "now": {"source": "office", "known": "2026-01-10", "about": "now",
                    "scenario": ids[0], "says": "likely"},
        },
        "items": {f"e{n:02d}": item(n, ids, name) for n in range(items)},
        "questions": {
            "soon": {"label": both("Soon?", "قريبًا؟"), "about": {"in_force": ids[0],
                     "at": "2026-06-30"}, "rule": "As told.", "settled_by": "The office",
                     "closes": "2026-07-15"},
        },
    }  # fmt: skip
    data["scenarios"]["other"] = {
        "label": both("Something else", "غير ذلك"),
        "definition": both("Anything else.", "أي شيء آخر."),
        "review_time": 5,
    }
    if analysts:
        data["analysts"] = ANALYSTS
        data["judgements"]["amal_now"] = {
            "source": "paper", "by": "amal", "known": "2026-01-10", "about": "now",
            "scenario": ids[0], "says": 0.9,
        }  # fmt: skip
    if retrospective:
        data["study"]["retrospective"] = True
        data["study"]["retrospective_note"] = both("Coded afterwards.", "رُمّزت لاحقًا.")
    return study_from_data(data)


def letter(n: int) -> str:
    """Name the n-th of several."""
    return "ABCDEFGH"[n]


def driver(en: str, ar: str, name: Callable[[str, str], dict[str, str]]) -> dict[str, Any]:
    """Make a driver with three levels."""
    return {
        "label": name(en, ar),
        "levels": {
            id: {"label": name(id, arabic), "score": n / 2}
            for n, (id, arabic) in enumerate(LEVELS.items())
        },
        "at_origin": "low",
        "moves": {"rise": 6, "fall": 12},
    }


def item(n: int, ids: list[str], name: Callable[[str, str], dict[str, str]]) -> dict[str, Any]:
    """Make the n-th item: of every kind in turn."""
    day = dt.date(2026, 2, 1) + dt.timedelta(days=3 * n % 75)
    bears_on: dict[str, Any] = (
        {"seen": "ship"},
        {"level": {"repairs": "high"}},
        {"weights": {ids[0]: "for", "other": "slightly against"}},
        {"seen": "ferry"},
    )[n % 4]
    return {
        "label": name(f"Report {letter(n % 8)} of the quay", f"النبأ {letter(n % 8)} عن الرصيف"),
        "happened": day.isoformat(),
        "known": (day + dt.timedelta(days=n % 3)).isoformat(),
        **bears_on,
        "kind": "level" if n % 4 == 1 else "act",
        "sources": ["office", "paper"] if n % 2 else ["paper"],
        "relays": {"paper": "office"} if n % 2 else {},
        "credibility": 1 + n % 4,
        **({"cluster": "quay"} if n % 3 == 0 else {}),
        **({"url": f"https://example.org/{n}?a=1&b=2"} if n % 2 == 0 else {}),
    }


def draws_for(study: Study, count: int = 300, *, extreme: bool = False) -> Draws:
    """Make up draws; ``extreme`` ones hold the first scenario all but certain."""
    rng = np.random.default_rng(20260115)
    k, j, c = len(study.scenarios), len(study.drivers), len(study.conjunctions)

    def centred(*shape: int) -> Any:
        values = rng.normal(size=shape)
        return values - values.mean(axis=-1, keepdims=True)

    first = 11.0 * (np.eye(k)[0] - 1 / k) if extreme else np.zeros(k)
    small = 0.05 if extreme else 1.0
    return Draws(
        alpha=small * centred(count, k) + first,
        beta=small * centred(count, j, k),
        gamma=small * centred(count, c, k),
        initial=small * centred(count, k) + first,
        review_time=np.exp(rng.normal(1.5, 0.3, size=(count, k))),
        up=np.exp(rng.normal(-2.0, 0.3, size=(count, j))),
        down=np.exp(rng.normal(-2.5, 0.3, size=(count, j))),
        chain=np.zeros(count, dtype=np.int64),
        digest=draws_digest(study),
        diagnostics={},
    )


def report_of(study: Study, *, extreme: bool = False, earlier: Earlier | None = None) -> Report:
    """Gather a report; of a study with analysts, draws of each view are put where they belong."""
    if study.analysts:
        for place, one in enumerate(views(study)):
            draws = draws_for(one)
            draws = replace(draws, initial=draws.initial - place * np.eye(len(study.scenarios))[0])
            save_draws(draws, cache_folder() / f"{one.id}-{draws.digest[:16]}.npz")
    return gather_report(study, draws=draws_for(study, extreme=extreme), earlier=earlier)


KEPT = Kept(
    statement="s3",
    head="3:" + "ab" * 32,
    command=("tarjih", "report", "made.yaml", "-o", "a report.html"),
    versions={"tarjih": "0.1.0", "numpy": "2.3.1"},
    study_digest="cd" * 32,
    draws_digest="ef" * 32,
)
SIGNED = Signature("Amal", "moderate", "two independent lines agree")


def manuscript_of(
    report: Report, lang: str, *, signature: Signature = SIGNED, small: bool = True
) -> Manuscript:
    """Put a report into words; ``small`` pictures take the place of charts."""
    written = write_manuscript(report, KEPT, signature, lang)
    if not small:
        return written
    blocks = tuple(
        replace(block, draw=_small) if isinstance(block, Picture) else block
        for block in written.blocks
    )
    return replace(written, blocks=blocks)


def _small() -> Figure:
    return Figure(figsize=(1, 0.5))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._hidden += tag in ("style", "head")
        if tag in ("p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "figcaption", "caption"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "head")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def words_of(page: str) -> str:
    """Return what a page shows."""
    parser = _Words()
    parser.feed(page)
    return "".join(parser.words)


@cache
def _made(**options: Any) -> Report:
    extreme = bool(options.pop("extreme", False))
    since = options.pop("since", None)
    earlier = None if since is None else Earlier("", dt.date.fromisoformat(since), {})
    return report_of(study_of(**options), extreme=extreme, earlier=earlier)


@pytest.fixture(scope="session")
def made() -> Callable[..., Report]:
    """Make reports by options of `study_of`, ``extreme`` and ``since``; each once a session."""
    return _made


@pytest.fixture(scope="session")
def report() -> Report:
    """A report on three scenarios, with something to compare with."""
    return _made(since="2026-02-05")


@pytest.fixture(scope="session")
def hostile() -> tuple[Report, Signature]:
    """A report whose every text from outside tries to do harm, one in 10,000 letters."""
    study = study_of(items=4)
    texts = [HARM, HARM * 40, f"{HARM}{'x' * 10_000}", "</td></tr>|\n\n# h\n- l\n1. n"]
    items = tuple(
        replace(
            one,
            label={"en": text, "ar": text},
            note={"en": text, "ar": text},
            cites=text,
            url=("javascript:window.owned=4", 'https://example.org/"><script>', "data:,x", "")[n],
        )
        for n, (one, text) in enumerate(zip(study.items, texts, strict=True))
    )
    harm = {"en": HARM, "ar": HARM}
    study = replace(
        study,
        title=harm,
        items=items,
        scenarios=tuple(replace(one, label=harm, short=harm) for one in study.scenarios),
        sources=tuple(replace(one, label=harm) for one in study.sources),
    )
    return report_of(study), Signature(HARM, "low", HARM)


@pytest.fixture(scope="session")
def pages(report: Report) -> dict[str, str]:
    """The page in each language, with its charts."""
    return {lang: html_report(manuscript_of(report, lang, small=False)) for lang in ("en", "ar")}


def _browser_path() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    path = _browser_path()
    if path is None:
        what = "no Chromium on PATH: the page is not looked at in a browser"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(what)
        pytest.skip(what)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        # Inside a container there is no user that its sandbox could change to.
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()
