"""The command line: one command per verb, each a call of the public functions.

Tables go to stdout, words and progress bars to stderr. Exit codes: 0 done, 1 problems found in the
data, 2 wrong usage, 3 a notebook failed; anything else is a bug and shows its traceback.
"""

from __future__ import annotations

import io
import json
import os
import sys
import warnings
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from . import __version__
from .areas import find_areas, level_of
from .checks import find_problems
from .errors import LthtgnError, NotebookError, SiteError
from .intake import take_in
from .metrics import compute
from .progress import measure_progress
from .sources import sample_path
from .targets import read_targets
from .tidy import read_as_found, read_observations, read_sources

if TYPE_CHECKING:
    from .overview import Overview
    from .pages import SiteBuild

DATA_PROBLEMS, WRONG_USAGE, NOTEBOOK_FAILED = 1, 2, 3
_FILE_WIDTH = 160
_SHOWN_CLUBS = 20


class Format(StrEnum):
    """How a table is written to stdout."""

    CSV = "csv"
    TABLE = "table"
    JSON = "json"
    XLSX = "xlsx"


class CheckFormat(StrEnum):
    """How problems are written to stdout: as a table, or as a letter to read."""

    CSV = "csv"
    TABLE = "table"
    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"


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


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"lthtgn-analysis {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="In phiên bản / the version."
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def check(
    file: File,
    form: Annotated[
        CheckFormat, typer.Option("--format", help="csv | table | json | xlsx | html (một trang).")
    ] = CheckFormat.CSV,
    lang: LangOption = Lang.VI,
) -> None:
    """Tìm những con số không thể đúng hoặc mâu thuẫn nhau / audit the figures.

    Ví dụ: lthtgn check data/sample/observations.csv > problems.csv
    """
    observations = read_as_found(file)
    problems = find_problems(observations, lang=lang.value)
    if form is CheckFormat.HTML:
        from .letters import write_letter

        table = take_in(observations).table
        print(write_letter(problems, table, _sources_beside(file), lang=lang.value))
    else:
        shown = "severity check area as_of found must fact_ids"
        _write(problems, Format(form.value), shown=shown)
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
    table = compute(
        read_observations(file),
        level=level,
        as_of=_day(as_of),
        since=_day(since) if since else None,
    )
    _write(table, format, shown="metric area_name as_of low value high unit flags")
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
    _write(table, format, shown="target_id verdict achievement progress_class reason")
    counts = table["verdict"].value_counts()
    _say(", ".join(f"{verdict}: {count}" for verdict, count in counts.items()))


@app.command()
def why(
    file: File,
    as_of: AsOf,
    metric: Annotated[str | None, typer.Option(help="Tên chỉ số / a metric.")] = None,
    area: Annotated[str, typer.Option(help="Mã đơn vị, VN là cả nước / a code.")] = "VN",
    target: Annotated[str | None, typer.Option(help="Mã chỉ tiêu / a target's id.")] = None,
    boundaries: Annotated[str | None, typer.Option(help="2022 | 2025-01 | 2025-07")] = None,
    since: Annotated[str | None, typer.Option(help="Ngày đầu so sánh / compare from.")] = None,
    lang: LangOption = Lang.VI,
) -> None:
    """Giải thích một con số đến tận nguồn / say why a number is what it is.

    Ví dụ: lthtgn why FILE --metric members_per_club --area 38 --as-of 2022-10-12
    """
    from .evidence import why as find_evidence

    if (metric is None) == (target is None):
        raise ValueError("`lthtgn why` needs either --metric (with --area) or --target.")
    observations = read_observations(file)
    sources = _sources_beside(file)
    if target is not None:
        progressed = measure_progress(
            observations, read_targets(), as_of=_day(as_of), lang=lang.value
        )
        print(find_evidence(progressed, sources=sources, lang=lang.value, target_id=target))
        return
    table = compute(
        observations,
        level=level_of(area),
        as_of=_day(as_of),
        since=_day(since) if since else None,
        metrics=[str(metric)],
    )
    key: dict[str, Any] = {"metric": metric, "area": area} | (
        {"boundaries": boundaries} if boundaries else {}
    )
    print(find_evidence(table, sources=sources, lang=lang.value, **key))


