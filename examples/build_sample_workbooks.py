"""Write the sample workbooks: messy as provinces and districts send them, every figure made up.

    python examples/build_sample_workbooks.py [FOLDER]

Names and codes of places are real; each workbook says in a cell that its figures are invented. The
same script gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

FOLDER = Path(__file__).resolve().parent.parent / "data" / "sample" / "workbooks"
MADE_UP = "Số liệu giả định để minh họa: mọi con số trong tệp này đều hư cấu."
CREATED = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed day, so that bytes are the same


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_districts(folder / "huyen-theo-hang.xlsx")
    write_communes(folder / "xa-theo-huyen.xlsx")
    write_register(folder / "so-theo-doi-clb.xlsx")
    write_form(folder / "bieu-thong-ke.ods")


class Share(float):
    """A number that is shown as a percentage."""


def open_book(path: Path) -> tuple[xlsxwriter.Workbook, dict]:
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": CREATED})
    return book, {
        "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
    }


def write_districts(path: Path) -> None:
    """Districts as rows under merged headings, a hidden draft, a second table, a wrong total."""
    book, formats = open_book(path)
    sheet = book.add_worksheet("Biểu 01")
    sheet.write("A1", "HỘI NGƯỜI CAO TUỔI TỈNH THANH HÓA")
    sheet.write("F1", "Thanh Hóa, ngày 09 tháng 01 năm 2024")
    sheet.write("A3", "KẾT QUẢ HOẠT ĐỘNG CÂU LẠC BỘ LIÊN THẾ HỆ TỰ GIÚP NHAU")
    sheet.write("A4", "(Số liệu có đến ngày 31/12/2023)")
    sheet.write("A5", MADE_UP)
    sheet.write("H6", "Đơn vị tính: triệu đồng")
    for area, text in (
        ("A7:A8", "TT"),
        ("B7:B8", "Huyện, thị xã, thành phố"),
        ("H7:H8", "Ghi chú"),
    ):
        sheet.merge_range(area, text, formats["head"])
    sheet.merge_range("C7:D7", "Câu lạc bộ", formats["head"])
    sheet.merge_range("E7:F7", "Thành viên", formats["head"])
    sheet.write_row("C8", ["Tổng số", "Số nháp", "Tổng số", "Trong đó nữ"], formats["head"])
    sheet.write("G7", "Quỹ tăng thu nhập", formats["head"])
    sheet.write("G8", "Tổng vốn", formats["head"])
    sheet.set_column("D:D", None, None, {"hidden": True})
    rows = [
        ("TX Bỉm Sơn", 12, 11, 640, 402, 655.5, ""),
        ("Sầm Sơn", 9, 9, "gần 500", 310, 421, ""),
        ("H. Nga Sơn", 31, 30, 1702, 1120, "1,6 tỉ", "kể cả CLB mới ra mắt"),
        ("Quan Hoá", 4, 4, 188, "-", "không", "chưa có quỹ"),
    ]
    for number, row in enumerate(rows):
        sheet.write_row(8 + number, 0, [number + 1, *row])
    sheet.merge_range("A13:B13", "Tổng cộng")
    sheet.write_row("C13", [56, 54, 3130, 1832, 2676.5])
    sheet.write("B15", "NGƯỜI LẬP BIỂU")
    sheet.write("F15", "TM. BAN THƯỜNG VỤ")
    sheet.write("J8", "Quỹ Chăm sóc và phát huy vai trò NCT")
    sheet.write_row("J9", ["Đơn vị", "Số tiền (triệu đồng)"])
    sheet.write_row("J10", ["Nga Sơn", 120.5])
    sheet.write_row("J11", ["Bỉm Sơn", 88])
    book.close()


def write_communes(path: Path) -> None:
    """Communes under headings without figures, a total under each, years as groups of columns."""
    book, formats = open_book(path)
    sheet = book.add_worksheet("Theo xã")
    sheet.write("A1", "BAN ĐẠI DIỆN HỘI NGƯỜI CAO TUỔI TỈNH HÒA BÌNH")
    sheet.write("A2", "NHÂN RỘNG CLB LIÊN THẾ HỆ TỰ GIÚP NHAU GIAI ĐOẠN 2022-2023")
    sheet.write("A3", MADE_UP)
    sheet.merge_range("A5:A6", "STT", formats["head"])
    sheet.merge_range("B5:B6", "Đơn vị", formats["head"])
    sheet.merge_range("C5:D5", "Năm 2022", formats["head"])
    sheet.merge_range("E5:F5", "Năm 2023", formats["head"])
    sheet.merge_range("G5:G6", "Tăng, giảm CLB so với năm 2022", formats["head"])
    sheet.write_row("C6", ["Số CLB", "Số thành viên", "Số CLB", "Số thành viên"], formats["head"])
    lines = [
        ("I", "Huyện Đà Bắc", "", "", "", "", ""),
        (1, "TT Đà Bắc", 2, 101, 3, 160, 1),
        (2, "Xã Tu Lý", 1, 52, 1, 55, 0),
        ("", "Cộng", 3, 153, 4, 215, 1),
        ("II", "Huyện Mai Châu", "", "", "", "", ""),
        (1, "Mai Hạ", "-", "-", 1, 48, 1),
        (2, "Xã Chiềng Châu", 1, 50, 2, 99, 1),
        ("", "Cộng", 1, 50, 3, 147, 2),
        ("", "Tổng cộng toàn tỉnh", 4, 203, 7, 362, 3),
    ]
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if value != "":
                sheet.write(6 + number, column, value)
    sheet.write("B17", "Ghi chú: các huyện khác chưa có CLB.")
    book.close()


def write_register(path: Path) -> None:
    """Write a register of clubs after the merger, its dates written in every manner."""
    book, formats = open_book(path)
    sheet = book.add_worksheet("Danh sách")
    sheet.write("A1", "HỘI NGƯỜI CAO TUỔI XÃ NGA SƠN, TỈNH THANH HÓA")
    sheet.write("A2", "DANH SÁCH CÁC CLB LIÊN THẾ HỆ TỰ GIÚP NHAU (đến hết tháng 9/2025)")
    sheet.write("A3", MADE_UP)
    headings = ["STT", "Mã CLB", "Tên CLB", "Thôn", "Ngày thành lập", "Số thành viên", "Nữ",
                "NCT (60 tuổi trở lên)", "Vốn ban đầu (triệu đồng)", "Quỹ TTN (triệu đồng)",
                "Họ tên chủ nhiệm"]  # fmt: skip
    sheet.write_row("A5", headings, formats["head"])
    rows = [
        ("NS01", "CLB thôn Hưng Long", "Hưng Long", dt.date(2019, 5, 20), 61, 40, 44, 35, 71.2),
        ("NS02", "CLB thôn Thanh Lãng", "Thanh Lãng", "quý II/2021", 55, 37, 41, 30, 52),
        ("NS03", "CLB khu phố 2", "Khu phố 2", "12.11.2023", 49, 30, "-", "-", "không"),
        ("NS04", "CLB thôn Vĩnh Lộc", "Vĩnh Lộc", "1/8/1899", 58, 38, 39, 25, 48.5),
    ]
    for number, row in enumerate(rows):
        line = 5 + number
        sheet.write(line, 0, number + 1)
        for column, value in enumerate(row, start=1):
            if isinstance(value, dt.date):
                sheet.write_datetime(line, column, value, formats["date"])
            else:
                sheet.write(line, column, value)
        sheet.write(line, 10, f"Người phụ trách {number + 1}")
    sheet.merge_range("A10:E10", "Cộng")
    sheet.write_row("F10", [223, 145, 124, 90, 171.7])
    book.close()


def write_form(path: Path) -> None:
    """Write a form of nine months whose rows are indicators, as an ods file."""
    rows: list[list[str | float]] = [
        ["HỘI NGƯỜI CAO TUỔI TỈNH NGHỆ AN"],
        ["BIỂU THỐNG KÊ 9 THÁNG NĂM 2024"],
        [MADE_UP],
        [],
        ["STT", "Nội dung", "ĐVT", "Kế hoạch năm 2024", "Thực hiện 9 tháng", "% so với kế hoạch"],
        ["I", "Công tác Hội"],
        [1, "Hội viên Hội Người cao tuổi", "người", 1000, 990, Share(0.99)],
        ["II", "Câu lạc bộ Liên thế hệ tự giúp nhau"],
        [1, "Tổng số CLB", "CLB", 120, 114, Share(0.95)],
        [2, "Số CLB thành lập mới", "CLB", 20, 14, Share(0.7)],
        [3, "Số thành viên", "người", "", 6120, ""],
        ["", "- Trong đó: nữ", "người", "", 4001, ""],
        [4, "Vốn quỹ tăng thu nhập", "triệu đồng", "", 5310.5, ""],
        [5, "Tỷ lệ thành viên tham gia sinh hoạt", "%", 85, 87.5, ""],
        [6, "Kinh phí thực hiện Đề án", "triệu đồng", 400, 255, Share(0.6375)],
    ]
    body = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
        'office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Biểu 9 tháng">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("mimetype", kind), ("content.xml", content),
                           ("META-INF/manifest.xml", manifest)):  # fmt: skip
            about = zipfile.ZipInfo(name, CREATED.timetuple()[:6])
            about.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(about, text)


def ods_cell(value: str | float) -> str:
    if isinstance(value, str):
        if not value:
            return "<table:table-cell/>"
        return (
            f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p>'
            "</table:table-cell>"
        )
    kind = "percentage" if isinstance(value, Share) else "float"
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{float(value)!r}">'
        f"<text:p>{float(value)!r}</text:p></table:table-cell>"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
