"""The wheel holds what a script needs: modules, reference files, samples, templates."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=root, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_samples_are_read_from_the_wheel_alone(unpacked, tmp_path, sample_observations):
    code = (
        "import lthtgn_analysis as lt; print(lt.__file__); "
        "print(lt.read_observations(lt.sample_path('observations')).shape)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(unpacked)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    where, shape = done.stdout.splitlines()
    assert where.startswith(str(unpacked))
    assert shape == str(sample_observations.shape)


def test_no_tests_and_no_reports_are_in_the_wheel(unpacked):
    names = {path.relative_to(unpacked).parts[0] for path in unpacked.rglob("*")}
    assert {name.split("-")[0] for name in names} == {"lthtgn_analysis"}


def test_licences_travel_with_the_reference_files(unpacked):
    (info,) = unpacked.glob("*.dist-info")
    assert (info / "licenses" / "LICENSE").exists()
    assert (unpacked / "lthtgn_analysis" / "reference" / "LICENSES.md").stat().st_size > 500
