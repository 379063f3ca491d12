"""The `Draws` record: what is believed before any evidence, as draws of the parameters.

Draws are kept in NumPy's own format, never pickled, and never trusted: what is read back
must carry this format's version, the digest asked for, and arrays that fit one another.
Anything else counts as absent, and is fitted anew.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["FORMAT", "Draws", "draws_bytes", "draws_from_bytes", "load_draws", "save_draws"]

FORMAT = 2
"""Version of the file format."""

_ARRAYS = ("alpha", "beta", "gamma", "initial", "review_time", "up", "down")
_AXES = {
    "alpha": "MK",
    "beta": "MJK",
    "gamma": "MCK",
    "initial": "MK",
    "review_time": "MK",
    "up": "MJ",
    "down": "MJ",
    "chain": "M",
    "analyst": "M",
}
_COUNTS = ("chain", "analyst")
_OPTIONAL = {"log_judged": "M", "bias": "MEK", "bias_scale": "M", "noise": "ME"}
_OF_SOURCES = ("bias", "bias_scale", "noise")
# What the archive, its members or the header raise when they are not what they seem.
_UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, MemoryError,
    RecursionError, NotImplementedError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """M draws of the parameters of a study with K scenarios, J drivers, C conjunctions.

    Arrays are read-only.

    Attributes
    ----------
    alpha : (M, K)
        Utilities at the reference levels.
    beta : (M, J, K)
        Effect of each driver over the full range of its score; exactly 0 where none is stated.
    gamma : (M, C, K)
        Effect of each conjunction.
    initial : (M, K)
        Utilities u of the scenario in force at the origin, whose law is softmax(u).
    review_time : (M, K)
        Mean months between reconsiderations.
    up, down : (M, J)
        Rates per month of moving one level; 0 means never.
    chain : (M,) of int
        The chain each draw comes from, 0-based.
    digest : str
        What the draws were made from: study, tables and sampler settings.
    diagnostics : mapping
        Of the full run, before thinning.
    analyst : (M,) of int
        Whose view each draw is of, by their place in the study; all 0 in a plain study.
    log_judged : (M,), optional
        Log density of all that was judged, and of the base rates, at each draw, with the
        sources' biases and noises; None where no judgement was asked.
    bias : (M, E, K), optional
        Shift of the utilities of each of the E sources of the judgements. In a pool, of the
        sources of each draw's own view, in their order there; what is past them is 0.
    bias_scale : (M,), optional
        Scale of the biases.
    noise : (M, E), optional
        Noise of each source on the logit scale. These three are there together or not at all:
        without them draws cannot be moved.

    Raises
    ------
    ValueError
        If the shapes do not fit one another.

    Examples
    --------
    >>> draws = Draws(alpha=np.zeros((4, 2)), beta=np.zeros((4, 1, 2)),
    ...               gamma=np.zeros((4, 0, 2)), initial=np.zeros((4, 2)),
    ...               review_time=np.full((4, 2), 6.0), up=np.zeros((4, 1)),
    ...               down=np.zeros((4, 1)), chain=np.array([0, 0, 1, 1]), digest="")
    >>> len(draws), len(draws.thin(2)), draws.thin(2).chain.tolist()
    (4, 2, [0, 1])
    """

    alpha: Floats
    beta: Floats
    gamma: Floats
    initial: Floats
    review_time: Floats
    up: Floats
    down: Floats
    chain: NDArray[np.int64]
    digest: str
    diagnostics: Mapping[str, float | int | str | bool] = MappingProxyType({})
    analyst: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    log_judged: Floats | None = None
    bias: Floats | None = None
    bias_scale: Floats | None = None
    noise: Floats | None = None

    def __post_init__(self) -> None:
        sizes: dict[str, int] = {}
        if not len(self.analyst):
            object.__setattr__(self, "analyst", np.zeros(len(self.alpha), dtype=np.int64))
        given = {name: axes for name, axes in _OPTIONAL.items() if getattr(self, name) is not None}
        if 0 < sum(name in given for name in _OF_SOURCES) < len(_OF_SOURCES):
            raise ValueError(f"{', '.join(_OF_SOURCES)} are given together or not at all")
        for name, axes in {**_AXES, **given}.items():
            dtype = np.int64 if name in _COUNTS else np.float64
            array = np.array(getattr(self, name), dtype=dtype)
            if array.ndim != len(axes):
                raise ValueError(f"{name} must have {len(axes)} axes, not {array.ndim}")
            for axis, size in zip(axes, array.shape, strict=True):
                if sizes.setdefault(axis, size) != size:
                    raise ValueError(f"{name}: axis {axis} is {size}, elsewhere {sizes[axis]}")
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "diagnostics", MappingProxyType(dict(self.diagnostics)))

    def __len__(self) -> int:
        return int(self.alpha.shape[0])

    @property
    def effects(self) -> Floats:
        """Effects along the features: drivers, then conjunctions; (M, J + C, K)."""
        return np.concatenate([self.beta, self.gamma], axis=1)

    def take(self, index: NDArray[np.int64]) -> Draws:
        """Return the draws at the given positions."""
        arrays = {name: getattr(self, name) for name in (*_AXES, *_OPTIONAL)}
        taken = {name: array[index] for name, array in arrays.items() if array is not None}
        return replace(self, **taken)

    def thin(self, n: int) -> Draws:
        """Return ``n`` draws at even distances, or all of them when there are no more."""
        if n >= len(self):
            return self
        return self.take(np.arange(n, dtype=np.int64) * len(self) // n)


def save_draws(draws: Draws, path: Path, *, single: bool = True) -> None:
    """Write draws to ``path`` by way of a temporary file beside it.

    A reader sees the old file or the new one, never a half.

    Parameters
    ----------
    draws : Draws
    path : Path
        Its folder is made if it is missing.
    single : bool
        Store 32-bit numbers (half the size, seven digits).

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = _packed(draws, single=single)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez_compressed(stream, **arrays)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def draws_bytes(draws: Draws) -> bytes:
    """Return draws as the bytes of a file: always the same for the same draws.

    They are not compressed, and lose no digit: 32-bit numbers only where those say the same.

    Examples
    --------
    >>> draws = Draws(alpha=np.full((4, 2), 0.1), beta=np.zeros((4, 1, 2)),
    ...               gamma=np.zeros((4, 0, 2)), initial=np.zeros((4, 2)),
    ...               review_time=np.full((4, 2), 6.0), up=np.zeros((4, 1)),
    ...               down=np.zeros((4, 1)), chain=np.zeros(4), digest="a digest")
    >>> again = draws_from_bytes(draws_bytes(draws))
    >>> again.digest, bool((again.alpha == 0.1).all())
    ('a digest', True)
    """
    given = (getattr(draws, name) for name in (*_ARRAYS, *_OPTIONAL))
    with np.errstate(over="ignore"):
        single = all(
            np.array_equal(array, array.astype(np.float32)) for array in given if array is not None
        )
    stream = io.BytesIO()
    np.savez(stream, **_packed(draws, single=single))
    return stream.getvalue()