@app.command()
def clubs(
    register: Annotated[Path, typer.Argument(help="Sổ theo dõi CLB / register of clubs.")],
    as_of: Annotated[
        str | None, typer.Option(help="Ngày tính số liệu; mặc định hôm nay / default: today.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Ngày đầu kỳ / first day of flows.")] = None,
    by: Annotated[
        str, typer.Option(help="national | province | district | commune | club")
    ] = "province",
    meetings: Annotated[Path | None, typer.Option(help="Sổ sinh hoạt / meeting book.")] = None,
    loans: Annotated[Path | None, typer.Option(help="Sổ cho vay / loan ledger.")] = None,
    engine: Annotated[str, typer.Option(help="auto | pandas | polars | duckdb | pyspark")] = "auto",
    all_cells: Annotated[
        bool, typer.Option("--all-cells", help="Giữ cả ô dưới 10 người / keep small cells.")
    ] = False,
    format: FormatOption = Format.CSV,  # noqa: A002
) -> None:
    """Tổng hợp sổ theo dõi CLB thành số liệu / summarise a register into observations.

    Ví dụ: lthtgn clubs clubs.csv --by district --as-of 2018-12-31 --loans loans.csv
    """
    from .clubs import summarise_clubs
    from .disclosure import hide_small_cells

    day = pd.Timestamp.now().normalize() if as_of is None else _day(as_of)
    if as_of is None:
        _say(f"counted as of {day:%Y-%m-%d}, today; --as-of names another day")
    table = summarise_clubs(
        register,
        by=by,
        as_of=day,
        since=None if since is None else _day(since),
        meetings=meetings,
        loans=loans,
        engine=engine,
    )
    told = dict(table.attrs)
    shown = table if all_cells else hide_small_cells(table)
    _write(shown, format, shown="area_name indicator low value high unit as_of status note")
    _say(f"{len(shown)} figures; {told['engine']}: {told['engine_reason']}")
    if hidden := len(table) - len(shown):
        _say(f"{hidden} small cells left out, and what would give them away (--all-cells keeps)")
    strangers = told["unregistered"]
    if strangers:
        _say(f"clubs of the ledgers that are not in the register: {len(strangers)}")
        for club in strangers[:_SHOWN_CLUBS]:
            entries = (f"{club[name]:.0f} {name}" for name in ("meetings", "loans") if name in club)
            _say(f"  {club['club']}: {', '.join(entries)}")
        if len(strangers) > _SHOWN_CLUBS:
            _say(f"  ... and {len(strangers) - _SHOWN_CLUBS} more")
        raise typer.Exit(DATA_PROBLEMS)


@app.command()
def extract(
    documents: Annotated[
        list[Path], typer.Argument(help="Tệp txt, html, docx, pdf / articles and reports.")
    ],
    review: Annotated[
        Path | None, typer.Option(help="Thư mục trang duyệt số / folder of review pages.")
    ] = None,
    format: FormatOption = Format.CSV,  # noqa: A002
) -> None:
    """Đọc số trong bài viết, báo cáo / read the figures that texts print, for a person to review.

    Ví dụ: lthtgn extract bai-bao.html bao-cao.pdf --review duyet/ > ung-vien.csv
    """
    from .documents import read_documents
    from .review import write_review

    figures = read_documents(documents)
    unread = figures.attrs["unread"]
    _write(figures, format, shown="indicator value area_name as_of confidence reason locator")
    for fault in unread:
        _say(fault["found"])
    _say(f"{len(figures)} candidate figures of {len(documents)} documents; none is accepted yet")
    if review is not None:
        for page in write_review(figures, documents, output=review):
            _say(f"review {page}")
    if unread:
        raise typer.Exit(DATA_PROBLEMS)


@app.command()
def convert(
    workbook: Annotated[Path, typer.Argument(help="Tệp xlsx, xls, ods, csv / a workbook.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp .csv hoặc .xlsx ra.")],
    layout: Annotated[Path | None, typer.Option(help="Tệp TOML nói cách đọc / a layout.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Viết thêm bảng cách hiểu từng cột, dòng.")
    ] = False,
) -> None:
    """Đọc bảng tính của tỉnh thành số liệu / read a province's workbook into observations.

    Ví dụ: lthtgn convert bao-cao.xlsx -o obs.csv --explain
    """
    from .exports import write_workbook
    from .tidy import read_workbook

    table = read_workbook(workbook, layout=layout)
    explained, sources = table.attrs["explained"], table.attrs["sources"]
    if output.suffix == ".xlsx":
        sheets = {"Số liệu": table, "Giải thích": explained, "sources": sources}
        write_workbook(sheets, output)
    else:
        _write_file(table, output)
        _write_file(sources, output.with_name(f"{output.stem}.sources.csv"))
        if explain:
            _write_file(explained, output.with_name(f"{output.stem}.explained.csv"))
    left_out = explained.loc[~explained["used"].astype(bool)]
    for sheet, place, reason in left_out[["sheet", "place", "reason"]].itertuples(index=False):
        _say(f"left out: {sheet}!{place}: {reason}")
    _say(f"{len(table)} figures read, {len(left_out)} columns and rows left out; wrote {output}")


