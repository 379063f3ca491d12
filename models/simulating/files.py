"""Simulated histories as files, written as they are drawn: NetCDF or Parquet.

NetCDF holds arrays by trajectory and date, with codes as small whole numbers and their meanings
beside them; ``xarray.open_dataset`` reads it. Parquet is a table with one row for each
trajectory and date, and names instead of codes; it needs pyarrow (the extra ``parquet``).
A file appears under its name when it is whole.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tarjih.errors import CannotCompute, InvalidRequest, Problem
from tarjih.models.simulating.histories import Histories
from tarjih.scenarios.records import Study

if TYPE_CHECKING:
    import xarray

__all__ = ["HISTORY_FILES", "Layout", "check_history_path", "dataset_of", "history_file"]

Write = Callable[[Histories], None]

_EPOCH = dt.date(1970, 1, 1)
_CHUNK = 2**13
_SHAPES = {
    "scenario": ("trajectory", "date"),
    "level": ("driver", "trajectory", "date"),
    "draw": ("trajectory",),
}
_LONG_NAMES = {
    "scenario": "scenario in force",
    "level": "level of each driver, named by level_id",
    "draw": "draw of the parameters that the trajectory goes by",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file of histories says beside the histories.

    Attributes
    ----------
    dates : (H+1,) tuple of datetime.date
    first_step : int
        Of the study's steps.
    paths : int
        How many histories there will be.
    attributes : mapping
        Text and whole numbers on the file as a whole.
    """

    study: Study
    dates: tuple[dt.date, ...]
    first_step: int
    paths: int
    attributes: Mapping[str, str | int | np.uint64]

    @property
    def sizes(self) -> dict[str, int]:
        """Lengths of the axes."""
        drivers = self.study.drivers
        return {
            "trajectory": self.paths,
            "date": len(self.dates),
            "driver": len(drivers),
            "code": max((len(driver.levels) for driver in drivers), default=0),
        }

    @property
    def steps(self) -> range:
        """The study's steps along the dates."""
        return range(self.first_step, self.first_step + len(self.dates))

    def level_ids(self) -> list[list[str]]:
        """Return the name of each driver's levels by their codes, empty past the last."""
        width = self.sizes["code"]
        return [
            [level.id for level in driver.levels] + [""] * (width - len(driver.levels))
            for driver in self.study.drivers
        ]

    def flags(self) -> dict[str, Any]:
        """Return what the codes of the scenarios mean, as the CF conventions write it."""
        ids = self.study.scenario_ids
        return {
            "flag_values": np.arange(len(ids), dtype=np.int8),
            "flag_meanings": " ".join(ids),
        }


def check_history_path(path: Path) -> None:
    """Find what is wrong with where histories are to be written, before any are drawn.

    Raises
    ------
    InvalidRequest
        If the ending is unknown, or the folder is not there.
    CannotCompute
        If a library is missing.
    """
    problem = None
    if path.suffix.lower() not in HISTORY_FILES:
        got, allowed = path.suffix or path.name, ", ".join(HISTORY_FILES)
        problem = Problem("--out", "the ending names no format of trajectories", got, allowed)
    elif path.is_dir():
        problem = Problem("--out", "this is a folder", str(path), "a file")
    elif not path.parent.is_dir():
        problem = Problem(
            "--out", "there is no such folder", str(path.parent), mend="make it first"
        )
    if problem is not None:
        raise InvalidRequest(problem)
    if path.suffix.lower() == ".parquet" and find_spec("pyarrow") is None:
        raise CannotCompute(
            "--out: Parquet needs pyarrow, which is not installed: install tarjih[parquet], "
            "or write NetCDF (a name that ends in .nc)"
        )


@contextmanager
def history_file(layout: Layout, path: Path) -> Iterator[Write]:
    """Open a file for histories; what is yielded takes them one block after another.

    Raises
    ------
    InvalidRequest, CannotCompute
        As `check_history_path`.
    OSError
        If it cannot be written; then nothing is left behind.
    """
    check_history_path(path)
    suffix = path.suffix.lower()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=f".part{suffix}")
    os.close(handle)
    try:
        with HISTORY_FILES[suffix](layout, Path(name)) as write:
            yield write
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def dataset_of(layout: Layout, histories: Iterator[Histories]) -> xarray.Dataset:
    """Return histories in memory, as `xarray.open_dataset` reads them from a NetCDF file."""
    import xarray

    parts = list(histories)
    arrays = {
        "scenario": np.concatenate([part.scenario.T for part in parts]),
        "level": np.concatenate([part.levels.transpose(1, 2, 0) for part in parts], axis=1),
        "draw": np.concatenate([part.draw for part in parts]),
    }
    made = {
        name: (_SHAPES[name], array, {"long_name": _LONG_NAMES[name]})
        for name, array in arrays.items()
    }
    made["scenario"][2].update(layout.flags())
    return xarray.Dataset(
        {name: made[name] for name in ("scenario", "level")},
        coords={
            "trajectory": np.arange(layout.paths, dtype=np.int32),
            "date": np.array(layout.dates, dtype="datetime64[ns]"),
            "driver": list(layout.study.driver_ids),
            "step": ("date", np.array(layout.steps, dtype=np.int32)),
            "draw": made["draw"],
            "level_id": (("driver", "code"), np.array(layout.level_ids(), dtype=object)),
        },
        attrs=dict(layout.attributes),
    )


