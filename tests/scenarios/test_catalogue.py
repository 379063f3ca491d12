"""How a name finds a study, and how a new one is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from tarjih.errors import CannotCompute, InvalidRequest, TarjihError
from tarjih.scenarios import find_study, load, load_study, shipped_studies, write_template
from tarjih.scenarios.schema import json_schema, schema_text

ROOT = Path(__file__).resolve().parents[2]


def test_both_spellings_find_the_shipped_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "syria_russia" in shipped_studies()
    assert find_study("syria-russia") == find_study("syria_russia")
    assert load("syria-russia").id == "syria_russia"


def test_every_shipped_study_has_the_id_of_its_folder() -> None:
    for name in shipped_studies():
        assert load(name).id == name


def test_an_unknown_name_says_what_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_template("my-port", tmp_path)
    with pytest.raises(InvalidRequest) as caught:
        find_study("syria-rusia")
    assert str(caught.value) == (
        "unknown study: got 'syria-rusia'; allowed: syria_russia, my-port, or the path of a file "
        "or folder; did you mean 'syria_russia'?"
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["", "a\x00b", "x" * 5000, "no/such/place.yaml", "~"])
def test_odd_names_are_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidRequest, match="unknown study"):
        find_study(name)


def test_a_file_by_its_name_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_template("my-port", ".")
    assert path == Path("my-port.yaml")
    assert load("my-port").id == "my_port"
    for name in ("my-port.yaml", "./my-port.yaml", path, tmp_path / path):
        assert load(name) == load("my-port")


def test_a_name_of_two_things_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "syria_russia").mkdir()
    with pytest.raises(InvalidRequest, match="several studies have this name") as caught:
        find_study("syria_russia")
    assert "write the path, such as ./syria_russia" in str(caught.value)
    assert find_study("./syria_russia") == Path("syria_russia")
    write_template("demo")
    (tmp_path / "demo").mkdir()
    with pytest.raises(InvalidRequest, match="several studies have this name"):
        find_study("demo")


def test_the_template_is_small_commented_and_whole(tmp_path: Path) -> None:
    path = write_template("demo", tmp_path)
    text = path.read_text(encoding="utf-8")
    study = load_study(path)
    assert study.id == "demo"
    assert [len(part) for part in (study.scenarios, study.drivers, study.indicators)] == [3, 3, 2]
    assert len(study.sources) == 2
    assert study.links
    assert study.conjunctions
    assert len(study.judgements) in (3, 4)
    assert all(one.known <= study.origin for one in study.judgements)
    assert len(study.items) in (2, 3)
    assert all(one.start > study.origin for one in study.items)
    assert 1 <= len(study.questions) <= 2
    assert not re.search(r"\b(en|ar):", re.sub("#.*", "", text))
    assert text.count("#") > 30
    assert max(map(len, text.split("\n"))) <= 100


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text("mine")
    with pytest.raises(InvalidRequest, match="the file is there already") as caught:
        write_template("demo", tmp_path)
    assert str(path) in str(caught.value)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Demo", "not a name for a study"),
        ("../demo", "not a name for a study"),
        ("", "not a name for a study"),
        ("syria-russia", "a shipped study has this name"),
    ],
)
def test_names_that_a_new_study_cannot_have(tmp_path: Path, name: str, what: str) -> None:
    with pytest.raises(InvalidRequest, match=what):
        write_template(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_folder_and_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidRequest, match="there is no such folder"):
        write_template("demo", tmp_path / "absent")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: "")
    with pytest.raises(CannotCompute, match="cannot be written: No space left"):
        write_template("demo", tmp_path)


def test_the_schema_file_is_current() -> None:
    """Renew it with ``python -m tarjih.scenarios.schema``."""
    path = ROOT / "docs/study.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text()


def _plain(path: Path) -> object:
    """The data of a file as an editor sees it (YAML 1.2: dates stay text)."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [
            (tag, pattern) for tag, pattern in rules if not tag.endswith((":timestamp", ":bool"))
        ]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"]
    )

    def text_keys(node: object) -> object:
        if isinstance(node, dict):
            return {str(key): text_keys(value) for key, value in node.items()}
        return [text_keys(value) for value in node] if isinstance(node, list) else node

    return text_keys(yaml.load(path.read_text(encoding="utf-8"), Loader=Loader))


def test_the_schema_and_the_loader_agree(tmp_path: Path) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    path = write_template("demo", tmp_path)
    files = [path, *(ROOT / "scenarios/syria_russia").rglob("*.yaml")]
    for file in files:
        assert [error.message for error in validator.iter_errors(_plain(file))] == [], file
    for old, new in [
        ("review_time: 6 ", "review_time: 0 "),
        ("letter: B", "letter: G"),
        ("says: 0.6", "says: 1"),
        ("insurance: raises", "insurance: rises"),
        ("credibility: 2", "credibility: 2.5"),
        ("  origin: 2026-01-15", "  origin: soon"),
        ("levels: [begun,", "level: [begun,"),
        ("moves: {rise: 12,", "moves: {rise: nevr,"),
    ]:
        text = path.read_text(encoding="utf-8")
        assert old in text
        spoilt = tmp_path / "spoilt.yaml"
        spoilt.write_text(text.replace(old, new, 1), encoding="utf-8")
        assert not validator.is_valid(_plain(spoilt)), new
        with pytest.raises(TarjihError):
            load_study(spoilt)
    assert json.loads(schema_text()) == schema
