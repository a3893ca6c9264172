"""Make synthetic club registers, meeting books and loan ledgers of any size, with a fixed seed.

Two things can be made. ``--sample`` writes the three small files of data/sample: 135 clubs whose
totals agree with what was published about Thái Nguyên on 6 December 2018 (clubs per district,
members, money managed); every other cell is drawn at random and no row is a real club or person.
Otherwise parquet files of any size are written, a million rows at a time, for benchmarks and
trials: clubs spread over the communes of the whole country. The same arguments give the same rows.

    python examples/make_clubs.py --sample
    python examples/make_clubs.py --output FOLDER --clubs 9000 --loans 10000000
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from lthtgn_analysis.areas import read_areas

ROOT = Path(__file__).resolve().parent.parent
SEED = 1336
NOTE = "số liệu giả lập, không phải CLB thật"
AREAS_OF_ACTIVITY = (
    "income_generation", "health_care", "home_care", "self_help",
    "rights", "learning", "culture", "resources",
)  # fmt: skip

# Published on 11/12/2018 by the Association's own site (source `hoinguoicaotuoi-4758` of
# data/sample/sources.csv): clubs by district, members, and money managed "trên 4.788 triệu đồng".
PUBLISHED_DAY = pd.Timestamp("2018-12-06")
PUBLISHED_CLUBS = {"165": 8, "168": 75, "173": 31, "164": 21}
PUBLISHED_MEMBERS = 5292
PUBLISHED_FUND_THOUSANDS = 4_788_400
PILOT_CLUBS = 72

NATION_BOUNDARIES = "2022"
NATION_DAY = pd.Timestamp("2024-12-31")
CHUNK = 1_000_000


def make_register(places: pd.DataFrame, *, day: pd.Timestamp, seed: int = SEED) -> pd.DataFrame:
    """Return a register with one club per row of `places` (area, level, boundaries, prefix)."""
    rng = np.random.default_rng(seed)
    n = len(places)
    order = places.groupby("prefix").cumcount() + 1
    founded = day - pd.to_timedelta(rng.integers(200, 4400, n), unit="D")
    members = rng.integers(40, 76, n)
    startup = rng.choice([15_000, 20_000, 25_000, 30_000, 50_000], n, p=[0.1, 0.3, 0.2, 0.25, 0.15])
    parts = np.stack([(startup * part).astype(int) for part in (0.4, 0.2, 0.2)])
    years = (day - founded).days / 365.25
    fund = (startup * (1 + 0.05 * years) * rng.uniform(0.9, 1.3, n)).astype(int)
    board = rng.choice([3, 5, 7], n, p=[0.2, 0.7, 0.1])
    closed = pd.Series(pd.NaT, index=places.index, dtype="datetime64[us]")
    gone = rng.random(n) < 0.02
    closed[gone] = founded[gone] + (day - founded[gone]) / 2
    return pd.DataFrame(
        {
            "club": places["prefix"] + "-" + order.astype("str").str.zfill(5),
            "club_name": "CLB giả lập " + places["area"] + "-" + order.astype("str"),
            "level": places["level"],
            "area": places["area"],
            "boundaries": places["boundaries"],
            "founded": founded.normalize(),
            "closed": closed.dt.normalize(),
            "members": members.astype(float),
            "women_members": np.round(members * rng.uniform(0.5, 0.78, n)),
            "members_60plus": np.round(members * rng.uniform(0.52, 0.76, n)),
            "poor_members": np.round(members * rng.uniform(0.05, 0.4, n)),
            "startup_province_vnd": parts[0] * 1000.0,
            "startup_district_vnd": parts[1] * 1000.0,
            "startup_commune_vnd": parts[2] * 1000.0,
            "startup_local_vnd": (startup - parts.sum(axis=0)) * 1000.0,
            "startup_donor_vnd": 0.0,
            "startup_capital_vnd": startup * 1000.0,
            "income_fund_vnd": fund * 1000.0,
            "activity_fund_vnd": rng.integers(0, 9000, n) * 1000.0,
            "board_members": board.astype(float),
            "board_trained": np.round(board * rng.uniform(0.3, 1, n)),
            "well_managed": (rng.random(n) < 0.75).astype(float),
            "scope": "all",
            "status": "synthetic",
            "note": NOTE,
        }
    )


def make_meetings(
    register: pd.DataFrame, *, first: pd.Timestamp, last: pd.Timestamp, seed: int = SEED
) -> Iterator[pd.DataFrame]:
    """Yield the meeting book month by month: about eleven of twelve meetings are held."""
    rng = np.random.default_rng([seed, 1])
    shape = (len(AREAS_OF_ACTIVITY), len(register))
    typical = rng.beta(9, 1.2, shape) * (rng.random(shape) < 0.96)
    for month in pd.date_range(first.replace(day=1), last, freq="MS"):
        day = month + pd.Timedelta(days=int(rng.integers(0, 28)))
        open_now = (register["founded"] <= day) & ~(register["closed"] <= day)
        n = int(open_now.sum())
        if not n or not first <= day <= last:
            continue
        members = register.loc[open_now, "members"].to_numpy()
        held = rng.random(n) < 0.93
        done = (rng.random((len(AREAS_OF_ACTIVITY), n)) < typical[:, open_now]) & held
        attended = np.where(held, np.round(members * rng.uniform(0.7, 1, n)), np.nan)
        yield pd.DataFrame(
            {
                "club": register.loc[open_now, "club"].to_numpy(),
                "date": day,
                "held": held.astype(float),
                "attended": attended,
                **dict(zip(AREAS_OF_ACTIVITY, done.astype(float), strict=True)),
                "health_checks": np.where(held, np.round(attended * rng.uniform(0, 0.9, n)), 0.0),
                "homecare_visits": np.where(held, rng.integers(0, 25, n), 0).astype(float),
                "volunteers": rng.integers(3, 9, n).astype(float),
                "status": "synthetic",
            }
        )


def make_loans(
    register: pd.DataFrame,
    *,
    rows: int,
    first: pd.Timestamp,
    last: pd.Timestamp,
    seed: int = SEED,
    chunk: int = CHUNK,
) -> Iterator[pd.DataFrame]:
    """Yield the loan ledger in chunks; two members in three ever borrow."""
    rng = np.random.default_rng([seed, 2])
    heads = np.maximum(1, (register["members"].to_numpy() * 0.66).astype(int))
    club_of = np.repeat(np.arange(len(register)), heads)
    number = np.arange(len(club_of)) - np.repeat(np.cumsum(heads) - heads, heads) + 1
    clubs = register["club"].to_numpy()
    people = pd.Series(clubs[club_of]) + "-" + pd.Series(number).astype("str").str.zfill(3)
    days = (last - first).days
    for start in range(0, rows, chunk):
        n = min(chunk, rows - start)
        who = rng.integers(0, len(people), n)
        lent = first + pd.to_timedelta(rng.integers(0, days + 1, n), unit="D")
        months = rng.choice([6, 10, 12], n)
        due = lent + pd.to_timedelta(months * 30, unit="D")
        amount = rng.integers(2, 21, n) * 500_000
        late = rng.random(n) < 0.03
        running = (due >= last) | late
        left = np.where(running, amount * rng.integers(1, 5, n) // 4, 0)
        overdue = np.where(running & (due < last), left, 0)
        unknown = rng.random(n) < 0.005
        yield pd.DataFrame(
            {
                "club": clubs[club_of[who]],
                "member": people.to_numpy()[who],
                "disbursed": lent,
                "amount_vnd": amount.astype(float),
                "term_months": months.astype(float),
                "monthly_interest": 0.01,
                "due": due,
                "repaid_vnd": np.where(unknown, np.nan, amount - left),
                "outstanding_vnd": np.where(unknown, np.nan, left),
                "overdue_vnd": np.where(unknown, np.nan, overdue),
                "status": "synthetic",
            }
        )


def sample_places() -> pd.DataFrame:
    """Return the 135 places of the published four districts."""
    areas = [area for area, clubs in PUBLISHED_CLUBS.items() for _ in range(clubs)]
    return pd.DataFrame({"area": areas, "level": "district", "boundaries": "2022", "prefix": areas})


def make_sample(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return register, meetings and loans whose totals are the published ones."""
    rng = np.random.default_rng([seed, 3])
    register = make_register(sample_places(), day=PUBLISHED_DAY, seed=seed)
    register["closed"] = pd.NaT
    register["founded"] = _pilot_first(rng, len(register))
    register["members"] = _fit(rng.integers(28, 52, len(register)), PUBLISHED_MEMBERS)
    members = register["members"]
    register["women_members"] = np.round(members * rng.uniform(0.5, 0.78, len(members)))
    register["members_60plus"] = np.round(members * rng.uniform(0.55, 0.78, len(members)))
    register["poor_members"] = np.round(members * rng.uniform(0.05, 0.4, len(members)))
    fund = _fit(rng.integers(25_000, 46_000, len(register)), PUBLISHED_FUND_THOUSANDS)
    register["income_fund_vnd"] = fund * 1000.0
    startup = np.round(fund * rng.uniform(0.45, 0.95, len(fund)) / 500) * 500
    for name, share in (("province", 0.4), ("district", 0.2), ("commune", 0.2), ("donor", 0.0)):
        register[f"startup_{name}_vnd"] = np.round(startup * share) * 1000.0
    given = register.filter(regex=r"^startup_(province|district|commune|donor)_vnd$").sum(axis=1)
    register["startup_capital_vnd"] = startup * 1000.0
    register["startup_local_vnd"] = startup * 1000.0 - given
    first = pd.Timestamp("2017-12-07")
    meetings = pd.concat(
        make_meetings(register, first=first, last=PUBLISHED_DAY, seed=seed), ignore_index=True
    )
    loans = pd.concat(
        make_loans(
            register, rows=4000, first=pd.Timestamp("2016-01-01"), last=PUBLISHED_DAY, seed=seed
        )
    )
    return register, meetings, _within_fund(loans, register)


