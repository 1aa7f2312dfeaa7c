import os
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest
from toy import make_schema, make_table

from {= cookiecutter.package_name =} import data
from {= cookiecutter.package_name =}.adoption.reading import Reading
from {= cookiecutter.package_name =}.errors import LineError
from {= cookiecutter.package_name =}.ingestion import arrivals, intake, text
from {= cookiecutter.package_name =}.ingestion.arrivals import Places
from {= cookiecutter.package_name =}.ingestion.cells import Spelling
from {= cookiecutter.package_name =}.ingestion.intake import Intake
from {= cookiecutter.package_name =}.ingestion.ledger import Entry, Ledger

ROWS = make_table("binary", rows=40).assign(name=[f"row {row}" for row in range(40)])
COLUMNS = {
    "size": {"type": "number", "nullable": True, "minimum": -10, "maximum": 10},
    "colour": {"type": "category", "nullable": True, "categories": ["blue", "red"]},
    "flag": {"type": "boolean"},
    "answer": {"type": "category", "categories": ["no", "yes"]},
    "name": {"type": "identifier"},
}
SCHEMA = make_schema("binary", columns=COLUMNS, key=["name"], rules=["size < 5 when colour == red"])


@dataclass
class Home:
    """The folders of a table that holds the first 20 rows."""

    places: Places
    bad_share: float = 0.5

    def put(self, name: str, rows: pd.DataFrame, age: float = 1000) -> Path:
        """A file that waits since `age` seconds."""
        path = self.places.incoming / name
        rows.to_csv(path, index=False)
        when = path.stat().st_mtime - age
        os.utime(path, (when, when))
        return path

    def take(self, schema=SCHEMA, spelling=Spelling()) -> list[dict]:  # noqa: B008 (frozen)
        """What becomes of the files that wait."""
        ledger = Ledger(self.places.incoming.parent / "ingested.json")
        job = Intake(schema, self.places, {"bad_share": self.bad_share, "settle": 1}, ledger)
        return list(job.take_all(arrivals.find(self.places.incoming), spelling))

    def names(self) -> list[str]:
        """What names the rows of the table, in the order of their numbers."""
        names = data.read(SCHEMA, self.places.raw)["name"]
        return sorted(names, key=lambda name: int(name.split()[1]))

    def quarantine(self) -> pd.DataFrame:
        """All bad rows."""
        files = sorted(self.places.quarantine.glob("*.csv"))
        return pd.concat([pd.read_csv(file, dtype="str") for file in files])


@pytest.fixture
def home(tmp_path):
    places = Places(*(tmp_path / name for name in ("incoming", "raw", "quarantine", "drafts")))
    places.incoming.mkdir()
    places.raw.mkdir()
    ROWS.head(20).to_csv(places.raw / "first.csv", index=False)
    return Home(places)


def test_good_rows_are_taken_and_bad_ones_quarantined_with_the_reason(home):
    rows = ROWS.iloc[20:30].astype("object").reset_index(drop=True)
    rows.loc[0, "size"], rows.loc[1, "size"], rows.loc[2, "colour"] = 99, "many", "green"
    rows.loc[3, "answer"] = None
    rows.loc[4, ["size", "colour"]] = [7, "red"]
    rows.loc[5, "name"] = "row 3"
    home.put("new.csv", pd.concat([rows, rows.tail(1)]))
    with (home.places.incoming / "new.csv").open("a") as file:
        file.write("only,two\n")
    home.bad_share = 0.6
    (report,) = home.take()
    assert (report["rows"], report["accepted"], report["quarantined"]) == (12, 4, 8)
    found = home.quarantine()
    assert found["quarantine_row"].astype(int).tolist() == [1, 2, 3, 4, 5, 6, 11, 12]
    assert found["quarantine_reason"].tolist() == [
        "size: not at most 10",
        "size: not a finite number",
        "colour: not one of blue, red",
        "what is to be predicted is not known yet",
        "size < 5 when colour == red does not hold",
        "a row with the same name and other values is there already",
        "it repeats a row of the same file",
        "it has 2 values for 5 columns",
    ]
    assert home.names()[20:] == [f"row {row}" for row in range(26, 30)]
    said = text.write({"time": "now", "files": [report]})
    assert "size: not at most 10 in 1 row" in said
    assert "12 rows: 4 accepted, 8 quarantined." in said


def test_a_mended_row_is_taken_from_the_file_of_quarantine(home):
    home.put("new.csv", ROWS.iloc[20:23].assign(size=[99.0, 1.0, 2.0], colour="blue"))
    home.take()
    (bad,) = home.places.quarantine.glob("*.csv")
    mended = home.places.incoming / "mended.csv"
    mended.write_text(bad.read_text("utf-8").replace("99.0", "9"), "utf-8-sig")
    os.utime(mended, (1, 1))
    told = Spelling(Reading(delimiter=";", encoding="cp1252"), adopted=True)  # the source's
    assert home.take(spelling=told)[0]["accepted"] == 1
    assert "quarantine_row" not in data.read(SCHEMA, home.places.raw)


def test_a_file_is_taken_once_however_it_is_called(home):
    home.put("new.csv", ROWS.iloc[20:30])
    assert home.take()[0]["accepted"] == 10
    home.put("same.csv", ROWS.iloc[20:30])
    (again,) = home.take()
    assert again["reason"].startswith("the same contents came as new.csv")
    assert home.names() == ROWS["name"].head(30).tolist()
    assert home.take() == []


