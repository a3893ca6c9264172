"""Measure `summarise_clubs` against hand-written code on the same engine, file and run.

    python benchmarks/clubs.py                      10 m loans on all engines, ours and by hand
    python benchmarks/clubs.py --growth             1 m, 10 m and 100 m loans on DuckDB

Ledgers are made by examples/make_clubs.py (9,000 clubs, ten years) in a folder that is kept if
``--folder`` names one. Ours is the whole call: the register is read and checked, every indicator of
64 areas is made. By hand is only the ledger's part of it, written in the engine's own language. The
two take turns, each round in the opposite order; shown are the median seconds and the median of the
ratios within a round, by the clock and by processor time, and the borrowers and sums of both must
be equal. Peak memory is that of a process of its own. The rows go as printed into README.md,
README.vi.md and docs/scale.md.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from lthtgn_analysis.areas import read_hierarchy
from lthtgn_analysis.clubs import summarise_clubs

ROOT = Path(__file__).resolve().parent.parent
AS_OF, SINCE, LATE = "2024-12-31", "2024-01-01", "2024-12-01"
ENGINES = ("polars", "duckdb", "pandas", "pyspark")
GOALS = {"polars": 1.2, "duckdb": 1.2, "pandas": 1.2, "pyspark": 1.25}
SIZES = (1_000_000, 10_000_000, 100_000_000)


def ours(folder: Path, engine: str) -> tuple[float, float, float]:
    """Summarise with the package; return three sums of the nation."""
    table = summarise_clubs(
        folder / "clubs.parquet",
        by="province",
        as_of=AS_OF,
        loans=folder / "loans.parquet",
        engine=engine,
    )
    nation = table[table["level"].eq("national")].set_index("indicator")["value"]
    return nation["outstanding_vnd"], nation["borrowers_ever"], nation["borrowers"]


def read_places(folder: Path) -> pd.DataFrame:
    """Return `club, area, counted`: the province of each club, and whether it operates."""
    register = pd.read_parquet(folder / "clubs.parquet")
    provinces = read_hierarchy(boundaries="2022").set_index(["level", "area"])["province"]
    keys = pd.MultiIndex.from_frame(register[["level", "area"]])
    closed = register["closed"] <= AS_OF
    places = register[["club"]].assign(area=provinces.reindex(keys).to_numpy(), counted=~closed)
    return places[places["counted"]][["club", "area"]]


def total(sums: pd.DataFrame, nation: pd.DataFrame, places: pd.DataFrame) -> tuple[float, ...]:
    """Return the three sums that both ways must agree on."""
    counted = sums[sums["club"].isin(places["club"])]
    return (
        float(counted["outstanding_vnd"].sum()),
        float(nation["ever"].iloc[0]),
        float(nation["now"].iloc[0]),
    )


FLAGGED = f"""
    SELECT club, member, disbursed, amount_vnd, outstanding_vnd, overdue_vnd, due,
           CASE WHEN disbursed >= DATE '{SINCE}' THEN 1.0 ELSE 0.0 END AS in_period,
           CASE WHEN outstanding_vnd > 0 THEN 1.0 ELSE 0.0 END AS running
    FROM ledger WHERE disbursed < DATE '2025-01-01' OR disbursed IS NULL
"""
SUMS = f"""
    SELECT club, count(*) AS entered, sum(in_period) AS loans, min(disbursed) AS first_loan,
           max(disbursed) AS last_loan, count(member) AS members_named, sum(running) AS running,
           sum(CASE WHEN in_period > 0 THEN amount_vnd END) AS lent_vnd,
           count(CASE WHEN in_period > 0 THEN amount_vnd END) AS lent_vnd_known,
           sum(outstanding_vnd) AS outstanding_vnd, count(outstanding_vnd) AS outstanding_known,
           sum(overdue_vnd) AS overdue_vnd, count(overdue_vnd) AS overdue_known,
           sum(CASE WHEN due IS NOT NULL OR outstanding_vnd <= 0 THEN outstanding_vnd END) AS dated,
           sum(CASE WHEN due < DATE '{LATE}' THEN outstanding_vnd END) AS par30_vnd
    FROM flagged GROUP BY club
"""
PEOPLE = """
    SELECT club, member, max(in_period) AS in_period, max(running) AS running
    FROM flagged WHERE member IS NOT NULL GROUP BY club, member
"""
BY_CLUB = """
    SELECT club, sum(running) AS now, sum(in_period) AS of_year, count(*) AS ever
    FROM people GROUP BY club
"""
BY_AREA = """
    SELECT area, sum(running) AS now, sum(in_period) AS of_year, count(*) AS ever FROM (
        SELECT {area} AS area, member, max(in_period) AS in_period, max(running) AS running
        FROM people JOIN places USING (club) GROUP BY ALL) GROUP BY area
