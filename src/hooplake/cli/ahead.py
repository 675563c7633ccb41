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
ENRICH_MODULES = ("hooplake.postgres.extraction",)
"""What makes features of documents."""

_MODULES = {"build": BUILD_MODULES, "enrich": ENRICH_MODULES}
_WORDS = ("--dry-run", "--help", "-h", "--version")
"""Commands with one of these words build nothing."""
_FEW = {"enrich": ("--demo", "--limit")}
"""With these words a command may be done before a worker is there."""


def begin(arguments: Sequence[str]) -> None:
    """Starts the server of the workers, if the command will want it as far as that can be told without reading it.

    Args:
        arguments: those of the program.
    """
    if modules := workers_modules(arguments):
        from hooplake.build import forkserver

        forkserver.start(modules)


def workers_modules(arguments: Sequence[str]) -> tuple[str, ...]:
    """What workers of a command load, none where it has none. Where there is a file of settings, they wait for it."""
    words = list(arguments)
    lake = os.environ.get("HOOPLAKE_LAKE") or "lake"
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "--lake":
            lake = words.pop(0) if words else lake
        lake = word.partition("=")[2] if word.startswith("--lake=") else lake
    command = words[0] if words else ""
    if command not in _MODULES or any(word.partition("=")[0] in (*_WORDS, *_FEW.get(command, ())) for word in words):
        return ()
    at = words.index("--jobs") + 1 if "--jobs" in words else len(words)
    given = [word.partition("=")[2] for word in words if word.startswith("--jobs=")]
    jobs = [*words[at : at + 1], *given, os.environ.get("HOOPLAKE_JOBS") or str(os.cpu_count() or 1)]
    waits = jobs[0] == "1" or any(os.path.exists(f"{place}hooplake.toml") for place in ("", f"{lake}/"))
    return () if waits else _MODULES[command]
