"""The command line: one command per verb, each a call of the public functions.

Tables go to stdout, words and progress bars to stderr. Exit codes: 0 done, 1 problems found in the
data, 2 wrong usage, 3 a notebook failed; anything else is a bug and shows its traceback.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from . import __version__
from .areas import read_areas
from .checks import find_problems
from .errors import LthtgnError
from .metrics import compute
from .progress import measure_progress
from .targets import read_targets
from .tidy import read_observations

DATA_PROBLEMS, WRONG_USAGE, NOTEBOOK_FAILED = 1, 2, 3


class Format(StrEnum):
    """How a table is written to stdout."""

    CSV = "csv"
    TABLE = "table"
    JSON = "json"
    XLSX = "xlsx"


class Lang(StrEnum):
    """Language of words in tables."""

    VI = "vi"
    EN = "en"


app = typer.Typer(
    name="lthtgn",
    help="Số liệu CLB Liên thế hệ tự giúp nhau: mỗi số có nguồn, ngày, độ chắc chắn và địa giới.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[Path, typer.Argument(help="Tệp số liệu (csv) / a file of observations (csv).")]
FormatOption = Annotated[
    Format, typer.Option("--format", help="csv | table | json | xlsx, ra stdout / to stdout.")
]
LangOption = Annotated[Lang, typer.Option("--lang", help="Ngôn ngữ của câu chữ: vi | en.")]
AsOf = Annotated[
    str, typer.Option("--as-of", help="Ngày tính số liệu, YYYY-MM-DD / figures up to this day.")
]


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", help="In phiên bản / the version.")] = False,
) -> None:
    if version:
        print(f"lthtgn-analysis {__version__}")
        raise typer.Exit


@app.command()
def check(file: File, format: FormatOption = Format.CSV, lang: LangOption = Lang.VI) -> None:  # noqa: A002
    """Tìm những con số không thể đúng / find figures that cannot be true.

    Ví dụ: lthtgn check data/sample/observations.csv > problems.csv
    """
    observations = read_observations(file)
    problems = find_problems(observations, lang=lang.value)
    _write(problems, format)
    errors = int((problems["severity"] == "error").sum())
    _say(f"{len(problems)} problems in {len(observations)} rows, {errors} of them errors")
    if len(problems):
        raise typer.Exit(DATA_PROBLEMS)


@app.command()
def metrics(
    file: File,
    as_of: AsOf,
    level: Annotated[str, typer.Option(help="national | province | district | ...")] = "province",
    since: Annotated[str | None, typer.Option(help="Ngày đầu so sánh / compare from.")] = None,
    format: FormatOption = Format.CSV,  # noqa: A002
) -> None:
    """Tính các chỉ số của một cấp / compute the metrics of a level.

    Ví dụ: lthtgn metrics data/sample/observations.csv --level province --as-of 2025-06-30
    """
    table = compute(read_observations(file), level=level, as_of=_day(as_of), since=_day(since))
    _write(table, format)
    _say(f"{len(table)} metrics of {table['area'].nunique()} areas")


@app.command()
def progress(
    file: File,
    as_of: AsOf,
    scheme: Annotated[str | None, typer.Option(help="1533 | 1336 | 1648 | 383 | ...")] = None,
    format: FormatOption = Format.CSV,  # noqa: A002
    lang: LangOption = Lang.VI,
) -> None:
    """So kết quả với chỉ tiêu / hold what was reached against the targets.

    Ví dụ: lthtgn progress data/sample/observations.csv --scheme 1336 --as-of 2025-06-30
    """
    targets = read_targets(scheme=scheme)
    table = measure_progress(read_observations(file), targets, as_of=_day(as_of), lang=lang.value)
    _write(table, format)
    counts = table["verdict"].value_counts()
    _say(", ".join(f"{verdict}: {count}" for verdict, count in counts.items()))


@app.command()
def notebook(
    path: Annotated[Path, typer.Argument(help="Sổ tính .ipynb / the notebook.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Trang .html / the page.")],
    parameter: Annotated[
        list[tuple[str, str]] | None,
        typer.Option("-p", "--parameter", help="TÊN GIÁ_TRỊ, lặp lại được / NAME VALUE."),
    ] = None,
) -> None:
    """Chạy một sổ tính thành một trang / run one notebook into one page.

    Ví dụ: lthtgn notebook notebooks/02-tinh.ipynb -p area 38 -o thanh-hoa.html
    """
    from .runner import run_notebook

    run = run_notebook(path, parameters=dict(parameter or []), html=output)
    if run.error is not None:
        _say(f"{path}: {run.error}")
        raise typer.Exit(NOTEBOOK_FAILED)
    _say(f"wrote {output}")


@app.command()
def site(
    notebooks: Annotated[Path, typer.Argument(help="Thư mục sổ tính / folder of notebooks.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Thư mục trang / the site.")],
    data: Annotated[Path, typer.Option(help="Tệp số liệu / the observations.")] = Path(
        "data/sample/observations.csv"
    ),
    parameter: Annotated[
        list[tuple[str, str]] | None,
        typer.Option("-p", "--parameter", help="TÊN GIÁ_TRỊ, lặp lại được / NAME VALUE."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Số tiến trình / processes.")] = 2,
    lang: Annotated[str, typer.Option(help="vi | vi,en")] = "vi",
    force: Annotated[bool, typer.Option("--force", help="Dựng lại tất cả / all anew.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Nói vì sao dựng lại.")] = False,
) -> None:
    """Dựng trang báo cáo từ các sổ tính / build the site from the notebooks.

    Ví dụ: lthtgn site notebooks/ -o reports/ --jobs 2
    """
    from .pages import build_site

    observations = read_observations(data)
    built = build_site(
        notebooks,
        output=output,
        parameters={
            "data": str(data.resolve()),
            "sources": str(data.resolve().with_name("sources.csv")),
            "area": _reporting_provinces(observations),
            **dict(parameter or []),
        },
        jobs=jobs,
        lang=tuple(lang.split(",")),
        force=force,
        explain=explain,
        fingerprint=_row_fingerprint(observations),
        progress=sys.stderr.isatty(),
    )
    _say(f"{output / 'index.html'}")
    if built.failed:
        raise typer.Exit(NOTEBOOK_FAILED)


def main() -> None:
    """Run the command line; turn errors of the data into a sentence and an exit code."""
    try:
        app()
    except BrokenPipeError:
        # The reader (`| head`) has gone; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except LthtgnError as error:
        _say(f"{type(error).__name__}: {error}")
        sys.exit(DATA_PROBLEMS)
    except (FileNotFoundError, ValueError) as error:
        _say(str(error))
        sys.exit(WRONG_USAGE)


def _reporting_provinces(observations: pd.DataFrame) -> list[str]:
    """Return the codes of the provinces that have figures of their own or of places in them."""
    codes = set()
    for boundaries, rows in observations.groupby("boundaries"):
        units = read_areas(boundaries=boundaries).set_index(["level", "area"])["parent"]
        for level, area in rows[["level", "area"]].drop_duplicates().itertuples(index=False):
            if level == "province":
                codes.add(area)
            elif level in ("district", "commune"):
                parent = units.get((level, area))
                codes.add(parent if len(parent) == 2 else units[("district", parent)])
    return sorted(codes)


def _row_fingerprint(observations: pd.DataFrame) -> Any:
    """Return a function that tells the rows a page reads: a province's own, or all of them."""
    text = observations.astype("str")
    rows = pd.util.hash_pandas_object(text, index=False)
    places = observations["area"].str.slice(0, 2)

    def fingerprint(_stem: str, parameters: dict[str, Any]) -> str:
        area = parameters.get("area")
        read = rows if area is None else rows[(places == area) | (observations["area"] == "VN")]
        return hashlib.sha256(read.to_numpy().tobytes()).hexdigest()

    return fingerprint


