"""Small game documents, as a source would send them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hooplake.lake.store import Store
from hooplake.sources.files import ingest_files
from hooplake.sources.report import IngestReport, Outcome

STATUS = {"final": "STATUS_FINAL", "scheduled": "STATUS_SCHEDULED", "in_progress": "STATUS_IN_PROGRESS"}


def summary(
    game_id: str = "401000001",
    *,
    league: str | None = "nba",
    date: str | None = "2025-01-05T01:00Z",
    status: str = "final",
    updated: str | None = None,
    note: str | None = None,
    news: str = "",
    season: int | None = None,
) -> bytes:
    """A summary. `note` is used and `news` is not; the date above is 4 January 2025 in the US East."""
    header: dict[str, Any] = {"id": game_id, "competitions": [{"status": {"type": {"name": STATUS[status]}}}]}
    if date is not None:
        header["competitions"][0]["date"] = date
    if league is not None:
        header["league"] = {"slug": league}
    if note is not None:
        header["gameNote"] = note
    if season is not None:
        header["season"] = {"year": season, "type": 2}
    document: dict[str, Any] = {"header": header, "boxscore": {}, "news": news}
    if updated is not None:
        document["meta"] = {"lastUpdatedAt": updated}
    return json.dumps(document).encode()


def page(game_id: str, part: str) -> bytes:
    """A page with a box or with plays."""
    parts = {
        "box": {"bxscr": [{"tm": {"id": "1"}}]},
        "plays": {"pbp": {"playGrps": [[{"id": "1", "text": "Jump ball"}]]}},
    }
    strip = {"gid": game_id, "dt": "2025-01-05T01:00Z", "status": {"id": "3"}}
    return json.dumps({"page": {"content": {"gamepackage": {"lg": "nba", "gmStrp": strip, **parts[part]}}}}).encode()


def raw_path(game_id: str, sequence: int, body: bytes, *, league: str = "nba", kind: str = "summary") -> str:
    """Where a document of 4 January 2025 is stored."""
    from hashlib import sha256

    sha = sha256(body).hexdigest()[:12]
    folder = f"raw/espn/{kind}/league={league}/season=2025/date=2025-01-04"
    return f"{folder}/{game_id}.{sequence:02d}.{sha}.json.zst"


class Desk:
    """A lake, and a directory with files for it."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        self.store = Store.open(folder / "lake")

    def put(self, files: Mapping[str, bytes]) -> None:
        """Write files, by their paths."""
        for name, data in files.items():
            path = self.files / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def ingest(self, *names: str, **options: Any) -> IngestReport:
        """Take in some files, or all."""
        return ingest_files(self.store, [self.files / name for name in names] or [self.files], **options)

    def outcomes(self, *names: str, **options: Any) -> dict[str, Outcome]:
        """What became of them, by their names in the directory."""
        report = self.ingest(*names, **options)
        return {outcome.origin.removeprefix(f"{self.files}/"): outcome for outcome in report.outcomes}

    def results(self, *names: str, **options: Any) -> dict[str, str]:
        """Result, or the reason of a dead letter, by name."""
        found = self.outcomes(*names, **options)
        return {name: outcome.reason or outcome.result.value for name, outcome in found.items()}

    def raw(self) -> list[str]:
        """The raw documents in the lake."""
        return self.store.paths("raw")
