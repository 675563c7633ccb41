"""The page docs/features.md: the catalogue of the 58 features, and why a value may be null."""

from __future__ import annotations

from hooplake.features.catalog import GROUPS, Feature, group
from hooplake.features.quality import REASONS, rules_of

_TITLES = {"game": "Game", "player": "Player", "play": "Play"}
_ROWS = {"game": "one value a game", "player": "one value a listed player", "play": "one value a play"}


def features_page() -> str:
    """Every feature of the catalogue."""
    lines = [
        "# Features",
        "",
        "The 58 features of an ESPN game document: what each is, where each kind of document says it, and when it is",
        "null. NULL means not known, and is never 0. [Fill rates](fill-rates.md) tells how often each is known in real",
        "documents, `gold.feature_quality` of every lake the reason of every null.",
        "",
        "`C` is `header.competitions[0]`, `comp(side)` the competitor of that side, `s(key)` the column of the box with",
        "that key. A gamepackage is read inside `gamepackageJSON`, a page inside `page.content.gamepackage`; `tm(side)`",
        "is `gmStrp.tms` of that side, `playGrps` is `pbp.playGrps`, `athlts` is `bxscr[].stats[].athlts`. A dash is a",
        "kind that does not say it. *Derived* features are computed from what the document says.",
    ]
    for name, count in GROUPS.items():
        table = group(name)[0].table
        lines += [
            "",
            f"## {_TITLES[name]} ({count})",
            "",
            f"In [{table}](tables.md#{table.replace('.', '')}), {_ROWS[name]}.",
            "",
        ]
        lines += ["| # | feature | type | meaning | summary | gamepackage | page | null when | reasons |"]
        lines += ["|--:|---|---|---|---|---|---|---|---|"]
        lines += [_row(feature) for feature in group(name)]
    lines += [
        "",
        "## Reasons of a null",
        "",
        "As in `gold.feature_quality`, in the order in which they are tested.",
        "",
    ]
    lines += ["| reason | meaning |", "|---|---|"]
    lines += [f"| `{reason}` | {meaning} |" for reason, meaning in REASONS.items()]
    return "\n".join([*lines, ""])


def _row(feature: Feature) -> str:
    type_name = f"{feature.type}, {feature.unit}" if feature.unit else feature.type
    meaning = f"{feature.meaning} (*derived*)" if feature.derived else feature.meaning
    if feature.column != feature.name:
        meaning += f"; column `{feature.column}`"
    paths = [feature.path(kind) for kind in ("summary", "gamepackage", "page")]
    shown = [f"`{path}`" if path else "–" for path in paths]
    if paths[0] and paths[0] == paths[1]:
        shown[1] = "the same"
    reasons = ", ".join(f"`{reason}`" for reason, _ in rules_of(feature)) or "`absent`"
    cells = [str(feature.number), f"`{feature.name}`", type_name, meaning, *shown, feature.null, reasons]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
