"""Write docs/checks.md from the checks' own words; with --check, fail if it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from lthtgn_analysis.checks import CHECKS
from lthtgn_analysis.notation import label

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"vi": "checks.md", "en": "checks.en.md"}
STORIES = ("figure_checks", "report_checks", "series_checks", "source_checks")
WORDS = {
    "vi": {
        "title": "Các phép kiểm tra số liệu",
        "intro": (
            "Trang này được tạo từ lời của chính các phép kiểm tra (`reference/labels.csv`) bằng "
            "`python examples/build_check_docs.py`; đừng sửa tay. `find_problems(observations)` "
            "chạy mọi phép kiểm tra; mỗi phép là một câu đúng với số liệu tốt. Mức *sai* nghĩa là "
            "các số không thể cùng đúng, *cần kiểm tra* là nên hỏi lại, *lưu ý* là điều đáng biết. "
            "Số tròn không bao giờ là sai. Chữ trong ngoặc nhọn là chỗ của con số."
        ),
        "stories": (
            "Một con số tự nó",
            "Trong một báo cáo",
            "Theo thời gian",
            "Giữa các nguồn, phạm vi và cấp",
        ),
        "head": "| câu phải đúng | tên gọi | thấy | phải | cách hiểu và việc cần làm |",
        "not_title": "Không kiểm tra ở đây",
        "not": (
            "- Đúng hẹn và đủ báo cáo (ai gửi, khi nào): `completeness.count_items` và "
            "`completeness.grade_quality`; mẫu báo cáo của Hội không công bố nên không có hạn nộp "
            "để so.\n"
            "- Mẫu số dân số người cao tuổi và văn bản ghi sai ngày chỉ kiểm tra được khi hai "
            "nguồn cùng nêu."
        ),
    },
    "en": {
        "title": "The checks",
        "intro": (
            "This page is made from the checks' own words (`reference/labels.csv`) by "
            "`python examples/build_check_docs.py`; do not edit it. `find_problems(observations)` "
            "runs all checks; each is a sentence that is true of good data. *Error* means that the "
            "figures cannot all be true, *warning* that one should ask, *note* that something is "
            "worth knowing. A round number is never an error. Names in braces stand for figures."
        ),
        "stories": (
            "One figure by itself",
            "Within one report",
            "Over time",
            "Across sources, scopes and levels",
        ),
        "head": "| what must be true | name | found | must | likely reading and what to do |",
        "not_title": "Not checked here",
        "not": (
            "- Completeness and timeliness (who sent what, when): `completeness.count_items` and "
            "`completeness.grade_quality`; the Association's forms are not public, so there is no "
            "deadline to hold reports against.\n"
            "- Rival counts of older people and misdated documents only where two sources speak."
        ),
    },
}


def main(arguments: list[str]) -> int:
    """Write the two pages, or compare them with what would be written."""
    stale = []
    for lang, name in PAGES.items():
        path, text = DOCS / name, write_page(lang)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(f"docs/{name}")
    if stale:
        print(
            f"stale: {', '.join(stale)}; run `python examples/build_check_docs.py`", file=sys.stderr
        )
    return 1 if stale else 0


def write_page(lang: str) -> str:
    """Return all checks in one language as Markdown."""
    words = WORDS[lang]
    lines = [f"# {words['title']}\n", f"{words['intro']}\n"]
    for story, heading in zip(STORIES, words["stories"], strict=True):
        names = [name for name, check in CHECKS.items() if check.__module__.endswith(story)]
        lines += [f"## {heading}\n", words["head"], "|" + " --- |" * 5]
        lines += [_line(name, lang) for name in names]
        lines.append("")
    return "\n".join([*lines, f"## {words['not_title']}\n", words["not"], ""])


def _line(name: str, lang: str) -> str:
    title = label(f"check.{name}", lang=lang)
    cells = [label(f"check.{name}.{part}", lang=lang) for part in ("found", "must", "hint")]
    return "| " + " | ".join([title, f"`{name}`", *cells]) + " |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
