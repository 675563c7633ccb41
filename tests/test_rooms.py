"""The rooms of the package: who may import whom, how long a file may be, and which names say nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "hooplake"

# Data flows downwards: a room imports rooms above it, itself, and what stands free.
ROOMS = (
    "lake",
    "build",
    "games",
    "replay",
    "features",
    "sources",
    "tables",
    "postgres",
    "betting",
    "simulate",
    "web",
    "cli",
)
FREE = ("errors", "config")
FACADE = "lakehouse"
ABOVE_THE_FACADE = ("web", "cli")
# What is neither a room nor free, and what each may import.
FRONT = {
    "__init__": {*FREE, FACADE, "postgres"},  # what reads rows of the warehouse is public by itself
    "__main__": {"cli"},
    "config": {"errors"},
    "errors": set(),
    FACADE: {*FREE, *ROOMS} - {*ABOVE_THE_FACADE},
}

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "core", "misc"}
LONGEST_FILE = 400
_MODULE_TEXT = re.compile(rf"hooplake\.({'|'.join(ROOMS)}|{FACADE})(\.\w+)*(:\w+)?")


def allowed(room: str) -> set[str]:
    if room in FRONT:
        return FRONT[room]
    above = set(ROOMS[: ROOMS.index(room) + 1]) | set(FREE)
    return above | {FACADE} if room in ABOVE_THE_FACADE else above


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and room of every import of hooplake in a file.

    Wherever it stands: in a function, under TYPE_CHECKING, or as text that is loaded later.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "a relative import"
                continue
            # `from hooplake import lake` imports the room; `from hooplake import open` imports the facade.
            names = [node.module or ""]
            if node.module == "hooplake":
                names = [f"hooplake.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE_TEXT.fullmatch(node.value):
            names = [node.value.partition(":")[0]]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            if package == "hooplake":
                yield node.lineno, rest.partition(".")[0]


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def python_files(*folders: Path) -> list[Path]:
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def violations(room: str, source: str) -> list[str]:
    fine = allowed(room) | {"__version__"}
    return [
        f"line {line}: {room} imports {other or 'hooplake'}" for line, other in imports(source) if other not in fine
    ]


@pytest.mark.parametrize("file", python_files(PACKAGE), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_above_it(file: Path) -> None:
    assert violations(room_of(file), file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("room", "source", "found"),
    [
        ("lake", "import hooplake.build.plan", ["line 1: lake imports build"]),
        ("lake", "from hooplake import games", ["line 1: lake imports games"]),
        ("build", "def f():\n    from hooplake.replay.events import event", ["line 2: build imports replay"]),
        ("games", "if TYPE_CHECKING:\n    from hooplake.replay import x", ["line 2: games imports replay"]),
        ("replay", "from . import events", ["line 1: replay imports a relative import"]),
        ("replay", "STEP = 'hooplake.web.app:main'", ["line 1: replay imports web"]),
        ("simulate", "from hooplake.lakehouse import open", ["line 1: simulate imports lakehouse"]),
        ("simulate", "import hooplake", ["line 1: simulate imports hooplake"]),
        ("lakehouse", "from hooplake.cli.sql import sql", ["line 1: lakehouse imports cli"]),
        ("config", "from hooplake.lake.store import Store", ["line 1: config imports lake"]),
        ("cli", "from hooplake.web import app\nfrom hooplake.lakehouse import open", []),
        ("build", "from hooplake.lake.store import Store\nfrom hooplake import config, errors", []),
        ("sources", "from hooplake import __version__\nimport numpy", []),
        ("games", "'hooplake is a word here, and hooplake.web too'", []),
    ],
)
def test_the_rule_sees_every_way_to_import(room: str, source: str, found: list[str]) -> None:
    assert violations(room, source) == found


def test_every_folder_is_a_room_and_every_module_beside_them_is_known() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    assert folders <= set(ROOMS)
    assert modules <= set(FRONT)


def test_the_rooms_are_documented_in_this_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE)) == ROOMS


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    files = python_files(ROOT / "src", ROOT / "tests", ROOT / "tools", ROOT / "bench")
    lengths = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in files}
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert too_long == {}, "look for the second subject, and give it a file of its own"


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    paths = {
        file.relative_to(ROOT) for file in python_files(ROOT / "src", ROOT / "tests", ROOT / "tools", ROOT / "bench")
    }
    nothing_said = {str(path) for path in paths if FORBIDDEN_NAMES & {part.removesuffix(".py") for part in path.parts}}
    assert nothing_said == set()
