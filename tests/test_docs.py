"""The documentation says what the package does: nothing stale, nothing missing."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import lthtgn_analysis as lt
from lthtgn_analysis.cli import app


@pytest.mark.parametrize("script", ["build_docs.py", "build_module_docs.py"])
def test_generated_pages_are_not_stale(root, script):
    done = subprocess.run(
        [sys.executable, f"examples/{script}", "--check"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_documented(root):
    text = (root / "docs" / "api.md").read_text(encoding="utf-8")
    missing = [name for name in lt.__all__ if f"`{name}" not in text]
    assert missing == []


def test_both_readmes_show_every_command(root):
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    for name in ("README.md", "README.vi.md"):
        text = (root / name).read_text(encoding="utf-8")
        shown = set(re.findall(r"^\$ lthtgn (\w+)", text, re.M))
        assert shown == commands, name


def test_readmes_link_to_files_that_exist(root):
    for name in ("README.md", "README.vi.md", "CONTRIBUTING.md"):
        text = (root / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (root / target).exists(), f"{name}: {target}"
