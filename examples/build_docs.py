"""Write docs/metrics.md from the catalogue; with --check, fail if it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from lthtgn_analysis.indicators import INDICATORS, METRICS, Metric

DOCS = Path(__file__).resolve().parent.parent / "docs"
WORDS = {
    "vi": {
        "title": "Danh mục số liệu báo cáo và chỉ số",
        "intro": (
            "Trang này được tạo từ `reference/indicators.csv` và `reference/metrics.csv` bằng "
            "`python examples/build_docs.py`; đừng sửa tay. *Số liệu báo cáo* (indicator) là con "
            "số mà nguồn công bố; *chỉ số* (metric) là con số gói này tính. Người dùng DHIS2 gọi "
            "hai thứ đó là data element và indicator."
        ),
        "metrics": "Chỉ số được tính",
        "growth": "So sánh theo thời gian",
        "growth_intro": (
            "Mỗi số thời điểm hoặc thời kỳ S dưới đây có thêm các chỉ số `S_<đuôi>` khi gọi "
            "`compute(..., since=...)`."
        ),
        "indicators": "Số liệu được báo cáo",
        "metric_head": "| mã | tên gọi | tên | định nghĩa | công thức | đơn vị | nguồn |",
        "indicator_head": "| tên gọi | tên | bản chất | đơn vị | là phần của | định nghĩa |",
        "growth_head": "| đuôi | mã | tên | định nghĩa |",
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
        "growth": "Comparisons in time",
        "growth_intro": (
            "Each stock or flow S below also has the metrics `S_<suffix>` when "
            "`compute(..., since=...)` is called."
        ),
        "indicators": "Indicators that are reported",
        "metric_head": "| code | identifier | name | definition | formula | unit | source |",
        "indicator_head": "| identifier | name | nature | unit | part of | definition |",
        "growth_head": "| suffix | code | name | definition |",
    },
}


def main(arguments: list[str]) -> int:
    """Write the two pages, or compare them with what would be written."""
    stale = []
    for lang, name in (("vi", "metrics.md"), ("en", "metrics.en.md")):
        path, text = DOCS / name, write_page(lang)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"docs/{name}")
    if stale:
        print(f"stale: {', '.join(stale)}; run `python examples/build_docs.py`", file=sys.stderr)
    return 1 if stale else 0


def write_page(lang: str) -> str:
    """Return the catalogue in one language as Markdown."""
    words = WORDS[lang]
    own = [metric for metric in METRICS.values() if metric.formula != "growth"]
    family = {metric.growth: metric for metric in METRICS.values() if metric.formula == "growth"}
    return "\n".join(
        [
            f"# {words['title']}\n",
            f"{words['intro']}\n",
            f"## {words['metrics']}\n",
            *_head(words["metric_head"]),
            *(
                f"| {m.code} | `{m.name}` | {_text(m, 'label', lang)} "
                f"| {_text(m, 'definition', lang)} | {_formula(m)} | {m.unit} | {m.source} |"
                for m in own
            ),
            f"\n## {words['growth']}\n",
            f"{words['growth_intro']}\n",
            *_head(words["growth_head"]),
            *(
                f"| `_{suffix}` | {m.code} | {_text(m, 'label', lang).rsplit(': ', 1)[1]} "
                f"| {_text(m, 'definition', lang)} |"
                for suffix, m in family.items()
            ),
            f"\n## {words['indicators']}\n",
            *_head(words["indicator_head"]),
            *(
                f"| `{i.name}` | {_text(i, 'label', lang)} | {i.nature} | {i.unit} "
                f"| {f'`{i.part_of}`' if i.part_of else ''} | {_text(i, 'definition', lang)} |"
                for i in INDICATORS.values()
            ),
            "",
        ]
    )


def _head(line: str) -> list[str]:
    return [line, "|" + " --- |" * (line.count("|") - 1)]


def _text(entry: object, field: str, lang: str) -> str:
    return str(getattr(entry, f"{field}_{lang}")).replace("|", "\\|")


def _formula(metric: Metric) -> str:
    sides = [
        " | ".join(" + ".join(f"`{name}`" for name in names) for names in side).replace("|", "‖")
        for side in (metric.numerator, metric.denominator)
        if side
    ]
    signs = {"ratio": " ÷ ", "difference": " − ", "complement": " ÷ "}
    text = signs.get(metric.formula, "").join(sides)
    text = f"1 − {text}" if metric.formula == "complement" else text
    return text if metric.scale == 1 else f"{text} × {metric.scale:,.0f}".replace(",", ".")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