def _day(text: str | None) -> pd.Timestamp | None:
    if text is None:
        return None
    try:
        return pd.to_datetime(text, format="%Y-%m-%d")
    except ValueError:
        raise ValueError(f"A day must be written YYYY-MM-DD, not {text!r}.") from None


def _write(table: pd.DataFrame, form: Format) -> None:
    if form is Format.CSV:
        table.to_csv(sys.stdout, index=False, lineterminator="\n")
    elif form is Format.JSON:
        records = json.loads(table.to_json(orient="records", date_format="iso", date_unit="s"))
        json.dump(records, sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif form is Format.XLSX:
        buffer = io.BytesIO()
        table.to_excel(buffer, index=False, engine="xlsxwriter")
        sys.stdout.buffer.write(buffer.getvalue())
    else:
        _print_table(table)
    sys.stdout.flush()


def _print_table(table: pd.DataFrame) -> None:
    shown = Table(show_lines=False)
    used = [name for name in table.columns if table[name].notna().any()]
    for name in used:
        shown.add_column(name, justify="right" if table[name].dtype.kind == "f" else "left")
    for row in table[used].itertuples(index=False):
        shown.add_row(*("" if pd.isna(cell) else _cell(cell) for cell in row))
    Console(file=sys.stdout).print(shown)


def _cell(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _say(words: str) -> None:
    print(words, file=sys.stderr)
