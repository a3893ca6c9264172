"""Running one notebook: parameters, errors as results, texts of what cannot be run."""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from lthtgn_analysis.errors import NotebookError
from lthtgn_analysis.kernels import Engine
from lthtgn_analysis.runner import (
    inject_parameters,
    parameter_values,
    parameters_of,
    read_notebook,
    run_notebook,
)

NOTEBOOKS = Path(__file__).parent / "notebooks"
HOSTILE = NOTEBOOKS / "hostile"
REPORT = NOTEBOOKS / "report.ipynb"

pytestmark = pytest.mark.site


def test_a_parameter_reaches_the_cells_and_the_page(tmp_path: Path) -> None:
    page, executed = tmp_path / "deep" / "page.html", tmp_path / "executed.ipynb"
    run = run_notebook(REPORT, parameters={"area": "19"}, html=page, output=executed)
    assert run.error is None
    assert run.html == page
    text = page.read_text(encoding="utf-8")
    assert "Đường gấp khúc: số câu lạc bộ của 19 tăng lên 884" in text
    assert "<h1>Câu lạc bộ ở địa phương thử</h1>" in text
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    assert cells[2]["metadata"]["tags"] == ["injected-parameters"]
    assert cells[2]["source"] == "# Parameters\narea = '19'"
    assert cells == run.notebook["cells"]


