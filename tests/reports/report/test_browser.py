"""The page in a real Chromium: nothing runs, nothing is fetched, everybody can read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tarjih.reports.report.content import Report, Signature
from tarjih.reports.report.html import html_report
from tests.reports.report.conftest import HARM, manuscript_of

LANGUAGES = ("en", "ar")
GRAVE = ("serious", "critical")


class Looked:
    """A page as a browser shows it, with everything that it complained of or asked for."""

    def __init__(self, browser: Any, folder: Path, width: int) -> None:
        self._folder = folder
        self.page = browser.new_page(viewport={"width": width, "height": 1200})
        self.complaints: list[str] = []
        self.fetched: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("request", lambda request: self.fetched.append(request.url))

    def _dismiss(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def show(self, html: str) -> Any:
        path = self._folder / "report.html"
        path.write_text(html, encoding="utf-8")
        self.page.goto(path.as_uri(), wait_until="load")
        return self.page

    def assert_quiet(self) -> None:
        """Fail if anything was complained of, or fetched from anywhere but the file."""
        assert self.complaints == []
        assert [url for url in self.fetched if not url.startswith(("file:", "data:"))] == []

    def violations(self) -> list[str]:
        """Return what axe finds that shuts somebody out."""
        from axe_playwright_python import sync_playwright as axe

        found: Any = axe.Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found
            if one["impact"] in GRAVE
        ]


@pytest.fixture
def look(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Looked]]:
    """Open pages; they are closed in the end."""
    opened: list[Looked] = []

    def make(html: str, width: int = 1000) -> Looked:
        looked = Looked(browser, tmp_path, width)
        opened.append(looked)
        looked.show(html)
        return looked

    yield make
    for one in opened:
        one.page.close()


def assert_fits(looked: Looked) -> None:
    """Fail if the page is wider than the window: only a table may be moved sideways."""
    wide, window = looked.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= window


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_quiet_accessible_and_in_its_direction(
    look: Callable[..., Looked], pages: dict[str, str], lang: str
) -> None:
    looked = look(pages[lang])
    page = looked.page
    looked.assert_quiet()
    assert looked.violations() == []
    assert_fits(looked)
    assert page.evaluate("document.images.length") >= 5
    assert page.evaluate("[...document.images].every(one => one.naturalWidth > 300 && one.alt)")
    direction = "rtl" if lang == "ar" else "ltr"
    assert page.evaluate("getComputedStyle(document.body).direction") == direction
    # The first column is where lines begin, and the text beside it begins there as well.
    for edges in page.evaluate(
        "[...document.querySelectorAll('table')].map(table => [...table.tHead.rows[0].cells]"
        ".map(cell => cell.getBoundingClientRect().right))"
    ):
        assert edges == sorted(edges, reverse=lang == "ar")
    assert set(page.evaluate("[...document.querySelectorAll('p, li, th, td')].map("
                             "one => getComputedStyle(one).textAlign)")) == {"start"}  # fmt: skip
    # Ids, commands and digests read from left to right in both.
    assert set(page.evaluate("[...document.querySelectorAll('.code')].map("
                             "one => getComputedStyle(one).direction)")) == {"ltr"}  # fmt: skip
    # Every entry of the contents leads somewhere.
    assert page.evaluate(
        "[...document.querySelectorAll('nav a')].every(a => document.querySelector(a.hash))"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [400, 1000])
def test_harm_stays_text(
    look: Callable[..., Looked], hostile: tuple[Report, Signature], lang: str, width: int
) -> None:
    report, signature = hostile
    looked = look(html_report(manuscript_of(report, lang, signature=signature)), width)
    page = looked.page
    page.wait_for_timeout(50)
    looked.assert_quiet()
    assert page.evaluate("window.owned") is None
    assert page.evaluate("document.scripts.length") == 0
    assert "<script>window.owned = 1</script>" in page.inner_text("main")
    assert page.inner_text("h1").startswith(HARM.split("\x0b")[0][:60])
    assert "x" * 10_000 in page.inner_text("main")
    schemes = page.evaluate("[...document.querySelectorAll('main a')].map(a => a.protocol)")
    assert schemes
    assert set(schemes) <= {"http:", "https:"}
    assert_fits(looked)
    assert looked.violations() == []


def test_a_planted_script_is_noticed(look: Callable[..., Looked]) -> None:
    """What the tests above look for would be found: a page that runs, fetches and is too pale."""
    looked = look(
        "<!DOCTYPE html><title>x</title><main><h1>y</h1><script>window.owned = 1; "
        "console.error('z')</script><img src='http://127.0.0.1:9/x.png'>"
        "<p style='color: #ccc'>pale</p></main>"
    )
    assert looked.page.evaluate("window.owned") == 1
    with pytest.raises(AssertionError):
        looked.assert_quiet()
    found = " ".join(looked.violations())
    assert "color-contrast" in found
    assert "image-alt" in found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "options",
    [
        {"scenarios": 3, "items": 3},
        {"scenarios": 5, "items": 0},
        {"scenarios": 8, "items": 80, "long_names": True},
        {"scenarios": 3, "extreme": True},
        {"scenarios": 3, "analysts": True},
        {"scenarios": 3, "retrospective": True, "since": "2026-01-20"},
    ],
    ids=lambda options: "-".join(f"{name}{value}" for name, value in options.items()),
)
def test_every_size_fits(
    look: Callable[..., Looked],
    made: Callable[..., Report],
    options: dict[str, Any],
    lang: str,
) -> None:
    looked = look(html_report(manuscript_of(made(**options), lang)), 420)
    looked.assert_quiet()
    assert_fits(looked)
    assert looked.violations() == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_to_sign_is_one_sheet(
    look: Callable[..., Looked], report: Report, tmp_path: Path, lang: str
) -> None:
    from pypdf import PdfReader

    looked = look(html_report(manuscript_of(report, lang)))
    looked.page.pdf(path=tmp_path / "r.pdf", prefer_css_page_size=True)
    first, second = (page.extract_text() for page in PdfReader(tmp_path / "r.pdf").pages[:2])
    assert first.count("____") >= 2
    assert "____" not in second
