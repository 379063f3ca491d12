"""Files that may not be written, and disks that are full: real ones, in processes of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tarjih.errors import CannotCompute
from tarjih.evidence.stores.store import Store

# The superuser may write anything: the child gives that up, once all is imported.
_AS_ANYBODY = """
import os, sys
import sqlalchemy as sa
from tarjih.errors import TarjihError
from tarjih.evidence.stores.store import Store
sa.create_engine("sqlite://")
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    with Store.open(sys.argv[1], create=sys.argv[2] == "create", patience=0.2) as store:
        print(len(store.rows()), "rows", "sound" if store.verify().sound else "wrong")
        try:
            print("added", store.append("demo", "observe", {}, "amal").seq)
        except TarjihError as error:
            print(type(error).__name__, error)
except TarjihError as error:
    print(type(error).__name__, error)
"""


def _run(code: str, *words: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder that anybody may enter, unlike those of pytest."""
    made = Path(tempfile.mkdtemp(prefix="tarjih-test-"))
    made.chmod(0o777)
    yield made
    made.chmod(0o777)
    shutil.rmtree(made)


def _ledger(folder: Path, *, log: bool = False) -> Path:
    path = folder / "x.db"
    with Store.open(path) as store:
        for n in range(3):
            store.append("demo", "observe", {"id": f"n{n}"}, "amal")
        if log:
            # As after a crash: the log is left, and holds all that was recorded.
            for end in ("", "-wal"):
                shutil.copy(f"{path}{end}", f"{path}{end}.kept")
    if log:
        for end in ("", "-wal"):
            Path(f"{path}{end}.kept").rename(f"{path}{end}")
    return path


class TestReadOnly:
    @pytest.mark.parametrize(("of_folder", "of_file"), [(0o777, 0o444), (0o555, 0o666)])
    def test_is_read_and_left_as_it_is(self, folder: Path, of_folder: int, of_file: int) -> None:
        path = _ledger(folder)
        path.chmod(of_file)
        folder.chmod(of_folder)
        before = path.read_bytes()
        for create in ("create", "read"):
            rows, added = _run(_AS_ANYBODY, path, create).splitlines()
            assert rows == "3 rows sound"
            assert added.startswith(f"CannotCompute {path}: may not be written")
        assert path.read_bytes() == before
        assert [found.name for found in folder.iterdir()] == ["x.db"]

    def test_with_what_is_still_in_the_log(self, folder: Path) -> None:
        path = _ledger(folder, log=True)
        path.chmod(0o444)
        assert _run(_AS_ANYBODY, path, "read").startswith("3 rows sound\n")

    def test_with_a_log_in_a_folder_that_may_not_be_written(self, folder: Path) -> None:
        path = _ledger(folder, log=True)
        folder.chmod(0o555)
        said = _run(_AS_ANYBODY, path, "read")
        assert said.startswith(f"CannotCompute {path}: cannot be opened")
        assert "-wal" in said

    def test_a_file_that_may_not_be_read(self, folder: Path) -> None:
        path = _ledger(folder)
        path.chmod(0)
        said = _run(_AS_ANYBODY, path, "read")
        assert said.startswith(f"CannotCompute {path}: cannot be opened: check the permissions")

    def test_a_new_ledger_where_none_may_be_made(self, folder: Path) -> None:
        folder.chmod(0o555)
        said = _run(_AS_ANYBODY, folder / "x.db", "create")
        assert said.startswith(f"CannotCompute {folder}/x.db: cannot be opened")
        assert not list(folder.iterdir())


class TestAFullDisk:
    def test_says_so_and_loses_nothing(self, tmp_path: Path) -> None:
        with Store.open(tmp_path / "x.db") as store:
            store.append("demo", "observe", {}, "amal")
            engine = store._database.engine
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA max_page_count = 30")
            recorded = 1

            def record_on() -> None:
                nonlocal recorded
                while recorded < 1000:
                    store.append("demo", "observe", {"text": "x" * 900}, "amal")
                    recorded += 1

            with pytest.raises(CannotCompute, match="the disk is full") as error:
                record_on()
            assert "free some space" in str(error.value)
            assert 10 < recorded < 1000
            assert store.count() == recorded
            assert store.verify().sound
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
            assert store.append("demo", "observe", {}, "amal").seq == recorded + 1
            assert store.verify().sound

    # A limit on the size of files is what a quota does: the system refuses in mid-write.
    _LIMITED = """
import resource, signal, sys
from tarjih.errors import CannotCompute
from tarjih.evidence.stores.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with Store.open(sys.argv[1]) as store:
        print(0, flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
        for n in range(2000):
            print(store.append("demo", "observe", {"text": "x" * 900}, "amal").seq, flush=True)
except CannotCompute as error:
    print(error)
"""

    @pytest.mark.parametrize("limit", [100_000, 101_234, 333_333])
    def test_a_quota(self, tmp_path: Path, limit: int) -> None:
        path = tmp_path / "x.db"
        *acknowledged, said = _run(self._LIMITED, path, str(limit)).splitlines()
        assert str(path) in said
        assert "disk" in said
        assert acknowledged == [str(n) for n in range(len(acknowledged))]
        with Store.open(path, create=False) as store:
            assert store.verify().sound
            # What was refused may have reached the disk whole after all.
            assert store.count() - (len(acknowledged) - 1) in (0, 1)
            store.append("demo", "observe", {}, "amal")
            assert store.verify().sound

    def test_no_room_for_a_new_ledger(self, tmp_path: Path) -> None:
        at_once = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        said = _run(at_once + self._LIMITED, tmp_path / "x.db", "5000")
        assert "disk" in said
        with Store.open(tmp_path / "x.db") as store:
            assert store.append("demo", "observe", {}, "amal").seq == 1


def test_a_folder_that_may_not_be_entered(folder: Path) -> None:
    """And were the superuser's rights not given up, the tests above would prove nothing."""
    (folder / "inner").mkdir()
    (folder / "inner").chmod(0)
    for create in ("create", "read"):
        said = _run(_AS_ANYBODY, folder / "inner" / "x.db", create)
        assert said.startswith(f"InvalidRequest {folder}/inner/x.db: this cannot be reached")
    (folder / "inner").chmod(0o777)
