from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tarjih.priors.draws import Draws, load_draws, save_draws
from tarjih.scenarios.records import Study

SHAPE = (3, 3, 1)


@pytest.fixture
def draws(study: Study, make_draws: Callable[..., Draws]) -> Draws:
    return make_draws(study, 20)


def arrays_of(path: Path) -> dict[str, Any]:
    with np.load(path) as file:
        return dict(file)


def header_of(**changes: Any) -> Any:
    header = {"format": 2, "digest": "random", "diagnostics": {}, **changes}
    return np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)


def test_round_trip(draws: Draws, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kept.npz"
    save_draws(draws, path)
    back = load_draws(path, "random", SHAPE)
    assert back is not None
    np.testing.assert_allclose(back.beta, draws.beta, rtol=1e-6)
    np.testing.assert_array_equal(back.chain, draws.chain)
    for name in ("bias", "bias_scale", "noise"):
        np.testing.assert_allclose(getattr(back, name), getattr(draws, name), rtol=1e-6)
    assert back.diagnostics == draws.diagnostics
    assert [entry.name for entry in path.parent.iterdir()] == ["kept.npz"]
    save_draws(back, path)
    again = load_draws(path, "random", SHAPE)
    assert again is not None
    np.testing.assert_array_equal(again.alpha, back.alpha)


def test_arrays_are_read_only(draws: Draws) -> None:
    with pytest.raises(ValueError, match="read-only"):
        draws.alpha[0, 0] = 1.0


def test_thinning_is_even_and_keeps_chains(draws: Draws) -> None:
    thin = draws.thin(5)
    np.testing.assert_array_equal(thin.alpha, draws.alpha[[0, 4, 8, 12, 16]])
    assert thin.chain.tolist() == [0, 0, 0, 1, 1]
    assert draws.noise is not None
    np.testing.assert_array_equal(thin.noise, draws.noise[[0, 4, 8, 12, 16]])
    assert draws.thin(100) is draws


def test_shapes_must_fit(draws: Draws) -> None:
    with pytest.raises(ValueError, match="axis K is 2, elsewhere 3"):
        Draws(
            alpha=draws.alpha, beta=draws.beta, gamma=draws.gamma, initial=draws.initial[:, :2],
            review_time=draws.review_time, up=draws.up, down=draws.down, chain=draws.chain,
            digest="",
        )  # fmt: skip


def test_what_is_thought_of_sources_comes_whole(draws: Draws) -> None:
    with pytest.raises(ValueError, match="together or not at all"):
        replace(draws, bias=None)
    without = replace(draws, bias=None, bias_scale=None, noise=None)
    assert without.take(np.array([0, 3])).bias is None


def test_another_digest_or_shape_is_no_match(draws: Draws, tmp_path: Path) -> None:
    path = tmp_path / "kept.npz"
    save_draws(draws, path)
    assert load_draws(path, "other", SHAPE) is None
    assert load_draws(path, "random", (4, 3, 1)) is None
    assert load_draws(path, "random", (3, 3, 0)) is None
    assert load_draws(tmp_path / "absent.npz", "random", SHAPE) is None
    assert load_draws(tmp_path, "random", SHAPE) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", b"PK\x03\x04 cut short", pickle.dumps({"alpha": [1.0]})],
    ids=["empty", "text", "cut", "pickle"],
)
def test_foreign_bytes_are_no_match(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "kept.npz"
    path.write_bytes(content)
    assert load_draws(path, "random", SHAPE) is None


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_cut_file_is_no_match(draws: Draws, tmp_path: Path, cut: float) -> None:
    path = tmp_path / "kept.npz"
    save_draws(draws, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(cut * len(content))])
    assert load_draws(path, "random", SHAPE) is None


def test_flipped_bytes_are_no_match(draws: Draws, tmp_path: Path) -> None:
    path = tmp_path / "kept.npz"
    save_draws(draws, path)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))
    assert load_draws(path, "random", SHAPE) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"alpha": None},
        {"alpha": np.full((20, 3), np.nan)},
        {"alpha": np.zeros((20, 3), dtype=complex)},
        {"alpha": np.zeros((19, 3))},
        {"alpha": np.zeros(20)},
        {"alpha": np.array(["a"] * 60).reshape(20, 3)},
        {"alpha": np.array([None] * 60).reshape(20, 3)},
        {"review_time": np.zeros((20, 3))},
        {"up": np.full((20, 3), -1.0)},
        {"header": header_of(format=1)},
        {"noise": None},
        {"noise": np.full((20, 2), -1.0)},
        {"bias": np.zeros((20, 1, 3))},
        {"bias": np.full((20, 2, 3), np.inf)},
        {"bias_scale": np.zeros(20)},
        {"header": header_of(diagnostics=3)},
        {"header": np.frombuffer(b"{not json", dtype=np.uint8)},
        {"header": np.frombuffer(b"[]", dtype=np.uint8)},
        {"header": np.frombuffer(b"\xff\xfe", dtype=np.uint8)},
    ],
)
def test_wrong_content_is_no_match(draws: Draws, tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / "kept.npz"
    save_draws(draws, path)
    arrays = {**arrays_of(path), **changes}
    with path.open("wb") as stream:
        np.savez(stream, **{name: value for name, value in arrays.items() if value is not None})
    assert load_draws(path, "random", SHAPE) is None


def test_a_failed_write_leaves_the_old_file(
    draws: Draws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.npz"
    save_draws(draws, path)
    before = path.read_bytes()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez_compressed", fail)
    with pytest.raises(OSError, match="disk full"):
        save_draws(draws, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
