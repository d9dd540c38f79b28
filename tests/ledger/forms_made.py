"""Forms as offices send them, made for one test, and what stands in a filled one."""

import io
from collections.abc import Sequence

import python_calamine
import xlsxwriter

from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody import export
from linli.custody.export import Kind, Mark
from linli.ledger.forms import keeping
from linli.ledger.models import ReportFilling, ReportForm
from linli.places.models import Area

MARK = Mark(taken_by="李值班", confirmed_by="", synthetic=True)
HEAD = ("序号", "姓名", "联系电话", "民族", "备注")
FOOT = ("填表人：张三", "审核：李四")
LINE = "填报单位：{{单位}} 填表人：张三 日期：{{日期}}"


def a_form(
    rows: Sequence[Sequence[str]] = (),
    *,
    head: Sequence[str] = HEAD,
    foot: Sequence[str] = FOOT,
    line: str = LINE,
    hidden: bool = False,
) -> bytes:
    """A form: a merged title, a line of who fills it in, the head, empty rows with lines around them, a foot."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("登记表")
        title = book.add_format({"bold": True, "font_size": 18, "align": "center", "font_name": "宋体"})
        lined = book.add_format({"border": 1, "bg_color": "#fff2cc", "text_wrap": True})
        sheet.merge_range(0, 0, 0, len(head) - 1, "居民登记表", title)
        sheet.set_row(0, 36)
        sheet.write_string(1, 0, line)
        for at, said in enumerate(head):
            sheet.set_column(at, at, 7 + 3 * at)
            sheet.write_string(2, at, said, lined)
            for below in range(3, 8):
                sheet.write_blank(below, at, None, lined)
        for at, row in enumerate(rows, 3):
            for column, said in enumerate(row):
                sheet.write_string(at, column, said, lined)
        for column, said in enumerate(foot):
            sheet.write_string(max(8, 4 + len(rows)), 2 * column, said)
        if hidden:
            book.add_worksheet("空").activate()
            sheet.hide()
    return file.getvalue()


def of_cells(*rows: Sequence[str], merges: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """A form of these cells alone."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, said in enumerate(row):
                if said:
                    sheet.write_string(at, column, said)
        for merge in merges:
            said = rows[merge[0]][merge[1]]
            sheet.merge_range(*merge, said)
    return file.getvalue()


def add(
    area: Area, by: Caller, content: bytes | None = None, *, name: str = "居民登记表", rows: str = "person"
) -> ReportForm:
    """A form taken in."""
    made, _ = keeping.add_form(
        area, name=name, required_by="区统计局", rows=rows, content=content or a_form(), by=by, at=now()
    )
    return made


def columns(form: ReportForm) -> list[tuple[str, str, str]]:
    """Title, kind and meaning of every column."""
    return [(each.title, each.kind, each.meaning) for each in form.columns.order_by("at")]


def file_of(made: ReportFilling, by: Caller) -> bytes:
    """The file, as who asked for it downloads it."""
    found = export.export_visible_to(by, made.number)
    return export.take(found, kind=Kind.XLSX, mark=MARK, by=by, at=now()).content


def cells_of(content: bytes) -> list[list[object]]:
    """What stands in the cells of a file, row by row."""
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