"""


def duckdb_by_hand(folder: Path) -> tuple[float, ...]:
    import duckdb

    connection = duckdb.connect()
    places = read_places(folder)
    connection.register("places", places)
    connection.sql(f"CREATE VIEW ledger AS FROM read_parquet('{folder / 'loans.parquet'}')")
    connection.sql(f"CREATE VIEW flagged AS {FLAGGED}")
    sums = connection.sql(SUMS).df()
    connection.sql(f"CREATE TEMP TABLE people AS {PEOPLE}")
    connection.sql(BY_CLUB).df()
    connection.sql(BY_AREA.format(area="area")).df()
    return total(sums, connection.sql(BY_AREA.format(area="'VN'")).df(), places)


def pyspark_by_hand(folder: Path) -> tuple[float, ...]:
    import pyarrow as pa

    session = start_spark()
    places = read_places(folder)
    arrow = pa.Table.from_pandas(places, preserve_index=False)
    session.createDataFrame(arrow).createOrReplaceTempView("places")
    session.read.parquet(str(folder / "loans.parquet")).createOrReplaceTempView("ledger")
    session.sql(FLAGGED).createOrReplaceTempView("flagged")

    def fetch(sql: str) -> pd.DataFrame:
        return pd.DataFrame([row.asDict() for row in session.sql(sql).collect()])

    sums = fetch(SUMS)
    people = session.sql(PEOPLE).persist()
    people.createOrReplaceTempView("people")
    fetch(BY_CLUB)
    fetch(BY_AREA.format(area="area").replace("GROUP BY ALL", "GROUP BY area, member"))
    nation = fetch(BY_AREA.format(area="'VN'").replace("GROUP BY ALL", "GROUP BY member"))
    people.unpersist()
    return total(sums, nation, places)


def polars_by_hand(folder: Path) -> tuple[float, ...]:
    import polars as pl

    c = pl.col
    places = read_places(folder)
    day = pl.lit(AS_OF).str.to_datetime()
    flagged = (
        pl.scan_parquet(folder / "loans.parquet")
        .filter(c("disbursed").is_null() | (c("disbursed") < day + pl.duration(days=1)))
        .with_columns(
            in_period=(c("disbursed") >= pl.lit(SINCE).str.to_datetime()).cast(pl.Float64),
            running=(c("outstanding_vnd") > 0).fill_null(False).cast(pl.Float64),
        )
    )
    of_period = pl.when(c("in_period") > 0).then(c("amount_vnd"))
    dated = c("due").is_not_null() | (c("outstanding_vnd") <= 0)
    late = c("due") < pl.lit(LATE).str.to_datetime()
    sums = (
        flagged.with_columns(
            lent=of_period,
            dated=pl.when(dated).then(c("outstanding_vnd")),
            par30=pl.when(late).then(c("outstanding_vnd")),
        )
        .group_by("club")
        .agg(
            pl.len().alias("entered"),
            c("in_period", "running", "outstanding_vnd", "overdue_vnd", "lent", "dated").sum(),
            c("par30").sum(),
            c("disbursed").min().alias("first"),
            c("disbursed").max().alias("last"),
            c("member", "lent", "outstanding_vnd", "overdue_vnd").count().name.suffix("_known"),
        )
        .collect(engine="streaming")
    )
    most = (c("in_period").max(), c("running").max())
    counts = (
        c("running").sum().alias("now"),
        c("in_period").sum().alias("of_year"),
        pl.len().alias("ever"),
    )
    people = (
        flagged.filter(c("member").is_not_null())
        .group_by("club", "member")
        .agg(*most)
        .collect(engine="streaming")
    )
    people.group_by("club").agg(*counts)
    placed = people.join(pl.from_pandas(places), on="club")
    placed.group_by("area", "member").agg(*most).group_by("area").agg(*counts)
    nation = placed.group_by("member").agg(*most).select(*counts)
    return total(sums.to_pandas(), nation.to_pandas(), places)


def pandas_by_hand(folder: Path) -> tuple[float, ...]:
    places = read_places(folder)
    columns = ["club", "member", "disbursed", "amount_vnd", "due", "outstanding_vnd", "overdue_vnd"]
    loans = pd.read_parquet(folder / "loans.parquet", columns=columns)
    loans = loans[loans["disbursed"].isna() | (loans["disbursed"] < "2025-01-01")]
    owed = loans["outstanding_vnd"]
    loans = loans.assign(
        in_period=(loans["disbursed"] >= SINCE).astype(float), running=(owed > 0).astype(float)
    )
    loans = loans.assign(
        lent=loans["amount_vnd"].where(loans["in_period"] > 0),
        dated=owed.where(loans["due"].notna() | (owed <= 0)),
        par30=owed.where(loans["due"] < LATE),
    )
    by_club = loans.groupby("club")
    money = ["lent", "outstanding_vnd", "overdue_vnd", "par30", "dated"]
    sums = by_club[["in_period", "running", *money]].sum()
    by_club[["member", *money]].count()
    by_club["disbursed"].min()
    by_club["disbursed"].max()
    by_club.size()
    most = ["in_period", "running"]
    people = loans[loans["member"].notna()].groupby(["club", "member"])[most].max().reset_index()
    people.groupby("club")[most].sum()
    placed = people.merge(places, on="club")
    placed.groupby(["area", "member"])[most].max().groupby("area").agg(["sum", "size"])
    nation = placed.groupby("member")[most].max()
    nation = pd.DataFrame({"ever": [len(nation)], "now": [nation["running"].sum()]})
    return total(sums.reset_index(), nation, places)


BY_HAND: dict[str, Callable[[Path], tuple[float, ...]]] = {
    "duckdb": duckdb_by_hand,
    "polars": polars_by_hand,
    "pandas": pandas_by_hand,
    "pyspark": pyspark_by_hand,
}


def start_spark():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def compare(folder: Path, engine: str, rounds: int) -> str:
    """Time ours and by hand in turns; return one row of the table."""
    if engine == "pyspark":
        start_spark()
    ways = {"ours": lambda: ours(folder, engine), "hand": lambda: BY_HAND[engine](folder)}
    answers = {name: way() for name, way in ways.items()}
    if answers["ours"] != answers["hand"]:
        sys.exit(f"{engine}: the answers differ: {answers}")
    turns = [
        {name: measure(ways[name]) for name in sorted(ways, reverse=turn % 2 == 0)}
        for turn in range(rounds)
    ]
    mine, hand = (statistics.median(turn[name][0] for turn in turns) for name in ("ours", "hand"))
    # Within a turn both meet nearly the same load of other processes, so it falls out of the ratio.
    ratio, of_work = (
        statistics.median(turn["ours"][kind] / turn["hand"][kind] for turn in turns)
        for kind in (0, 1)
    )
    # Spark works in a process of its own, whose processor time is not seen here.
    shown = "" if engine == "pyspark" else f"{of_work:.2f}"
    goal = GOALS[engine]
    return f"| {engine} | {mine:.2f} | {hand:.2f} | {ratio:.2f} | {shown} | {goal:.2f} |"


def measure(way: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds by the clock, and those of the processor, that a call takes."""
    start, worked = time.perf_counter(), time.process_time()
    way()
    return time.perf_counter() - start, time.process_time() - worked