def nation_places(clubs: int, *, seed: int = SEED) -> pd.DataFrame:
    """Return `clubs` communes drawn from the whole country, some more often than others."""
    rng = np.random.default_rng([seed, 4])
    communes = read_areas(boundaries=NATION_BOUNDARIES, level="commune")
    districts = read_areas(boundaries=NATION_BOUNDARIES, level="district")
    province = communes["parent"].map(districts.set_index("area")["parent"])
    weights = rng.dirichlet(np.full(len(communes), 0.6))
    drawn = np.sort(rng.choice(len(communes), clubs, p=weights))
    return pd.DataFrame(
        {
            "area": communes["area"].to_numpy()[drawn],
            "level": "commune",
            "boundaries": NATION_BOUNDARIES,
            "prefix": province.to_numpy()[drawn],
        }
    )


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a csv file with whole numbers plain and empty cells for what is missing."""
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.12g")


def write_parquet(chunks: Iterable[pd.DataFrame], path: Path) -> int:
    """Stream frames into one parquet file, complete or not there at all; return the rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    unfinished = path.with_name(path.name + ".part")
    rows = 0
    chunks = iter(chunks)
    first = next(chunks)
    schema = pa.Schema.from_pandas(first, preserve_index=False)
    try:
        with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            for chunk in itertools.chain([first], chunks):
                table = pa.Table.from_pandas(chunk, schema=schema, preserve_index=False)
                writer.write_table(table)
                rows += len(chunk)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def main() -> None:
    """Write the sample, or a country's files of the wanted size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", action="store_true", help="renew data/sample")
    parser.add_argument("--output", type=Path, default=Path("clubs-trial"))
    parser.add_argument("--clubs", type=int, default=9000)
    parser.add_argument("--years", type=int, default=10, help="years of meetings and loans")
    parser.add_argument("--loans", type=int, default=1_000_000, help="rows of the loan ledger")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.sample:
        folder = ROOT / "data" / "sample"
        for name, frame in zip(
            ("clubs", "meetings", "loans"), make_sample(options.seed), strict=True
        ):
            write_csv(frame, folder / f"{name}.csv")
            print(f"{folder / name}.csv: {len(frame)} rows")
        return
    options.output.mkdir(parents=True, exist_ok=True)
    places = nation_places(options.clubs, seed=options.seed)
    register = make_register(places, day=NATION_DAY, seed=options.seed)
    first = NATION_DAY - pd.DateOffset(years=options.years) + pd.Timedelta(days=1)
    span = {"first": first, "last": NATION_DAY, "seed": options.seed}
    for name, chunks in (
        ("clubs", [register]),
        ("meetings", make_meetings(register, **span)),
        ("loans", make_loans(register, rows=options.loans, **span)),
    ):
        path = options.output / f"{name}.parquet"
        print(f"{path}: {write_parquet(chunks, path)} rows")


def _pilot_first(rng: np.random.Generator, clubs: int) -> pd.Series:
    """Return founding days: the pilot of 2007 first, the others until early 2018."""
    pilot = pd.Timestamp("2007-01-15") + pd.to_timedelta(
        rng.integers(0, 340, PILOT_CLUBS), unit="D"
    )
    later = pd.Timestamp("2008-02-01") + pd.to_timedelta(
        rng.integers(0, 3700, clubs - PILOT_CLUBS), unit="D"
    )
    drawn = np.concatenate([pilot.to_numpy(), later.to_numpy()])
    return pd.Series(rng.permutation(drawn)).astype("datetime64[us]")


def _fit(drawn: np.ndarray, total: int) -> np.ndarray:
    """Scale whole numbers to a total, spreading what rounding leaves over."""
    scaled = np.floor(drawn * (total / drawn.sum()))
    scaled[: int(total - scaled.sum())] += 1
    return scaled


def _within_fund(loans: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Leave out running loans that a club's fund cannot have lent."""
    fund = loans["club"].map(register.set_index("club")["income_fund_vnd"])
    running = loans["outstanding_vnd"].fillna(0).groupby(loans["club"]).cumsum()
    begun = loans["club"].map(register.set_index("club")["founded"]) <= loans["disbursed"]
    kept = loans[begun & (running <= 0.9 * fund)]
    return kept.sort_values(["club", "disbursed", "member"], ignore_index=True)


if __name__ == "__main__":
    main()