@contextmanager
def _netcdf(layout: Layout, path: Path) -> Iterator[Write]:
    h5netcdf, h5py = import_module("h5netcdf"), import_module("h5py")
    sizes, text = layout.sizes, h5py.string_dtype()
    with h5netcdf.File(path, "w") as file:
        file.dimensions = sizes
        file.attrs.update({**layout.attributes, "coordinates": "level_id"})

        def add(name: str, axes: tuple[str, ...], dtype: Any, **more: Any) -> Any:
            return file.create_variable(name, axes, dtype=dtype, **more)

        number = add("trajectory", ("trajectory",), "i4")
        add("driver", ("driver",), text)[:] = np.array(layout.study.driver_ids, dtype=object)
        add("step", ("date",), "i4")[:] = np.array(layout.steps, dtype=np.int32)
        add("level_id", ("driver", "code"), text)[:] = np.array(layout.level_ids(), dtype=object)
        date = add("date", ("date",), "i4")
        date[:] = np.array([(day - _EPOCH).days for day in layout.dates], dtype=np.int32)
        date.attrs.update({"units": "days since 1970-01-01", "calendar": "proleptic_gregorian"})
        made = {}
        for name, axes in _SHAPES.items():
            chunks = tuple(
                {"trajectory": min(_CHUNK, layout.paths), "driver": 1}.get(axis, sizes[axis])
                for axis in axes
            )
            made[name] = add(
                name, axes, "i4" if name == "draw" else "i1",
                chunks=chunks, compression="gzip", compression_opts=1, shuffle=True,
            )  # fmt: skip
            made[name].attrs["long_name"] = _LONG_NAMES[name]
            if name != "draw":
                made[name].attrs["coordinates"] = "draw step"
        made["scenario"].attrs.update(layout.flags())

        def write(block: Histories) -> None:
            part = slice(block.first, block.first + len(block))
            number[part] = np.arange(part.start, part.stop, dtype=np.int32)
            made["scenario"][part] = np.ascontiguousarray(block.scenario.T)
            made["level"][:, part] = np.ascontiguousarray(block.levels.transpose(1, 2, 0))
            made["draw"][part] = block.draw

        yield write


@contextmanager
def _parquet(layout: Layout, path: Path) -> Iterator[Write]:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    study, steps = layout.study, len(layout.dates)
    named = arrow.dictionary(arrow.int8(), arrow.string())
    schema = arrow.schema(
        [
            ("trajectory", arrow.int32()),
            ("draw", arrow.int32()),
            ("date", arrow.date32()),
            ("step", arrow.int32()),
            ("scenario", named),
            *((f"level_{id}", named) for id in study.driver_ids),
        ],
        metadata={name: str(value) for name, value in layout.attributes.items()},
    )

    def names(codes: Any, ids: list[str]) -> Any:
        # one history after another, each along its dates
        flat = np.ascontiguousarray(codes.T).ravel()
        return arrow.DictionaryArray.from_arrays(arrow.array(flat), arrow.array(ids))

    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:

        def write(block: Histories) -> None:
            count = len(block)
            numbers = np.arange(block.first, block.first + count, dtype=np.int32)
            columns = [
                arrow.array(np.repeat(numbers, steps)),
                arrow.array(np.repeat(block.draw, steps)),
                arrow.array(np.tile(np.array(layout.dates, dtype="datetime64[D]"), count)),
                arrow.array(np.tile(np.array(layout.steps, dtype=np.int32), count)),
                names(block.scenario, list(study.scenario_ids)),
                *(
                    names(block.levels[:, j], [level.id for level in driver.levels])
                    for j, driver in enumerate(study.drivers)
                ),
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))

        yield write


HISTORY_FILES: Mapping[str, Callable[[Layout, Path], AbstractContextManager[Write]]] = {
    ".nc": _netcdf,
    ".parquet": _parquet,
}
"""Endings of the formats, with what opens a file of each."""
