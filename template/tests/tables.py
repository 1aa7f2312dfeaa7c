"""Tables to adopt, as people write them."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa

from {= cookiecutter.package_name =}.adoption import profile
from {= cookiecutter.package_name =}.adoption.choices import Choices
from {= cookiecutter.package_name =}.adoption.columns import recognition
from {= cookiecutter.package_name =}.adoption.columns.found import Found
from {= cookiecutter.package_name =}.adoption.reading import Reading
from {= cookiecutter.package_name =}.adoption.sources.place import Raw

ROWS = 60
WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-'
    'types"><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Default Extension="rels" ContentType="application/vnd.openxml'
    'formats-package.relationships+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relation'
    'ships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/rela'
    'tionships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet '
    'name="Sales" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/office'
    'Document/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def make_rows() -> dict[str, list]:
    """A small shop: a number, a category, a date, an answer that nothing here explains well."""
    return {
        "price": [f"{number * 37 % 101}.5" for number in range(ROWS)],
        "kind": ["abc"[number % 3] for number in range(ROWS)],
        "day": [f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}" for number in range(ROWS)],
        "sold": ["yes" if number * 7 % 5 < 2 else "no" for number in range(ROWS)],
    }


def make_csv(rows: dict[str, list] | None = None, delimiter: str = ",") -> str:
    """The same as text."""
    rows = rows or make_rows()
    lines = [list(rows), *zip(*rows.values(), strict=True)]
    return "".join(delimiter.join(map(str, line)) + "\n" for line in lines)


def write_workbook(path: Path, rows: dict[str, list]) -> None:
    """A workbook with one sheet: text, and numbers where the value is one."""
    lines = "".join(
        "<row>" + "".join(map(cell, line)) + "</row>"
        for line in [list(rows), *zip(*rows.values(), strict=True)]
    )
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheet'
    with zipfile.ZipFile(path, "w") as file:
        for name, text in WORKBOOK.items():
            file.writestr(name, text)
        file.writestr("xl/worksheets/sheet1.xml", f"{sheet}Data>{lines}</sheetData></worksheet>")


def cell(value: object) -> str:
    """One cell."""
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def find(values: list, **reading) -> Found:
    """What a column of these values is."""
    column = pa.chunked_array([pa.array(values)])
    return recognition.find("column", column, Reading(**reading))


def look(rows: dict[str, list], target: str = "sold", **choices) -> profile.Profile:
    """What a table of these columns is."""
    held = {name: pa.chunked_array([pa.array(values)]) for name, values in rows.items()}
    return profile.make(Raw(held, Reading(), []), Choices(target, **choices))