def make(folder: Path, rows: int) -> Path:
    """Make the ledgers of one size, unless they are there."""
    target = folder / f"loans-{rows}"
    if not (target / "loans.parquet").exists():
        generator = ROOT / "examples" / "make_clubs.py"
        arguments = ["--output", str(target), "--loans", str(rows)]
        subprocess.run([sys.executable, str(generator), *arguments], check=True, stdout=sys.stderr)
    return target


def grow(folder: Path) -> None:
    """Print time and peak memory of DuckDB at three sizes, each in a process of its own."""
    print("| loans | file MB | seconds | s per million | peak memory MB |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for rows in SIZES:
        target = make(folder, rows)
        runs = [
            subprocess.run(
                [sys.executable, __file__, "--once", str(target)],
                check=True, capture_output=True, text=True,
            ).stdout.split()
            for _ in range(3)
        ]  # fmt: skip
        seconds = statistics.median(float(run[0]) for run in runs)
        peak = max(float(run[1]) for run in runs)
        size = (target / "loans.parquet").stat().st_size / 1e6
        print(
            f"| {rows:,} | {size:,.0f} | {seconds:.2f} "
            f"| {seconds / rows * 1e6:.3f} | {peak:,.0f} |",
            flush=True,
        )


def once(folder: Path) -> None:
    """Print the seconds and the peak memory (MB) of one call on DuckDB."""
    start = time.perf_counter()
    ours(folder, "duckdb")
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        once(options.once)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if options.growth:
            grow(folder)
            return
        target = make(folder, options.rows)
        print(f"{options.rows:,} loans, 9,000 clubs, median of {options.rounds} rounds")
        print("| engine | ours s | by hand s | ratio | ratio of processor time | goal |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for engine in options.engines:
            print(compare(target, engine, options.rounds), flush=True)


if __name__ == "__main__":
    main()
