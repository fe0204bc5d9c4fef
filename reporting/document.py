"""A Word file in the house's look: headings, tables, pictures, and the same bytes each time."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Row
from docx.text.paragraph import Paragraph

from reporting import colours
from reporting.pictures import WIDTH_CM

_FONT = "Arial"
# Style → points, colour, bold, space before and after in points.
_STYLES = {
    "Normal": (9.5, colours.TEXT, False, 0, 5),
    "Title": (22, colours.ACCENT, True, 0, 0),
    "Subtitle": (12, colours.QUIET, False, 0, 4),
    "Heading 1": (13, colours.ACCENT, True, 12, 4),
    "Heading 2": (10, colours.TEXT, True, 8, 3),
    "Caption": (8, colours.QUIET, False, 0, 6),
    "Warning": (9.5, colours.WARNING, True, 0, 5),
}


def _colour(text: str) -> RGBColor:
    return RGBColor.from_string(text.lstrip("#").upper())


def new(title: str, release: str, moment: dt.datetime, *, is_landscape: bool = False) -> Document:
    """Return an empty A4 document whose properties carry `moment`, the release's time."""
    document = docx.Document()
    document.styles.add_style("Warning", WD_STYLE_TYPE.PARAGRAPH)
    for name, (size, colour, is_bold, before, after) in _STYLES.items():
        style = document.styles[name]
        properties = style.element.get_or_add_rPr()
        properties.clear()
        properties.append(parse_xml(
            f'<w:rFonts {nsdecls("w")} w:ascii="{_FONT}" w:hAnsi="{_FONT}" w:cs="{_FONT}"'
            f' w:eastAsia="{_FONT}"/>'
        ))  # fmt: skip
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), is_bold, _colour(colour)
        properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-GB"/>'))
        layout = style.paragraph_format
        layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.1
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    if is_landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(1.6), Cm(1.7)
    section.footer_distance = Cm(0.8)
    line = section.footer.paragraphs[0]
    line.style = document.styles["Caption"]
    line.add_run(f"{title} · release {release} · page ")
    for field in ("PAGE", "NUMPAGES"):
        line._p.append(parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        ))  # fmt: skip
        line.add_run(" of " if field == "PAGE" else "")
    describe(document, title, release, moment)
    return document


def describe(document: Document, title: str, release: str, moment: dt.datetime) -> None:
    """Set a document's properties; its clock is the release's, never that of the run."""
    core = document.core_properties
    core.title, core.subject, core.author = title, f"release {release}", "Paidnet"
    core.comments, core.last_modified_by, core.language, core.revision = "", "", "en-GB", 1
    core.created = core.modified = moment.replace(microsecond=0)


def say(document: Document, text: str, style: str = "Normal") -> None:
    """Add a paragraph."""
    document.add_paragraph(text, style)


def picture(document: Document, png: bytes, alternative: str, caption: str) -> None:
    """Add a picture across the page, with a text for those who cannot see it."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(BytesIO(png), width=Cm(WIDTH_CM))
    shape._inline.docPr.set("descr", alternative)
    say(document, caption, "Caption")


def table(
    document: Document,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    left: Sequence[int] = (0,),
    strong: Sequence[int] = (),
    has_header: bool = True,
) -> None:
    """Add a table: the first row may head it, columns `left` are text, `strong` ones are bold.

    `widths` are in cm. Rows do not break over pages, and the header repeats.
    """
    made = document.add_table(rows=0, cols=len(widths))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    layout = made._tbl.tblPr.find(qn("w:tblLayout"))
    layout.addprevious(parse_xml(  # the order of these elements is fixed
        f'<w:tblBorders {nsdecls("w")}>'
        + "".join(
            f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{colours.RULE[1:]}"/>'
            for edge in ("top", "bottom", "insideH")
        )
        + "</w:tblBorders>"
    ))  # fmt: skip
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for number, texts in enumerate(rows):
        row = made.add_row()
        is_header = has_header and number == 0
        _keep_whole(row, is_header=is_header)
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Cm(widths[place])
            is_left = place in left
            is_kept = len(rows) < 15 and number < len(rows) - 1
            _fill(cell.paragraphs[0], text, is_left=is_left, is_kept=is_kept)
            run = cell.paragraphs[0].runs[0]
            run.font.size, run.font.bold = Pt(8.5), is_header or place in strong
            if is_header:
                run.font.color.rgb = _colour(colours.QUIET)
                shade = f'<w:shd {nsdecls("w")} w:val="clear" w:fill="{colours.SHADE[1:]}"/>'
                cell._tc.get_or_add_tcPr().append(parse_xml(shade))
    gap = document.add_paragraph()
    gap.paragraph_format.space_after = Pt(0)
    gap.paragraph_format.line_spacing = Pt(7)


def _fill(paragraph: Paragraph, text: str, *, is_left: bool, is_kept: bool) -> None:
    # A column of numbers may be too narrow for an amount and its currency in one line.
    paragraph.add_run(text if is_left else text.replace("\u00a0", " "))
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(1.5)
    layout.line_spacing = 1.0
    layout.keep_with_next = is_kept
    if not is_left:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _keep_whole(row: _Row, *, is_header: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if is_header:
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def save(document: Document, path: Path) -> None:
    """Write the file whole or not at all; the same content gives the same bytes."""
    made = BytesIO()
    document.save(made)
    whole(undated(made.getvalue()), path)


def undated(word: bytes) -> bytes:
    """Return a Word file whose entries carry no time: the same content is the same bytes."""
    fixed = BytesIO()
    with zipfile.ZipFile(BytesIO(word)) as found, zipfile.ZipFile(fixed, "w") as target:
        for name in found.namelist():
            entry = zipfile.ZipInfo(name)  # dated 1980, not now
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, found.read(name))
    return fixed.getvalue()


def whole(content: bytes, path: Path) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