def test_a_file_whose_rows_are_gone_is_taken_again(home):
    home.put("new.csv", ROWS.iloc[20:30])
    home.take()
    next(home.places.raw.glob("new.*")).unlink()  # as when the table is adopted anew
    home.put("new.csv", ROWS.iloc[20:30])
    assert home.take()[0]["accepted"] == 10


def test_rows_of_another_file_are_not_doubled(home):
    home.put("a.csv", ROWS.iloc[20:30])
    home.put("b.csv", ROWS.iloc[25:35])
    assert [report["accepted"] for report in home.take()] == [10, 5]
    assert home.names() == ROWS["name"].head(35).tolist()
    assert set(home.quarantine()["quarantine_reason"]) == {"it is there already"}


def test_rows_of_a_file_that_contradict_each_other_are_all_quarantined(home):
    rows = ROWS.iloc[20:30].assign(name=["same", "same", *ROWS["name"].iloc[22:30]])
    home.put("new.csv", rows)
    assert home.take()[0]["accepted"] == 8
    assert "contradict each other" in home.quarantine()["quarantine_reason"].iloc[0]


@pytest.mark.parametrize("moment", ["put", "add", "unlink"])
def test_a_kill_at_any_moment_loses_and_doubles_no_row(home, monkeypatch, moment):
    rows = ROWS.iloc[20:40].assign(size=[99.0] * 5 + [1.0] * 15, colour="blue")
    home.put("new.csv", rows)
    owner = {"put": Intake, "add": Ledger, "unlink": Path}[moment]
    with monkeypatch.context() as patch:
        patch.setattr(owner, moment, raise_interrupt)
        with pytest.raises(KeyboardInterrupt):
            home.take()
    home.put("another.csv", rows.tail(3))  # is looked at after the one that was begun
    home.take()
    assert home.names() == ROWS["name"].head(20).tolist() + rows["name"].tail(15).tolist()
    reasons = home.quarantine()["quarantine_reason"].value_counts()
    assert reasons.to_dict() == {"size: not at most 10": 5, "it is there already": 3}


def raise_interrupt(*_, **__):
    raise KeyboardInterrupt


def test_a_file_with_too_many_bad_rows_is_refused_whole(home):
    home.put("new.csv", ROWS.iloc[20:30].assign(size=[99.0] * 6 + [0.0] * 4, colour="blue"))
    (report,) = home.take()
    assert report["status"] == "refused"
    assert report["reason"] == "6 of 10 rows are bad (60%, 50% are allowed)"
    assert len(list(home.places.quarantine.glob("new.*.refused.csv"))) == 1
    assert len(home.names()) == 20


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "a.csv holds no rows"),
        ("a.csv", b"size,colour,flag,answer,name\n", "it holds no rows"),
        ("a.csv", b"size,answer\n1,no\n", "it has no flag, name"),
        ("a.pdf", b"%PDF-1.4", "a.pdf is no table, it is a PDF"),
        ("a.parquet", b"PAR1 and nothing else", "a.parquet can't be read"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00cut", "a.csv.gz is cut off or damaged"),
    ],
)
def test_what_is_no_table_is_refused(home, name, content, reason):
    (home.places.incoming / name).write_bytes(content)
    os.utime(home.places.incoming / name, (1, 1))
    (report,) = home.take()
    assert report["status"] == "refused"
    assert report["reason"].startswith(reason)
    assert not list(home.places.incoming.iterdir())


def test_a_file_that_grows_waits(home, monkeypatch):
    path = home.put("new.csv", ROWS.iloc[20:30], age=0)

    def grow(_):
        with path.open("a") as file:
            file.write("1,red,true,no,row x\n")

    monkeypatch.setattr(arrivals.time, "sleep", grow)
    (report,) = home.take()
    assert (report["status"], report["reason"]) == ("waiting", "it is still being written")
    assert path.exists()


def test_a_file_that_changes_while_it_is_read_waits(home, monkeypatch):
    home.put("new.csv", ROWS.iloc[20:30])
    write = intake.write_good

    def change(*arguments):
        home.put("new.csv", ROWS.iloc[20:31], age=500)
        return write(*arguments)

    monkeypatch.setattr(intake, "write_good", change)
    (report,) = home.take()
    assert report["status"] == "waiting"
    assert len(home.names()) == 20


def test_columns_that_nobody_knows_are_kept_and_reported(home):
    home.put("new.csv", ROWS.iloc[20:30].assign(height=1))
    (report,) = home.take()
    assert report["quality"]["relevance"]["unknown"] == ["height"]
    assert data.read(SCHEMA, home.places.raw)["height"].tolist()[20:] == ["1"] * 10


def test_rows_of_a_source_that_is_read_again_are_only_counted(home):
    path = home.put("shop.csv", ROWS.head(30))
    arrival = arrivals.Arrival(path, arrivals.stamp(path), arrivals.identify(path))
    ledger = Ledger(home.places.incoming.parent / "ingested.json")
    job = Intake(SCHEMA, home.places, {"bad_share": 0.5, "settle": 0}, ledger)
    report = job.take_source(arrival, Spelling())
    assert (report["rows"], report["accepted"], report["known"]) == (30, 10, 20)
    assert not home.places.quarantine.exists()


def test_without_a_key_equal_rows_are_the_same_row(home):
    home.put("new.csv", pd.concat([ROWS.iloc[18:22], ROWS.iloc[21:22].assign(size=0.5)]))
    assert home.take(replace(SCHEMA, key=()))[0]["accepted"] == 3


def test_a_lost_row_is_noticed():
    with pytest.raises(LineError, match="3 rows came, 1 were accepted and 1 quarantined"):
        Entry("t", "f", "0", "now", "taken", 3, 1, 1)