def test_a_failing_cell_is_a_result_and_not_an_exception(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    run = run_notebook(HOSTILE / "fails.ipynb", html=page)
    assert run.error is not None
    assert run.error["cell"] == 3
    assert run.error["source"] == "1 / 0"
    assert run.error["name"] == "ZeroDivisionError"
    assert run.error["message"] == "division by zero"
    assert "----> 1 1 / 0" in run.error["traceback"]
    assert "\x1b" not in run.error["traceback"]
    assert len(run.warnings) == 1
    assert "look here" in run.warnings[0]
    text = page.read_text(encoding="utf-8")
    assert "Trang này chưa dựng xong vì có lỗi." in text
    assert "Lỗi ở ô số 3: <code>ZeroDivisionError: division by zero</code>" in text
    assert "before" in text
    assert "look here" not in text.partition("<main")[2].replace("warn(&#x27;look here", "")
    assert run.seconds > 0


def test_relative_paths_and_modules_are_those_beside_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("884", encoding="utf-8")
    (tmp_path / "beside.py").write_text("answer = 42\n", encoding="utf-8")
    notebook = read_notebook(HOSTILE / "no-parameters.ipynb")
    notebook["cells"][1]["source"] = "import beside\nprint(open('data.txt').read(), beside.answer)"
    (tmp_path / "beside.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    run = run_notebook(tmp_path / "beside.ipynb")
    assert run.notebook["cells"][1]["outputs"][0]["text"] == "884 42\n"


@pytest.mark.parametrize("engine", ["spawn", "kernel"])
def test_the_page_is_the_same_with_every_engine(engine: Engine, tmp_path: Path) -> None:
    default, other = tmp_path / "default.html", tmp_path / "other.html"
    run_notebook(REPORT, html=default)
    run_notebook(REPORT, html=other, engine=engine)
    assert default.read_bytes() == other.read_bytes()


def test_values_are_written_as_python(tmp_path: Path) -> None:
    notebook = read_notebook(REPORT)
    values = {
        "area": np.str_("38"),
        "as_of": dt.date(2025, 11, 30),
        "lang": tmp_path / "data" / "observations.csv",
        "clubs": np.float64(0.5),
    }
    injected = inject_parameters(notebook, values, path=tmp_path / "notebooks" / "report.ipynb")
    assert parameter_values(injected) == {
        "area": "38",
        "as_of": "2025-11-30",
        "lang": "../data/observations.csv",
        "clubs": 0.5,
    }
    assert "injected-parameters" not in str(notebook)


def test_injecting_twice_leaves_one_cell() -> None:
    once = inject_parameters(read_notebook(REPORT), {"area": "1"}, path=REPORT)
    twice = inject_parameters(once, {"area": "2"}, path=REPORT)
    assert parameter_values(twice)["area"] == "2"
    assert len(twice["cells"]) == len(once["cells"])


def test_parameters_of_knows_every_plain_assignment() -> None:
    cell = {
        "cell_type": "code",
        "metadata": {"tags": ["parameters"]},
        "source": "a = b = 1\nc: int = 2\nd, e = 3, 4\nimport os\nd = 5",
    }
    assert parameters_of({"cells": [cell]}) == ("a", "b", "c", "d", "e")
    assert parameters_of({"cells": []}) is None


@pytest.mark.parametrize(
    ("name", "parameters", "text"),
    [
        (
            "report.ipynb",
            {"aera": "38", "as_off": "x"},
            "{path}: parameters must be names that its cell tagged `parameters` assigns.\n"
            "  found: aera, as_off\n  it assigns: area, as_of, lang, clubs\n"
            "  hint: did you mean `area` for `aera`, `as_of` for `as_off`?",
        ),
        (
            "report.ipynb",
            {"clubs": float("nan")},
            "{path}: a parameter must be text, a number, a boolean, None, a date, a path, or a "
            "list or dictionary of these; `clubs` is nan.\n  hint: pass it as text.",
        ),
        (
            "hostile/no-parameters.ipynb",
            {"area": "38"},
            "{path}: parameters need a cell tagged `parameters`; there is none.\n"
            "  found: area\n"
            "  hint: tag the cell that assigns them in JupyterLab (property inspector), or run "
            "the notebook without parameters.",
        ),
        (
            "hostile/not-json.ipynb",
            {},
            "{path}: a notebook must be JSON; Expecting property name enclosed in double quotes: "
            "line 1 column 2 (char 1).\n"
            "  hint: open it in JupyterLab and save it again, or take it from version control.",
        ),
        (
            "hostile/not-text.ipynb",
            {},
            "{path}: a notebook must be UTF-8 text; found the byte 0x89 at position 0.\n"
            "  hint: is it really a notebook (.ipynb)?",
        ),
        (
            "hostile/old-format.ipynb",
            {},
            "{path}: a notebook must have format 4.\n"
            "  found: nbformat = 3\n  found: cells = NoneType\n"
            "  hint: open it in JupyterLab and save it again.",
        ),
        (
            "hostile/other-language.ipynb",
            {},
            "{path}: a notebook must have format 4.\n"
            "  found: its language is 'R'; only Python can be run\n"
            "  hint: open it in JupyterLab and save it again.",
        ),
        (
            "hostile",
            {},
            "{path}: a notebook must be a file; this is a folder.\n"
            "  hint: look at the path; notebooks are usually in the folder `notebooks`.",
        ),
    ],
)
def test_what_cannot_be_run_is_said_clearly(
    name: str, parameters: dict[str, object], text: str
) -> None:
    path = NOTEBOOKS / name
    with pytest.raises(NotebookError) as caught:
        run_notebook(path, parameters=parameters)
    assert str(caught.value) == text.format(path=path)


def test_a_parameters_cell_that_is_not_python_is_said_clearly() -> None:
    with pytest.raises(NotebookError, match=r"\(cell 1\) must be Python; invalid syntax in its"):
        run_notebook(HOSTILE / "bad-parameters.ipynb", parameters={"area": "1"})


@pytest.mark.parametrize("engine", ["fork", "spawn", "kernel"])
def test_no_file_is_left_behind(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "fork" and sys.platform != "linux":
        pytest.skip("forking is the engine of Linux")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert run_notebook(HOSTILE / "no-parameters.ipynb", engine=engine).error is None
    assert list(tmp_path.iterdir()) == []


def test_an_output_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "executed.ipynb"
    target.write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", _fail_to_replace)
    with pytest.raises(OSError, match="no space"):
        run_notebook(HOSTILE / "no-parameters.ipynb", output=target, engine="spawn")
    assert target.read_text(encoding="utf-8") == "old"


def _fail_to_replace(self: Path, target: Path) -> None:
    raise OSError("no space")


@pytest.mark.skipif(sys.platform == "win32", reason="the mode of files is that of Unix")
def test_a_notebook_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(NotebookError, match="this one may not be read"):
        read_notebook(tmp_path / "secret.ipynb")