@app.command()
def notebook(
    path: Annotated[Path, typer.Argument(help="Sổ tính .ipynb / the notebook.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Trang .html / the page.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="TÊN GIÁ_TRỊ", help="Lặp lại được / repeatable."),
    ] = None,
) -> None:
    """Chạy một sổ tính thành một trang / run one notebook into one page.

    Ví dụ: lthtgn notebook notebooks/02-tinh.ipynb -p area 38 -o thanh-hoa.html
    """
    from .runner import run_notebook

    run = run_notebook(path, parameters=_parameters(parameter), html=output)
    if run.error is not None:
        _say(f"{path}: {run.error}")
        raise typer.Exit(NOTEBOOK_FAILED)
    _say(f"wrote {output}")


@app.command()
def site(  # noqa: PLR0913, PLR0917 - each option is one decision of a night's build
    notebooks: Annotated[Path, typer.Argument(help="Thư mục sổ tính / folder of notebooks.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Thư mục trang / the site.")],
    data: Annotated[
        Path | None, typer.Option(help="Tệp số liệu; nếu không có thì dùng dữ liệu mẫu.")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="TÊN GIÁ_TRỊ", help="Lặp lại được / repeatable."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Số tiến trình / processes.")] = 2,
    lang: Annotated[str, typer.Option(help="vi | vi,en")] = "vi",
    keep: Annotated[int, typer.Option(min=1, help="Số bản dựng giữ lại / builds kept.")] = 3,
    force: Annotated[bool, typer.Option("--force", help="Dựng lại tất cả / all anew.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Nói vì sao dựng lại / why.")] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="In các trang ra PDF khổ A4 / print on A4.")
    ] = False,
) -> None:
    """Dựng trang báo cáo từ các sổ tính / build the site from the notebooks.

    Ví dụ: lthtgn site notebooks/ -o reports/ --lang vi,en --jobs 2
    """
    from .cache import hash_text
    from .overview import make_overview
    from .page_rows import FILE, hash_page_rows
    from .pages import build_site, show_progress
    from .runner import parameter_values, parameters_of, read_notebook

    data = sample_path("observations") if data is None else data.resolve()
    observations = read_observations(data)
    folder = notebooks if notebooks.is_dir() else notebooks.parent
    paths = sorted(notebooks.glob("*.ipynb")) if notebooks.is_dir() else [notebooks]
    read = [read_notebook(path) for path in paths]
    assigned = {name for notebook in read for name in parameters_of(notebook) or ()}
    rows = hash_page_rows(observations, sources=_sources_beside(data), output=output)
    defaults = {
        "data": data,
        "sources": data.with_name("sources.csv"),
        **{name: list(units) for name, units in rows.units.items()},
    }
    given = _parameters(parameter)
    days = [parameter_values(notebook).get("as_of") for notebook in read]
    as_of = given.get("as_of") or max((day for day in days if day), default=None)
    day = _day(as_of) if as_of else observations["as_of"].max()

    @cache
    def overview() -> Overview:
        return make_overview(observations, as_of=day, output=output)

    with show_progress() as progress:
        built = build_site(
            notebooks,
            output=output,
            parameters={name: value for name, value in defaults.items() if name in assigned}
            | given,
            jobs=jobs,
            lang=tuple(lang.split(",")),
            keep=keep,
            force=force,
            explain=explain,
            fingerprint=rows.make_fingerprint(folder),
            index=lambda pages, lang: overview().write(pages, lang),
            files=lambda: {**overview().files, FILE: rows.write()},
            index_key=hash_text(f"{rows.version} {day}"),
            progress=progress,
        )
    _say(f"{len(built.pages)} pages, {len(built.failed)} failed; open {output / 'index.html'}")
    if pdf:
        _print_site(built, jobs=jobs)
    if built.failed:
        raise typer.Exit(NOTEBOOK_FAILED)


