"""Files of histories, read back."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
import xarray

from tarjih.models.posterior import believe
from tarjih.models.record import Intervention
from tarjih.models.simulating.files import history_file
from tarjih.models.simulating.histories import UNIT
from tarjih.models.simulating.simulation import simulation_of

PATHS = 8 * UNIT + 300  # two blocks
parquet = import_module("pyarrow.parquet")


@pytest.fixture
def posterior(make_study, make_draws):
    study = make_study(sizes=(2, 4))
    return believe(study, draws=make_draws(study, 30), seed=2**64 - 1)


@pytest.mark.parametrize("engine", ["h5netcdf", None])
def test_netcdf_is_what_to_dataset_gives(posterior, tmp_path, engine) -> None:
    path = tmp_path / "all.nc"
    held = (Intervention("d1", 3),)
    found = simulation_of(posterior, paths=PATHS, out=path, interventions=held)
    with xarray.open_dataset(path, engine=engine) as read:
        xarray.testing.assert_identical(read.load(), found.to_dataset())
        assert read["scenario"].dims == ("trajectory", "date")
        assert read["level"].dims == ("driver", "trajectory", "date")
        assert read["scenario"].dtype == read["level"].dtype == np.int8
        assert read["scenario"].attrs["flag_meanings"].split() == ["s0", "s1", "other"]
        assert read["scenario"].attrs["flag_values"].tolist() == [0, 1, 2]
        assert read["level_id"].sel(driver="d1").values.tolist() == ["l0", "l1", "l2", "l3"]
        assert read["level_id"].sel(driver="d0").values.tolist() == ["l0", "l1", "", ""]
        assert set(read.coords) == {"trajectory", "date", "driver", "step", "draw", "level_id"}
        assert read.attrs["interventions"] == "d1=l3"
        assert int(read.attrs["seed"]) == 2**64 - 1
        assert read["date"].values.astype("datetime64[D]").tolist() == list(found.dates)
        share = (read["scenario"] == 1).mean("trajectory").values
    assert share == pytest.approx(found.courses[1].probability)


def test_parquet_holds_the_same(posterior, tmp_path) -> None:
    path = tmp_path / "all.parquet"
    found = simulation_of(posterior, paths=PATHS, out=path)
    table = parquet.read_table(path)
    data = found.to_dataset()
    steps = len(found.dates)
    assert table.num_rows == PATHS * steps
    assert table.column_names == [
        "trajectory", "draw", "date", "step", "scenario", "level_d0", "level_d1"
    ]  # fmt: skip
    columns = {name: table[name].to_numpy() for name in table.column_names}
    assert (columns["trajectory"] == np.repeat(data["trajectory"].values, steps)).all()
    assert (columns["draw"] == np.repeat(data["draw"].values, steps)).all()
    assert (columns["step"] == np.tile(data["step"].values, PATHS)).all()
    days = np.tile(data["date"].values.astype("datetime64[D]"), PATHS)
    assert (columns["date"].astype("datetime64[D]") == days).all()
    ids = np.array(posterior.study.scenario_ids)
    assert (columns["scenario"] == ids[data["scenario"].values.ravel()]).all()
    for driver in posterior.study.drivers:
        names = np.array([level.id for level in driver.levels])
        codes = data["level"].sel(driver=driver.id).values.ravel()
        assert (columns[f"level_{driver.id}"] == names[codes]).all()
    assert table.schema.metadata[b"study"] == b"random"
    assert parquet.ParquetFile(path).num_row_groups == 2


@pytest.mark.parametrize("name", ["all.nc", "all.parquet"])
def test_same_seed_same_bytes(posterior, tmp_path, name) -> None:
    written = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        simulation_of(posterior, paths=500, out=tmp_path / folder / name)
        written.append((tmp_path / folder / name).read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("name", ["all.nc", "all.parquet"])
@pytest.mark.parametrize("at_once", [1, 99, PATHS])
def test_a_file_does_not_depend_on_how_much_is_written_at_once(
    posterior, tmp_path, name, at_once
) -> None:
    found = simulation_of(posterior, paths=300, out=tmp_path / name)
    (whole,) = found.histories()
    path = tmp_path / f"again-{name}"
    with history_file(found._layout, path) as write:
        for first in range(0, 300, at_once):
            part = slice(first, first + at_once)
            write(
                type(whole)(
                    first, whole.draw[part], whole.scenario[:, part], whole.levels[:, :, part]
                )
            )
    if name.endswith(".nc"):
        with xarray.open_dataset(path) as one, xarray.open_dataset(tmp_path / name) as two:
            xarray.testing.assert_identical(one.load(), two.load())
    else:
        one, two = (parquet.read_table(each) for each in (path, tmp_path / name))
        assert one.equals(two)


@pytest.mark.parametrize("name", ["all.nc", "all.parquet"])
def test_a_broken_run_leaves_the_old_file(posterior, tmp_path, name) -> None:
    path = tmp_path / name
    path.write_text("old")

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulation_of(posterior, paths=PATHS, out=path, progress=stop)
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert path.read_text() == "old"