def draws_from_bytes(content: bytes) -> Draws | None:
    """Return the draws that `draws_bytes` wrote, or None for anything else."""
    return _unpacked(io.BytesIO(content))


def _packed(draws: Draws, *, single: bool) -> dict[str, Any]:
    dtype = np.float32 if single else np.float64
    given = [name for name in (*_ARRAYS, *_OPTIONAL) if getattr(draws, name) is not None]
    header = {
        "format": FORMAT,
        "digest": draws.digest,
        "diagnostics": dict(draws.diagnostics),
    }
    arrays: dict[str, Any] = {
        "chain": draws.chain.astype(np.int16),
        "header": np.frombuffer(json.dumps(header, sort_keys=True).encode(), dtype=np.uint8),
        **{name: getattr(draws, name).astype(dtype) for name in given},
    }
    if draws.analyst.any():
        arrays["analyst"] = draws.analyst.astype(np.int16)
    return arrays


def load_draws(path: Path, digest: str, shape: tuple[int, int, int]) -> Draws | None:
    """Read draws back, or return None for anything that is not what is wanted.

    Parameters
    ----------
    path : Path
    digest : str
        Digest the file must carry.
    shape : (int, int, int)
        Numbers of scenarios K, drivers J and conjunctions C.

    Returns
    -------
    Draws or None
        None when the file is absent, unreadable, corrupt, of another version or digest, or
        its arrays do not fit, are not finite or leave their range.
    """
    try:
        # Opened here, because NumPy leaves a file that is no archive open.
        with path.open("rb") as stream:
            draws = _unpacked(stream)
    except OSError:
        return None
    if draws is None or draws.digest != digest:
        return None
    return draws if _sound(draws, shape) else None


def _unpacked(stream: IO[bytes]) -> Draws | None:
    try:
        with np.load(stream, allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes())
            if header["format"] != FORMAT:
                return None
            optional = [name for name in ("analyst", *_OPTIONAL) if name in file]
            arrays = {name: file[name] for name in (*_ARRAYS, "chain", *optional)}
        if any(array.dtype.kind not in "fi" for array in arrays.values()):
            return None
        return Draws(digest=header["digest"], diagnostics=header["diagnostics"], **arrays)
    except _UNREADABLE:
        return None


def _sound(draws: Draws, shape: tuple[int, int, int]) -> bool:
    found = (draws.alpha.shape[1], draws.beta.shape[1], draws.gamma.shape[1])
    arrays = [getattr(draws, name) for name in (*_ARRAYS, *_OPTIONAL)]
    return bool(
        len(draws) > 0
        and found == shape
        and all(np.isfinite(array).all() for array in arrays if array is not None)
        and (draws.review_time > 0).all()
        and (draws.up >= 0).all()
        and (draws.down >= 0).all()
        and (draws.noise is None or (draws.noise >= 0).all())
        and (draws.bias_scale is None or (draws.bias_scale > 0).all())
    )
