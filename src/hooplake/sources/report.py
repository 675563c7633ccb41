"""What became of every file of an ingest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from hooplake.sources.filing import Result


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document.

    Attributes:
        origin: the file, ``file:line``, ``file[element]`` or ``file!member``.
        result: stored, unchanged, superseded or dead letter.
        path: the raw document that it is, equals, or that is newer than it; the path it would get in a dry run.
        reason: why it is a dead letter, a short code.
        detail: the same in a sentence, or what a result other than stored rests on.
        status: how far the game has gone in it (``final``, ``scheduled`` ...); None where it was not read.
        evidence: where league, season and date were found, such as ``league:header season:date``.
        repairs: what had to be mended to read it, such as ``encoding:utf-16``.
        letter: the dead letter that keeps its bytes (12 hexadecimal digits).
    """

    origin: str
    result: Result
    path: str | None = None
    reason: str | None = None
    detail: str | None = None
    kind: str | None = None
    league: str | None = None
    season: int | None = None
    game_id: str | None = None
    game_date: date | None = None
    status: str | None = None
    evidence: str | None = None
    repairs: tuple[str, ...] = ()
    letter: str | None = None

    def to_json(self) -> dict[str, Any]:
        """All that is known, by name."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in found.items() if value not in (None, ())}


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of all files of one call.

    Attributes:
        outcomes: one per document, in the order in which the files were read.
        skipped: files in directories and archives that are no documents by their names.
        resolved: dead letters whose bytes the lake has now.
        bytes: size of all documents, not compressed.
        seconds: how long it took.
        dry_run: whether nothing was written.
    """

    outcomes: tuple[Outcome, ...]
    skipped: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    bytes: int = 0
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many documents came to each result."""
        found = Counter(outcome.result for outcome in self.outcomes)
        return {result.value: found[result] for result in Result}

    @property
    def dead(self) -> list[Outcome]:
        """The documents that could not be taken in."""
        return [outcome for outcome in self.outcomes if outcome.result is Result.DEAD_LETTER]

    @property
    def exit_code(self) -> int:
        """0, or 4 if there are dead letters."""
        return 4 if any(outcome.result is Result.DEAD_LETTER for outcome in self.outcomes) else 0

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "dry_run": self.dry_run,
            "counts": self.counts,
            "documents": len(self.outcomes),
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "resolved": list(self.resolved),
            "skipped": list(self.skipped),
            "files": [outcome.to_json() for outcome in self.outcomes],
        }
