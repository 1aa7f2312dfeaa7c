import gzip
import json
import os
import sqlite3
import sys
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler

import pyarrow as pa
import pytest
from pyarrow import parquet
from tables import ROWS, make_csv, make_rows, write_workbook

from {= cookiecutter.package_name =}.adoption.reading import (
    AdoptionError,
    Reading,
    unwatched,
)
from {= cookiecutter.package_name =}.adoption.sources import (
    delimited,
    names,
    place,
)
from {= cookiecutter.package_name =}.adoption.sources.place import Source


def read(path, **reading):
    return place.read(Source(str(path)), Reading(**reading), unwatched)


def write(folder, content, name="shop.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


CSV = make_csv()
MESSY = {
    "a tabulator": CSV.replace(",", "\t"),
    "semicolons and a decimal comma": CSV.replace(",", ";").replace(".5", ",5"),
    "a byte order mark": "\ufeff" + CSV,
    "UTF-16": CSV.encode("utf-16"),
    "Windows letters": CSV.replace("a,", "ä,").encode("cp1252"),
    "Windows line ends": CSV.replace("\n", "\r\n"),
    "gzip": gzip.compress(CSV.encode()),
    "quotes": "".join(
        ",".join(f'"{field}"' for field in line.split(",")) + "\n" for line in CSV.splitlines()
    ),
    "single quotes around the delimiter": CSV.replace("a,", "'a,',"),
    "no newline at the end": CSV.rstrip("\n"),
    "row names without a header, as R writes them": CSV.splitlines(keepends=True)[0]
    + "".join(f"r{n},{line}\n" for n, line in enumerate(CSV.splitlines()[1:])),
}


@pytest.mark.parametrize("content", MESSY.values(), ids=MESSY)
def test_text_is_read_however_it_is_written(tmp_path, content):
    raw = read(write(tmp_path, content))
    assert list(raw.columns)[-4:] == ["price", "kind", "day", "sold"]
    assert raw.columns["sold"].to_pylist() == make_rows()["sold"]
    assert set(raw.columns["kind"].to_pylist()) <= {"a", "b", "c", "ä", "a,"}


def test_letters_beyond_the_sample_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "SAMPLE", 100)
    content = (CSV + "1.5,Müller,2024-01-01,yes\n").encode("cp1252")
    assert read(write(tmp_path, content)).columns["kind"][-1].as_py() == "Müller"


def test_a_missing_header_is_noticed(tmp_path):
    raw = read(write(tmp_path, CSV.partition("\n")[2]))
    assert list(raw.columns) == ["column_1", "column_2", "column_3", "column_4"]
    assert len(raw.columns["column_1"]) == ROWS


def test_every_kind_of_file_gives_the_same_table(tmp_path):
    rows = make_rows()
    parquet.write_table(pa.table(rows), tmp_path / "shop.parquet")
    write_workbook(tmp_path / "shop.xlsx", rows)
    records = [dict(zip(rows, line, strict=True)) for line in zip(*rows.values(), strict=True)]
    write(tmp_path, "\n".join(map(json.dumps, records)), "shop.jsonl")
    write(tmp_path, json.dumps(records), "shop.json")
    for path in sorted(tmp_path.iterdir()):
        columns = read(path).columns
        assert list(columns) == list(rows), path.name
        assert columns["sold"].to_pylist() == rows["sold"], path.name


def test_a_value_that_changes_its_type_becomes_text(tmp_path):
    lines = [{"x": 1}, {"x": "many"}, {"x": {"of": [1]}}, {}]
    raw = read(write(tmp_path, "\n".join(map(json.dumps, lines)), "x.jsonl"))
    assert raw.columns["x"].to_pylist() == ["1", "many", '{"of": [1]}', None]


