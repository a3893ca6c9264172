"""How much text a second `read_documents` reads, and how much memory a long pdf takes.

Run it with the project's python: ``python benchmarks/documents.py``. The text is made from a fixed
seed: sentences as reports have them, with other places and figures each time. What the reader
remembers of a text is pushed out before each run by another text, so that nothing is read from a
cache. Time is that of the processor, on one core: the median, and the best, for a
shared machine may halve its speed from one second to the next. The peer is what one writes first by
hand: one regular expression for a number and the noun behind it. It knows no hedge, place or date,
takes targets for results and the Association's members for the clubs', and shows the price of
reading. Where the given articles lie beside the project, the real ones are timed too, and both
readers are scored on the others (a figure is right if indicator and value are).
"""

import csv
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from lthtgn_analysis.areas import read_areas
from lthtgn_analysis.documents import read_documents

GIVEN = Path(__file__).resolve().parent.parent.parent / "shared"
REPEATS = 5
BY_HAND = re.compile(
    r"(?P<number>\d[\d.,]*)(?P<scale> (?:triệu|tỷ|tỉ))? (?P<noun>CLB|thành viên|người|đồng|xã|lớp)"
)
NOUNS = {
    "CLB": "clubs",
    "thành viên": "members",
    "người": "members",
    "đồng": "income_fund_vnd",
    "xã": "communes_with_clubs",
    "lớp": "training_courses",
}
SCALES = {None: 1, " triệu": 1e6, " tỷ": 1e9, " tỉ": 1e9}
NAMES = ("An", "Bình", "Hà", "Lan", "Tơ", "Sáu")
FIGURES = (
    "Đến hết tháng {m}/{y}, huyện {d} có {a} CLB ở {b}/{c} xã, thị trấn, thu hút trên {p}.{q} "
    "thành viên.",
    "Năm {y}, huyện lập mới {b} CLB, đạt {c}% kế hoạch; có {m} CLB phải giải thể.",
    "Quỹ tăng thu nhập của các CLB ở {d} đạt {m},{b} tỷ đồng, bình quân {c} triệu đồng mỗi CLB.",
    "Theo Quyết định số {a}/QĐ-UBND ngày {m}/{m}/{y}, mỗi người vay không quá {b} triệu đồng.",
)
PROSE = (
    "Ông Nguyễn Văn {n}, {c} tuổi, cho biết các cụ vẫn gặp nhau đều, đo huyết áp, tập dưỡng sinh.",
    "Nề nếp ấy giữ được nhờ ban chủ nhiệm chịu khó, chi bộ quan tâm và bà con góp sức mỗi người "
    "một tay.",
    "Buổi họp nào cũng có {b} mục phải làm, từ đọc báo, hát một bài đến góp ý cho gia đình có "
    "chuyện buồn.",
    "Chiều về, người cuối cùng khóa cửa nhà văn hóa, hẹn nhau ngày {m} tháng sau lại đến đông "
    "đủ hơn.",
)


def make_text(size: int, *, seed: int, prose: int) -> str:
    draw = random.Random(seed)
    districts = read_areas(boundaries="2022", level="district")["area_name"].tolist()
    lines, length = (
        ["HỘI NGƯỜI CAO TUỔI TỈNH THANH HÓA", "Thanh Hóa, ngày 05 tháng 7 năm 2023", ""],
        0,
    )
    while length < size:
        numbers = {
            "m": draw.randrange(1, 13),
            "y": draw.randrange(2015, 2024),
            "a": draw.randrange(20, 400),
            "b": draw.randrange(2, 40),
            "c": draw.randrange(41, 99),
            "p": draw.randrange(1, 90),
            "q": draw.randrange(100, 999),
            "d": draw.choice(districts),
            "n": draw.choice(NAMES),
        }
        kinds = [FIGURES, *[PROSE] * prose]
        line = " ".join(draw.choice(kind).format(**numbers) for kind in kinds)
        lines.append(line)
        length += len(line.encode())
    return "\n".join(lines)


def read_by_hand(text: str) -> list[tuple[str, float]]:
    found = []
    for match in BY_HAND.finditer(text):
        plain = match["number"].strip(".,").replace(".", "").replace(",", ".")
        if plain.count(".") <= 1:
            found.append((NOUNS[match["noun"]], float(plain) * SCALES[match["scale"]]))
    return found


def time_runs(run: Callable[[], object], other: Path) -> list[float]:
    """Return what each of the runs took, the fastest first; before each the other text is read."""
    seconds = []
    for _ in range(REPEATS):
        read_documents(other)
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return sorted(seconds)


def make_other(folder: Path) -> Path:
    """Write a text of more paragraphs than the reader remembers."""
    path = folder / "other.txt"
    path.write_text(make_text(70_000, seed=1, prose=0), encoding="utf-8")
    return path


def print_row(name: str, kind: str, megabytes: float, rows: int, seconds: list[float]) -> None:
    median = statistics.median(seconds)
    print(
        f"| {name} | {kind} | {megabytes:.2f} | {rows / megabytes / 1000:.1f} | {median:.3f}"
        f" | {megabytes / median:.2f} | {megabytes / seconds[0]:.2f} |"
    )