@app.command()
def areas(
    names: Annotated[list[str], typer.Argument(help="Tên đơn vị hành chính / names.")],
    boundaries: Annotated[str, typer.Option(help="2022 | 2025-01 | 2025-07")] = "2025-07",
    within: Annotated[str | None, typer.Option(help="Thuộc tỉnh, huyện nào / parent.")] = None,
    level: Annotated[str | None, typer.Option(help="province | district | commune")] = None,
    format: FormatOption = Format.CSV,  # noqa: A002
) -> None:
    """Tìm mã đơn vị hành chính theo tên / find codes of administrative units.

    Ví dụ: lthtgn areas "TX Bỉm Sơn" --within "Thanh Hóa" --boundaries 2022
    """
    found = find_areas(
        pd.Series(names, dtype="str"), within=within, level=level, boundaries=boundaries
    )
    table = found.assign(name=names)[["name", *found.columns]]
    _write(table, format, shown=" ".join(table.columns))
    if found["area"].isna().any():
        raise typer.Exit(DATA_PROBLEMS)


def _print_site(built: SiteBuild, *, jobs: int) -> None:
    from .printing import find_browser, print_pages

    browser = find_browser()
    if browser is None:
        _say(
            "no PDF was printed: no Chromium, Chrome or Edge is installed here; the html is "
            "complete and can be printed from any browser"
        )
        return
    indexes = sorted(path.name for path in built.index.parent.glob("index*.html"))
    pages = [page.path for page in built.pages if page.path]
    printed = print_pages(built.output, [*indexes, *pages], browser=browser, jobs=jobs)
    _say(f"{len(printed)} PDF in {built.output / 'pdf'}")


def main() -> None:
    """Run the command line; turn errors of the data into a sentence and an exit code."""
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_place: _say(str(message))
            app(_join_parameters(sys.argv[1:]))
    except NotebookError as error:
        _say(str(error))
        sys.exit(NOTEBOOK_FAILED)
    except SiteError as error:  # nothing was published, while 3 says that a site stands
        _say(str(error))
        sys.exit(WRONG_USAGE)
    except LthtgnError as error:
        _say(str(error))
        sys.exit(DATA_PROBLEMS)
    except (FileNotFoundError, ValueError) as error:
        _say(str(error))
        sys.exit(WRONG_USAGE)


def _join_parameters(arguments: list[str]) -> list[str]:
    """Write ``-p NAME VALUE`` as ``-p NAME=VALUE``: the parser takes one word after an option."""
    joined: list[str] = []
    for argument in arguments:
        named = len(joined) > 1 and joined[-2] in ("-p", "--parameter") and "=" not in joined[-1]
        if named and not argument.startswith("-"):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _parameters(pairs: list[str] | None) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"`--parameter` must be followed by a name and a value, not {pair!r}.")
        parameters[name] = value
    return parameters


def _sources_beside(file: Path) -> pd.DataFrame | None:
    beside = file.with_name("sources.csv")
    return read_sources(beside) if beside.exists() else None


def _day(text: str) -> pd.Timestamp:
    try:
        return pd.to_datetime(text, format="%Y-%m-%d")
    except ValueError:
        raise ValueError(f"A day must be written YYYY-MM-DD, not {text!r}.") from None


def _write(table: pd.DataFrame, form: Format, *, shown: str) -> None:
    """Write a table to stdout; a table for the eye shows the columns named in `shown`."""
    try:
        _write_table(table, form, shown=shown.split())
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has gone; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_file(table: pd.DataFrame, path: Path) -> None:
    """Write a csv beside its place and move it there whole."""
    part = path.with_name(f".{path.name}.part")
    table.to_csv(part, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    part.replace(path)


def _write_table(table: pd.DataFrame, form: Format, *, shown: list[str]) -> None:
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
        _print_table(table[shown])


def _print_table(table: pd.DataFrame) -> None:
    drawn = Table()
    for name in table.columns:
        number = table[name].dtype.kind == "f"
        drawn.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in table.itertuples(index=False):
        drawn.add_row(*("" if pd.isna(cell) else _cell(cell) for cell in row))
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else _FILE_WIDTH)
    console.print(drawn)


def _cell(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _say(words: str) -> None:
    print(words, file=sys.stderr)
