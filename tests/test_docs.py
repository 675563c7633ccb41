"""The documentation says what the code says: all of it, and nothing that is gone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hooplake.cli.app import program
from hooplake.cli.commands import COMMANDS
from hooplake.config import Settings
from hooplake.lakehouse import registry
from tools.generate_docs import pages

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
WRITTEN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def leaves(path: list[str], group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves([*path, name], command)
        else:
            yield " ".join([*path, name]), command


COMMAND_LINE = dict(leaves(["hooplake"], program()))


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == pages()[name], "run make docs"


@pytest.mark.parametrize("name", sorted(COMMAND_LINE))
def test_every_command_and_option_is_documented(name: str) -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    section = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"docs/cli.md has no section '{name}'"
    for parameter in COMMAND_LINE[name].params:
        # an argument is shown by its metavar, which may be another word than its name
        shown = [parameter.metavar] if parameter.param_type_name == "argument" and parameter.metavar else []
        for option in shown or (*parameter.opts, *parameter.secondary_opts):
            assert option in section[1] or option.upper() in section[1], f"{name}: {option} is not documented"


@pytest.mark.parametrize("name", sorted(COMMAND_LINE))
def test_every_command_has_examples_and_every_option_a_help(name: str) -> None:
    command = COMMAND_LINE[name]
    examples = [line for line in (command.help or "").splitlines() if line.strip().startswith("hooplake ")]
    assert any(f"{line.strip()} ".startswith(f"{name} ") for line in examples), f"{name} shows no example of itself"
    for parameter in command.params:
        assert (parameter.help or "").endswith((".", "]")), f"{name}: {parameter.opts[0]} has no help"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_summary_of_a_command_is_the_first_line_of_its_help(command: Any) -> None:
    help_text = program().commands[command.name].help or ""
    assert help_text.splitlines()[0].rstrip(".") == command.summary


@pytest.mark.parametrize("name", [name for name, _ in Settings.documented()])
def test_every_setting_is_documented(name: str) -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    assert f"| `{name}` | `HOOPLAKE_{name.upper()}` |" in text


@pytest.mark.parametrize("name", sorted(registry()))
def test_every_table_and_column_is_documented_with_a_meaning(name: str) -> None:
    spec = registry()[name]
    assert spec.description.endswith("."), f"{name} needs a description: one sentence, what a row is"
    section = (DOCS / "tables.md").read_text("utf-8").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    for column in spec.columns.values():
        assert column.meaning, f"{name}.{column.name} has no meaning"
        assert f"\n| `{column.name}` | {column.type} |" in section


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    text = re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        other = (file.parent / path).resolve() if path else file
        assert other.exists(), f"{file.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", other.read_text("utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{file.name} links to {target}"


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_commands_and_targets_that_the_text_names_exist(file: Path) -> None:
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", file.read_text("utf-8"), re.DOTALL))
    commands = set(re.findall(r"^(?:`|\$ )?hooplake ([a-z][\w-]*)", code, re.MULTILINE))
    assert commands <= {command.name for command in COMMANDS}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^(?:`|\$ )?make ([a-z]+)", code, re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_the_generator_says_which_page_lags_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.generate_docs", "--chekc"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (2, "usage: python -m tools.generate_docs [--check]\n")