def print_speed(folder: Path) -> None:
    print(f"| reader | text | MB | rows a KB | s (median of {REPEATS}) | MB/s | MB/s at best |")
    print("|---|---|---|---|---|---|---|")
    other = make_other(folder)
    for kind, prose, size in (
        ("report, a figure in every sentence", 0, 1_000_000),
        ("article, a figure in every fourth sentence", 3, 250_000),
        ("article, a figure in every fourth sentence", 3, 1_000_000),
        ("article, a figure in every fourth sentence", 3, 4_000_000),
    ):
        path = folder / "text.txt"
        path.write_text(make_text(size, seed=size, prose=prose), encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        megabytes = path.stat().st_size / 1e6
        for name, run in (
            ("read_documents", lambda path=path: len(read_documents(path))),
            ("one regular expression", lambda text=text: len(read_by_hand(text))),
        ):
            print_row(name, kind, megabytes, run(), time_runs(run, other))


def print_speed_of_given(folder: Path, name: str, articles: Path) -> None:
    """Print how fast given articles are read, one after the other and joined into one text."""
    paths = sorted(articles.glob("*.txt"))
    joined, other = folder / "joined.txt", make_other(folder)
    joined.write_text("\n\n".join(path.read_text(encoding="utf-8") for path in paths), "utf-8")
    for kind, texts in (("one by one", paths), ("as one text", [joined])):
        megabytes = sum(path.stat().st_size for path in texts) / 1e6
        rows = len(read_documents(texts))
        seconds = time_runs(lambda texts=texts: read_documents(texts), other)
        print_row("read_documents", f"{name}, {kind}", megabytes, rows, seconds)


def make_pdf(path: Path, pages: int) -> None:
    """Write a pdf by hand: one page a report, in the one font that every reader has."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for page in range(pages):
        line = f"Page {page}: the province had {100 + page} clubs at the end of 2023."
        shown = " T* ".join(f"({line} Line {number}.) Tj" for number in range(50))
        stream = f"BT /F1 9 Tf 12 TL 40 800 Td {shown} ET"
        content, number = len(objects) + 1, len(objects) + 2
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{number} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {pages} >>"
    body, starts = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    path.write_text(
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}",
        encoding="latin-1",
    )


def print_memory(folder: Path) -> None:
    code = (
        "import resource, sys, time; from lthtgn_analysis.documents import read_documents;"
        "start = time.process_time(); read_documents(sys.argv[1]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "
        "round(time.process_time() - start, 1))"
    )
    print("\n| pdf pages | MB of memory at most, in all | s |\n|---|---|---|")
    for pages in (1, 50, 200):
        path = folder / f"{pages}.pdf"
        make_pdf(path, pages)
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
        )
        megabytes, seconds = done.stdout.split()
        print(f"| {pages} | {megabytes} | {seconds} |")


def print_start(folder: Path) -> None:
    """Print what a process takes that reads one short text: to start, to read it, and another."""
    first, second = (folder / f"{number}.txt" for number in (1, 2))
    for seed, path in enumerate((first, second)):
        path.write_text(make_text(2_000, seed=seed, prose=3), encoding="utf-8")
    code = (
        "import time, pandas, sys; clock = [time.process_time()];"
        "from lthtgn_analysis.documents import read_documents;"
        "clock.append(time.process_time());"
        "[(read_documents(path), clock.append(time.process_time())) for path in sys.argv[1:]];"
        "print(*(f'{end - begin:.3f}' for begin, end in zip(clock, clock[1:])))"
    )
    print("\n| s to import it (beside pandas) | s, first text of 2 kB | s, second |\n|---|---|---|")
    for _ in range(REPEATS):
        done = subprocess.run(
            [sys.executable, "-c", code, str(first), str(second)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        print(f"| {' | '.join(done.stdout.split())} |")


def score(
    found: Iterable[tuple[str, float]], gold: list[tuple[str, float]]
) -> tuple[int, int, int]:
    free, hits, count = list(gold), 0, 0
    for figure in found:
        count += 1
        if figure in free:
            free.remove(figure)
            hits += 1
    return hits, count, len(gold)


def print_scores(articles: Path) -> None:
    totals = {"read_documents": [0, 0, 0], "one regular expression": [0, 0, 0]}
    for gold_file in sorted(articles.glob("*.gold.csv")):
        path = gold_file.with_name(gold_file.name.replace("gold.csv", "txt"))
        with gold_file.open(encoding="utf-8", newline="") as lines:
            gold = [(row["indicator"], float(row["value"])) for row in csv.DictReader(lines)]
        table = read_documents(path)
        read = list(zip(table["indicator"], table["value"], strict=True))
        by_hand = read_by_hand(path.read_text(encoding="utf-8"))
        for name, found in (("read_documents", read), ("one regular expression", by_hand)):
            totals[name] = [a + b for a, b in zip(totals[name], score(found, gold), strict=True)]
    print(
        "\n| reader | precision | recall | F1 (12 given articles, without places) "
        "|\n|---|---|---|---|"
    )
    for name, (hits, count, wanted) in totals.items():
        precision, recall = hits / count, hits / wanted
        f1 = 2 * precision * recall / (precision + recall)
        print(f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} |")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print_speed(Path(folder))
        if GIVEN.is_dir():
            print_speed_of_given(Path(folder), "the five real articles", GIVEN / "seeds")
            print_speed_of_given(Path(folder), "the twelve test articles", GIVEN / "articles")
        print_memory(Path(folder))
        print_start(Path(folder))
    articles = GIVEN / "articles"
    if articles.is_dir():
        print_scores(articles)


if __name__ == "__main__":
    main()
