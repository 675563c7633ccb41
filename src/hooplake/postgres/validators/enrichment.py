"""``hooplake validate enrichment``: whether every game is enriched, and rightly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from hooplake.postgres.merge import GAMES
from hooplake.postgres.rows import check_jsonb_path_exists, navigate_jsonb_path
from hooplake.postgres.schema import require
from hooplake.postgres.validators.features import CHECKS, SECTIONS
from hooplake.postgres.validators.report import FAIL, INFO, PASS, WARN, Broken, Finding, Report

if TYPE_CHECKING:
    import psycopg

LEAST_FEATURES = 50
USUAL_FEATURES = 200
METADATA_SHARE = 0.05
SECTION_SHARE = 0.95

_METADATA = ("enriched_at", "format_version", "feature_count")
_PAGE = 500

# Only the two subtrees of ours leave the server: "data" may carry the whole game beside them.
_ROWS = f"""
select game_id, jsonb_build_object(
    'espn_features', data -> 'espn_features', 'metadata', jsonb_build_object('enrichment', data #> '{{metadata,enrichment}}')
)
from {GAMES}
where data -> 'espn_features' is not null and game_id > %s
order by game_id
limit {_PAGE}
"""


def validate_enrichment(
    connection: psycopg.Connection[Any], *, sample: int = 5, on_games: Callable[[int], None] | None = None
) -> Report:
    """Checks the enrichment of ``raw_data.nba_games``: coverage, counts, metadata, formats, ranges, sums.

    Every enriched row is read, a page at a time.

    Args:
        connection: the database.
        sample: how many examples of what breaks a check to keep.
        on_games: is told how many games each page has.

    Raises:
        ConfigError: there is no such table.
    """
    require(connection, GAMES)
    (total,) = connection.execute(f"select count(*) from {GAMES}".encode()).fetchone() or (0,)
    broken = {name: Broken(sample) for name in CHECKS}
    sections = {name: Broken(sample) for name in SECTIONS}
    metadata = Broken(sample)
    formats: Counter[Any] = Counter()
    counts: list[int] = []
    lowest = Broken(sample)
    enriched = 0
    for game_id, row in _rows(connection, on_games):
        enriched += 1
        for name, (check, _) in CHECKS.items():
            for problem in check(row):
                broken[name].add(f"{game_id}: {problem}")
        for name, missing in sections.items():
            if not check_jsonb_path_exists(row, f"data.espn_features.{name}"):
                missing.add(game_id)
        enrichment = navigate_jsonb_path(row, "data.metadata.enrichment", {})
        if any(enrichment.get(name) is None for name in _METADATA):
            metadata.add(game_id)
        formats[enrichment.get("format_version")] += 1
        count = enrichment.get("feature_count")
        if isinstance(count, int):
            counts.append(count)
            if count < LEAST_FEATURES:
                lowest.add(f"{game_id}: {count}")
    findings = [
        _coverage(int(total), enriched),
        _feature_counts(counts, lowest),
        _sections(sections, enriched),
        _metadata(metadata, enriched),
        _formats(formats),
        *(
            broken[name].finding(name, enriched, "enriched games break it", result=end)
            for name, (_, end) in CHECKS.items()
        ),
    ]
    return Report("enrichment", tuple(findings))


def _rows(
    connection: psycopg.Connection[Any], on_games: Callable[[int], None] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    after = ""
    while page := connection.execute(_ROWS.encode(), (after,)).fetchall():
        for game_id, data in page:
            yield game_id, {"data": data}
        after = page[-1][0]
        if on_games is not None:
            on_games(len(page))


def _coverage(total: int, enriched: int) -> Finding:
    figures = {"total": total, "enriched": enriched}
    message = f"{enriched:,} of {total:,} games are enriched"
    if enriched < total:
        # nothing at all is a run that has not been, and a failure none the less
        return Finding("coverage", FAIL, message + ("; run 'hooplake enrich'" if not enriched else ""), figures)
    return Finding("coverage", PASS if total else WARN, message, figures)


def _feature_counts(counts: list[int], lowest: Broken) -> Finding:
    if not counts:
        return Finding("feature counts", WARN, "no game has a feature count")
    least, most, mean = min(counts), max(counts), sum(counts) / len(counts)
    figures = {"min": least, "max": most, "mean": round(mean, 1), f"below_{LEAST_FEATURES}": lowest.count}
    message = f"min {least}, mean {mean:.1f}, max {most}"
    if least < LEAST_FEATURES:
        message += f"; {lowest.count:,} games have fewer than {LEAST_FEATURES}"
        return Finding("feature counts", FAIL, message, figures, tuple(lowest.examples))
    return Finding("feature counts", WARN if mean < USUAL_FEATURES else PASS, message, figures)


def _sections(missing: dict[str, Broken], enriched: int) -> Finding:
    present = {name: enriched - each.count for name, each in missing.items()}
    short = [name for name, count in present.items() if count < SECTION_SHARE * enriched]
    message = f"every section is in at least {SECTION_SHARE:.0%} of games"
    if short:
        message = f"{', '.join(short)} in less than {SECTION_SHARE:.0%} of {enriched:,} games"
    return Finding("sections", FAIL if short else PASS, message, present)


def _metadata(missing: Broken, enriched: int) -> Finding:
    message = f"{missing.count:,} of {enriched:,} games lack {', '.join(_METADATA)}"
    end = FAIL if missing.count > METADATA_SHARE * enriched else WARN if missing.count else PASS
    return Finding("metadata", end, message, {"broken": missing.count, "of": enriched}, tuple(missing.examples))


def _formats(formats: Counter[Any]) -> Finding:
    shown = {str(key): count for key, count in sorted(formats.items(), key=str)}
    message = ", ".join(f"format {key}: {count:,}" for key, count in shown.items()) or "no game has a format"
    if set(formats) - {1, 2}:
        return Finding("formats", FAIL, message, shown)
    return Finding("formats", INFO if len(formats) == 1 else PASS, message, shown)
