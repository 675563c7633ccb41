"""Lakes of a few games, built."""

from __future__ import annotations

from pathlib import Path

import hooplake
from hooplake.lakehouse import Lakehouse
from hooplake.sources.files import ingest_files


def build(folder: Path, documents: dict[str, bytes]) -> Lakehouse:
    """A lake of documents, built whole."""
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    for name, body in documents.items():
        (files / name).write_bytes(body)
    lake = hooplake.open(folder / "lake", create=True)
    ingest_files(lake.store, [files])
    assert not lake.run(lake.plan("gold.player_snapshots", "gold.game_features"), jobs=1).failures
    return lake
