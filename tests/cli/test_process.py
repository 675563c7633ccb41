"""The program as a process of its own: what it says arrives, and its exit code is that of the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def hooplake(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "hooplake", *words], capture_output=True, text=True, check=False)


def test_all_that_is_said_arrives_in_a_pipe(tmp_path: Path) -> None:
    done = hooplake("--lake", str(tmp_path), "sql", "--json", "--rows", "0", "select range as n from range(50000)")
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["n"] for row in json.loads(done.stdout)["rows"]] == list(range(50000))


def test_the_code_of_an_error_is_that_of_the_process(tmp_path: Path) -> None:
    done = hooplake("--lake", str(tmp_path / "nowhere"), "sql", "select 1")
    assert done.returncode == 2
    assert "there is no lake here" in done.stderr


def test_nobody_need_read_to_the_end(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "hooplake", "--lake", str(tmp_path), "sql", "--json", "--rows", "0"]
    with subprocess.Popen([*line, "select range as n from range(50000)"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(10).startswith(b"{")
        process.stdout.close()
        assert process.wait(60) in (0, 1, 120)