def test_the_files_of_a_folder_are_one_table(tmp_path):
    write(tmp_path, CSV, "b.csv")
    write(tmp_path, CSV, "a.csv")
    assert len(read(tmp_path).columns["sold"]) == 2 * ROWS
    write(tmp_path, CSV.replace("price", "prize"), "c.csv")
    with pytest.raises(AdoptionError, match=r"c.csv and a.csv have not the same columns.*prize"):
        read(tmp_path)


REFUSED = {
    "is empty": b"",
    "is no text": bytes(range(256)),
    "in any known encoding": bytes(range(128, 256)) * 9,
    "cut off": gzip.compress(CSV.encode())[:-99],
    "it is a PDF": b"%PDF-1.7",
    "1 rows have not 4 fields": CSV + "1,2\n",
    "is no workbook": b"PK\x03\x04 and more",
    "can't be read": b"PAR1 and more",
}


@pytest.mark.parametrize(("words", "content"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_table_is_refused_in_words(tmp_path, words, content):
    with pytest.raises(AdoptionError, match=words):
        read(write(tmp_path, content))


def test_what_is_no_file_is_refused_in_words(tmp_path):
    places = {"gone.csv": "not exist", "": "no table"}
    if hasattr(os, "mkfifo"):  # Windows has none
        os.mkfifo(tmp_path / "pipe")
        places["pipe"] = "no regular file"
    for name, words in places.items():
        with pytest.raises(AdoptionError, match=words):
            read(tmp_path / name)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = write(tmp_path, CSV)

    def append(file, _):
        path.write_text(CSV + CSV.splitlines()[-1])
        return file

    with pytest.raises(AdoptionError, match="changed while it was read"):
        place.read(Source(str(path)), Reading(), append)


def test_a_query_is_a_table(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table sales (price real, sold text)")
        database.executemany("insert into sales values (?, ?)", [(1.5, "yes"), (None, "no")])
    database.close()
    source = Source(f"sqlite:///{tmp_path}/shop.db", "select * from sales")
    assert place.read(source, Reading(), unwatched).columns["price"].to_pylist() == [1.5, None]
    with pytest.raises(AdoptionError, match="the database refuses: no such table: sails"):
        place.read(Source(source.location, "select * from sails"), Reading(), unwatched)


def test_a_driver_that_is_not_installed_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(AdoptionError, match=r"uv add --group train 'psycopg\[binary\]"):
        place.read(Source("postgresql://here/shop", "select 1"), Reading(), unwatched)


def test_an_address_is_fetched(tmp_path):
    write(tmp_path, CSV)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.func.log_message = lambda *_: None
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert len(read(f"{address}/shop.csv").columns["sold"]) == ROWS
        with pytest.raises(AdoptionError, match="answers 404"):
            read(f"{address}/other.csv")
        server.shutdown()


@pytest.mark.parametrize(
    "address",
    ["postgresql://me:secret@host/shop", "https://host/shop.csv?token=abc"],
)
def test_an_address_with_a_secret_is_refused_and_a_variable_taken(address, monkeypatch):
    with pytest.raises(AdoptionError, match="environment variable"):
        Source(address)
    monkeypatch.setenv("SHOP", address)
    assert Source("$SHOP").resolve() == address
    with pytest.raises(AdoptionError, match="GONE is not set"):
        Source("$GONE").resolve()


def test_names_become_usable_and_stay_themselves():
    found = ["a b", "é'\"", "", "x", "X", "x", "x_2", "two\nlines", "😀", "${x}", "prediction"]
    made = names.make_names(found)
    assert made[:6] == ["a b", "é'\"", "column_3", "x", "X", "x_3"]
    assert made[6:] == ["x_2", "two lines", "😀", "${x}", "prediction"]


def test_a_name_that_is_nearly_right_is_suggested():
    assert names.find_name("--target", "Sold", ["price", "sold"]) == "sold"
    with pytest.raises(AdoptionError, match=r"no column 'slod'; it has sold"):
        names.find_name("--target", "slod", ["price", "sold"])
