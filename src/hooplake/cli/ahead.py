"""What is begun before the command line is read: the server of the workers, for commands that nearly always need it.

It loads its modules on another processor while this one loads the program, reads the settings and plans, and they take
about as long; so every moment that it begins earlier is one earlier for the first game.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

BUILD_MODULES = (
    "hooplake.games.espn.step",
    "hooplake.games.step",
    "hooplake.replay.replay",
    "hooplake.replay.step",
)
"""What nearly every build computes with."""

_WORDS = ("--dry-run", "--help", "-h", "--version")
"""Commands with one of these words build nothing."""


def begin(arguments: Sequence[str]) -> None:
    """Starts the server of the workers, if the command will want it as far as that can be told without reading it.

    Args:
        arguments: those of the program.
    """
    if wants_workers(arguments):
        from hooplake.build import forkserver

        forkserver.start(BUILD_MODULES)


def wants_workers(arguments: Sequence[str]) -> bool:
    """Whether a command is a build by several processes. Files of settings are not read: where there is one, it waits."""
    words = list(arguments)
    lake = os.environ.get("HOOPLAKE_LAKE") or "lake"
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "--lake":
            lake = words.pop(0) if words else lake
        lake = word.partition("=")[2] if word.startswith("--lake=") else lake
    if words[:1] != ["build"] or any(word in words for word in _WORDS):
        return False
    at = words.index("--jobs") + 1 if "--jobs" in words else len(words)
    given = [word.partition("=")[2] for word in words if word.startswith("--jobs=")]
    jobs = [*words[at : at + 1], *given, os.environ.get("HOOPLAKE_JOBS") or str(os.cpu_count() or 1)]
    return jobs[0] != "1" and not any(os.path.exists(f"{place}hooplake.toml") for place in ("", f"{lake}/"))
