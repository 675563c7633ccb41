"""What all tests share: where real documents are, how hard hypothesis tries, and no settings of the person who runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
REAL_DATA = (ROOT / os.environ.get("HOOPLAKE_REAL_DATA", "../shared/data")).resolve()

settings.register_profile("dev", deadline=None)
# The same examples on every run, so that a change is never blamed for what chance found.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("fuzz", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HOOPLAKE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Stored real documents; a test that needs them is skipped where there are none."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real documents in {REAL_DATA}: set HOOPLAKE_REAL_DATA to the directory that holds them")
    return REAL_DATA
