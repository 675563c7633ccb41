"""An enrichment in a process of its own, to be killed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hooplake.postgres.connect import Place, connect
from hooplake.postgres.enrich import Options, enrich
from tests.postgres.rows import source_of


def run(parameters: Mapping[str, str], folder: str, checkpoint: str, batch_size: int) -> None:
    """Enriches, going on with the checkpoint."""
    with connect(Place(parameters)) as connection:
        enrich(
            connection,
            source_of(Path(folder)),
            Options(batch_size=batch_size),
            checkpoint=Path(checkpoint),
            resume=True,
        )
