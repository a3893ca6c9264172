"""Write docs/metrics.md from the catalogue and the spec tables; with --check, fail if stale.

`lthtgn_analysis/reference/*.csv` and `tests/spec/metrics.csv` come in, two pages go out.
"""

from __future__ import annotations

import csv
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lthtgn_analysis as lt
from lthtgn_analysis.catalogue import label
from lthtgn_analysis.indicators import INDICATORS, METRICS, Indicator, Metric, bare_name
from lthtgn_analysis.numerals import Convention

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SPEC = ROOT / "tests" / "spec" / "metrics.csv"
TARGET_MEASURES = ROOT / "lthtgn_analysis" / "reference" / "target_measures.csv"
WORDS: Mapping[str, Mapping[str, Any]] = {
    "vi": {
        "title": "Danh mục số liệu báo cáo và chỉ số",
        "intro": (
            "Trang này được tạo từ `reference/indicators.csv` và `reference/metrics.csv` bằng "
            "`python examples/build_docs.py`; đừng sửa tay. *Số liệu báo cáo* (indicator) là con "
            "số mà nguồn công bố; *chỉ số* (metric) là con số gói này tính. Người dùng DHIS2 gọi "
            "hai thứ đó là data element và indicator."
        ),
        "metrics": "Chỉ số được tính",
        "rules": "Quy tắc của từng chỉ số",
        "rules_intro": (
            "Mã của các cột được giải thích trong `Metric` (`lthtgn_analysis.indicators`). `+` là "
            "cộng được; chỉ số không cộng được thì tính lại từ tổng các phần. Cột *n nhỏ* là mẫu "
            "số mà dưới mức đó kết quả mang cờ `small`."
        ),
        "rules_head": (
            "| mã | tên gọi | chiều tốt | cộng theo nơi | cộng theo kỳ | mẫu số | khi thiếu "
            "| n nhỏ | cách xét tiến độ | số thay thế | bản |"
        ),
        "growth": "So sánh theo thời gian",
        "growth_intro": (
            "Mỗi số thời điểm hoặc thời kỳ S dưới đây có thêm các chỉ số `S_<đuôi>` khi gọi "
            "`compute(..., since=...)`."
        ),
        "spec": "Bảng kiểm: số vào và kết quả phải ra",
        "spec_intro": (
            "Mỗi dòng là một phép thử trong `tests/spec`. `~` là cách nói của nguồn, `@` là ngày "
            "số liệu, `/` là ngày đầu kỳ, `#` là địa giới, `nơi:` là nơi khác với nơi được tính."
        ),
        "spec_head": "| tên gọi | số vào | kết quả | từ | đến | căn cứ |",
        "indicators": "Số liệu được báo cáo",
        "metric_head": "| mã | tên gọi | tên | định nghĩa | công thức | đơn vị | nguồn |",
        "indicator_head": "| tên gọi | tên | bản chất | đơn vị | là phần của | định nghĩa |",
        "growth_head": "| đuôi | mã | tên | định nghĩa |",
        "share": "từ 0 đến 1",
        "mean": "bình quân",
        "months": "số tháng",
        "prices": "mức tăng giá",
        "elapsed": "phần thời gian đã qua",
        "below": "cấp dưới",
        "targets": "Chỉ tiêu (nhóm T)",
        "targets_intro": (
            "Các mã T nằm trong bảng *progress* (`measure_progress`); mã nào lấy được từ chính số "
            "nguồn công bố thì cũng là chỉ số ở trên, mã nào so nhiều chỉ tiêu với nhau thì có hàm "
            "riêng. Nội dung lấy từ `reference/target_measures.csv`."
        ),
        "target_head": "| mã | ở đâu | tên | định nghĩa | căn cứ | phiên bản |",
        "@": "trong kỳ",
        "=": "tại một ngày",
        "natures": {"stock": "thời điểm", "flow": "thời kỳ", "share": "tỉ lệ", "mean": "bình quân"},
    },
    "en": {
        "title": "Catalogue of indicators and metrics",
        "intro": (
            "This page is made from `reference/indicators.csv` and `reference/metrics.csv` by "
            "`python examples/build_docs.py`; do not edit it. An *indicator* is a figure that a "
            "source reports, a *metric* is a figure that this package computes. Users of DHIS2 "
            "call them data element and indicator."
        ),
        "metrics": "Metrics that are computed",
        "rules": "The rules of each metric",
        "rules_intro": (
            "The codes are explained in `Metric` (`lthtgn_analysis.indicators`). `+` may be "
            "summed; what may not is recomputed from summed parts. A denominator below "
            "*small n* is flagged `small`."
        ),
        "rules_head": (
            "| code | identifier | better | over places | over periods | denominator | if missing "
            "| small n | progress | stand-in | version |"
        ),
        "growth": "Comparisons in time",
        "growth_intro": (
            "Each stock or flow S below also has the metrics `S_<suffix>` when "
            "`compute(..., since=...)` is called."
        ),
        "spec": "Spec tables: what goes in, and what must come out",
        "spec_intro": (
            "Each line is a test in `tests/spec`. `~` is the source's hedge, `@` the date, `/` the "
            "first day of a period, `#` the boundaries, `place:` another place than the computed "
            "one. Sources are in Vietnamese; “tính tay” is a calculation by hand."
        ),
        "spec_head": "| identifier | inputs | result | low | high | source |",
        "indicators": "Indicators that are reported",
        "metric_head": "| code | identifier | name | definition | formula | unit | source |",
        "indicator_head": "| identifier | name | nature | unit | part of | definition |",
        "growth_head": "| suffix | code | name | definition |",
        "share": "0 to 1",
        "mean": "mean",
        "months": "months",
        "prices": "rise of prices",
        "elapsed": "share of the period passed",
        "below": "below",
        "targets": "Targets (group T)",
        "targets_intro": (
            "The codes T stand in the table *progress* (`measure_progress`); those that reported "
            "figures alone can feed are metrics above as well, and those that hold several targets "
            "against each other have a function of their own. From `reference/target_measures.csv`."
        ),
        "target_head": "| code | where | name | definition | source | version |",
        "@": "of a period",
        "=": "on a day",
        "natures": {"stock": "stock", "flow": "flow", "share": "share", "mean": "mean"},
    },
}


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them with what would be written."""
    stale = []
    pages = {
        "metrics.md": write_page("vi"),
        "metrics.en.md": write_page("en"),
        "api.md": write_api(),
    }
    for name, text in pages.items():
        path = DOCS / name
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"docs/{name}")
    if stale:
        print(f"stale: {', '.join(stale)}; run `python examples/build_docs.py`", file=sys.stderr)
    return 1 if stale else 0


def write_page(lang: Convention) -> str:
    """Return the catalogue in one language as Markdown."""
    words = WORDS[lang]
    own = [m for m in METRICS.values() if m.formula != "growth" or m.name == "net_new_clubs"]
    family = {metric.growth: metric for metric in METRICS.values() if metric.formula == "growth"}
    return "\n".join(
        [
            f"# {words['title']}\n",
            f"{words['intro']}\n",
            f"## {words['metrics']}\n",
            *_head(words["metric_head"]),
            *(
                f"| {m.code} | `{m.name}` | {_text(m, 'label', lang)} "
                f"| {_text(m, 'definition', lang)} | {_formula(m, lang)} | {_unit(m, lang)} "
                f"| {m.source} |"
                for m in own
            ),
            f"\n## {words['rules']}\n",
            f"{words['rules_intro']}\n",
            *_head(words["rules_head"]),
            *(
                f"| {m.code} | `{m.name}` | {m.direction} | {_yes(m.additive_space)} "
                f"| {_yes(m.additive_time)} | {m.denominator_rule} | {m.missing_rule} "
                f"| {m.small_n or ''} | {m.progress_method} | {m.otherwise} | {m.version} |"
                for m in own
            ),
            f"\n## {words['targets']}\n",
            f"{words['targets_intro']}\n",
            *_head(words["target_head"]),
            *(
                f"| {t['code']} | {_code(t['where'])} | {t[f'name_{lang}']} "
                f"| {t[f'definition_{lang}']} | {t['source']} | {t['version']} |"
                for t in _read_rows(TARGET_MEASURES)
            ),
            f"\n## {words['growth']}\n",
            f"{words['growth_intro']}\n",
            *_head(words["growth_head"]),
            *(
                f"| `_{suffix}` | {m.code} | {_text(m, 'label', lang).rsplit(': ', 1)[1]} "
                f"| {_text(m, 'definition', lang)} |"
                for suffix, m in family.items()
            ),
            f"\n## {words['spec']}\n",
            f"{words['spec_intro']}\n",
            *_head(words["spec_head"]),
            *(
                f"| `{case['metric']}` | {' '.join(f'`{i}`' for i in case['inputs'].split())} "
                f"| {case['value']} | {case['low']} | {case['high']} | {case['source']} |"
                for case in _read_rows(SPEC)
            ),
            f"\n## {words['indicators']}\n",
            *_head(words["indicator_head"]),
            *(
                f"| `{i.name}` | {_text(i, 'label', lang)} | {words['natures'][i.nature]} "
                f"| {_unit(i, lang)} "
                f"| {f'`{i.part_of}`' if i.part_of else ''} | {_text(i, 'definition', lang)} |"
                for i in INDICATORS.values()
            ),
            "",
        ]
    )


def _yes(answer: bool) -> str:
    return "+" if answer else ""


def _code(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split("; "))


def _read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _head(line: str) -> list[str]:
    return [line, "|" + " --- |" * (line.count("|") - 1)]


def _text(entry: object, field: str, lang: str) -> str:
    return str(getattr(entry, f"{field}_{lang}")).replace("|", "\\|")


def _unit(entry: Metric | Indicator, lang: Convention) -> str:
    share = entry.unit == "share"
    return str(WORDS[lang]["share"]) if share else label(f"unit.{entry.unit}", lang=lang)


def _formula(metric: Metric, lang: str) -> str:
    words = WORDS[lang]
    over, under = (
        " ‖ ".join(" ".join(_terms(names, words)) for names in side)
        for side in (metric.numerator, metric.denominator)
    )
    patterns = {
        "value": "{over}",
        "ratio": "{over} ÷ {under}",
        "complement": "1 − {over} ÷ {under}",
        "difference": "{over} − {under}",
        "rate": f"{{over}} ÷ {words['mean']}({{under}}) × 12 ÷ {words['months']}",
        "marginal": "Δ ln {over} ÷ Δ ln {under}" if metric.growth else "Δ {over} ÷ Δ {under}",
        "preserved": f"({{over}} − {{under}}) ÷ ({{over}}₀ × {words['prices']})",
        "spread": _spread(metric, under),
        "uncovered": "Σ {under}, {over} = 0",
        "redrawn": _REDRAWN.get(metric.growth, ""),
        "growth": "Δ {over}",
        "expected": f"{{over}} × {words['elapsed']}",
        "cascade": f"{{over}} − Σ {words['below']}({{over}})",
        "on_pace": f"# ({{over}} ≥ 0.95 × {{under}} × {words['elapsed']}) ÷ #",
    }
    text = patterns[metric.formula].format(over=over, under=under)
    text = f"{text} ÷ `{metric.per_national}`" if metric.per_national else text
    return text if metric.scale == 1 else f"{text} × {metric.scale:g}"


def _spread(metric: Metric, under: str) -> str:
    if under:
        return "Gini({over} ÷ {under})"
    return "Σ max₃({over}) ÷ Σ {over}" if metric.growth else "HHI({over})"


# With 0 at the start and 1 at the end: first the clubs' date, then that of the map.
_REDRAWN = {
    "coverage_same_clubs": "{over}₀ ÷ {under}₁",
    "boundary_effect": "{over}₀ ÷ {under}₁ − {over}₀ ÷ {under}₀",
    "programme_effect": "{over}₁ ÷ {under}₁ − {over}₀ ÷ {under}₁",
}


def _terms(names: tuple[str, ...], words: Mapping[str, Any]) -> list[str]:
    signs = {"-": "− ", "*": "· "}
    first, *rest = names
    asked = f" ({words[first[0]]})" if first[0] in "@=" else ""
    return [
        f"`{bare_name(first)}`{asked}",
        *(f"{signs.get(n[0], '+ ')}`{bare_name(n)}`" for n in rest),
    ]


def write_api() -> str:
    """Return the list of public names, each with its signature and the first line of its help."""
    lines = [
        "# Public names\n",
        "`import lthtgn_analysis as lt`; made by `examples/build_docs.py`.\n",
    ]
    for name in lt.__all__:
        thing = getattr(lt, name)
        first = (inspect.getdoc(thing) or "").split("\n", 1)[0]
        if inspect.isfunction(thing):
            module = thing.__module__.removeprefix("lthtgn_analysis.")
            parameters = ", ".join(inspect.signature(thing).parameters)
            lines.append(f"- `{name}({parameters})` ({module}): {first}")
        elif inspect.isclass(thing):
            lines.append(f"- `{name}`: {first}")
        else:
            lines.append(f"- `{name}`: a mapping of {len(thing)} definitions, see metrics.md.")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
