"""Shared by all tests: the project's root, the real sample, figures closed after each test."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lthtgn_analysis import read_observations, sample_path

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of given material beside the project; tests that need it skip without it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the given material (../shared) is not beside the project")
    return folder


@pytest.fixture(scope="session")
def sample_observations() -> pd.DataFrame:
    return read_observations(sample_path("observations"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, opened by Playwright; tests that need it skip without it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium is installed, though CI must test the pages in one")
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
