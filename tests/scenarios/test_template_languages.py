"""The template in either language: one study, in other words."""

import re
from pathlib import Path

from tarjih.scenarios import load, write_template


def test_the_arabic_template_is_the_same_study(tmp_path: Path) -> None:
    texts = {}
    studies = {}
    for lang in ("en", "ar"):
        folder = tmp_path / lang
        folder.mkdir()
        path = write_template("demo", folder, lang=lang)
        texts[lang], studies[lang] = path.read_text(encoding="utf-8"), load(path)
    english, arabic = studies["en"], studies["ar"]
    assert arabic.digest("draws") == english.digest("draws")
    assert [one.id for one in arabic.items] == [one.id for one in english.items]
    assert [one.bears_on for one in arabic.items] == [one.bears_on for one in english.items]
    # every line of data has its twin; every label and comment is Arabic
    labels = [one.label for one in arabic.scenarios] + [one.label for one in arabic.drivers]
    labels += [one.label for one in arabic.indicators] + [one.label for one in arabic.items]
    for label in labels:
        assert not re.search("[A-Za-z]", "".join(label.values())), label
    for driver in arabic.drivers:
        assert all(re.search("[\u0621-\u064a]", "".join(one.label.values()))
                   for one in driver.levels)  # fmt: skip
    comments = re.findall(r"#\s(.*)", texts["ar"])
    assert len(comments) > 40
    assert all(re.search("[\u0621-\u064a]", one) for one in comments if one.strip())
