"""``hooplake enrich --demo``: simulated games from their documents to validated rows, on a Postgres of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hooplake.cli.enrich import LISTED, as_document, tell
from hooplake.cli.validate import tell as tell_validation

if TYPE_CHECKING:
    from hooplake.cli.session import Session


def demonstrate(session: Session, *, jobs: int, games: int) -> None:
    """Simulates games, takes them into a lake, builds it, loads their rows, enriches them twice and validates them."""
    from hooplake.lakehouse import open as open_lake
    from hooplake.postgres.connect import Place, connect
    from hooplake.postgres.documents import find_documents
    from hooplake.postgres.embedded import embedded
    from hooplake.postgres.enrich import Options, enrich
    from hooplake.postgres.load import load_games
    from hooplake.postgres.rows import get_game_summary_string, get_top_scorer
    from hooplake.postgres.schema import create_schemas
    from hooplake.postgres.validators.enrichment import validate_enrichment
    from hooplake.simulate import write_documents
    from hooplake.sources.files import ingest_files

    out = session.out
    with tempfile.TemporaryDirectory(prefix="hooplake-demo-") as folder, embedded() as dsn:
        place = Path(folder)
        out.say(f"simulating {games:,} games and building a lake of them")
        # some games as web pages, so that both formats are there
        pages = games // 3
        write_documents(place / "files", season=2025, days=games, limit=games - pages, jobs=jobs)
        write_documents(place / "files", season=2024, days=games, limit=pages, kinds=("page", "page_plays"), jobs=jobs)
        lake = open_lake(place / "lake", create=True)
        ingest_files(lake.store, [place / "files"], jobs=jobs)
        lake.run(lake.plan("silver.fct_games"), jobs=jobs)
        with lake, connect(Place.of(dsn, environ={})) as connection:
            create_schemas(connection)
            loaded = load_games(connection, lake.store, lake.tables)
            out.say(f"{loaded.inserted:,} rows in raw_data.nba_games of an embedded Postgres")
            source = find_documents(lake.store, ["nba"])
            first = enrich(connection, source, Options(jobs=jobs))
            tell(out, first)
            again = enrich(connection, source, Options(jobs=jobs))
            out.say("once more:")
            tell(out, again)
            validation = validate_enrichment(connection)
            tell_validation(out, validation)
            row = connection.execute(
                "select data, metadata from raw_data.nba_games order by game_id limit 1"
            ).fetchone()
        if row is not None:
            example = {"data": row[0], "metadata": row[1]}
            out.say(get_game_summary_string(example))
            top = get_top_scorer(example, "home")
            if top is not None:
                out.say(f"top scorer at home: {top['name']}, {top['stats']['points']} points")
        out.result({"first": as_document(first), "second": as_document(again), "validation": validation.to_json()})
        if first.failed or again.written or not validation.passed:
            raise typer.Exit(LISTED)
