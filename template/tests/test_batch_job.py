import re

import pandas as pd
import pyarrow as pa
import pytest

from {= cookiecutter.package_name =}.batch import (
    draft,
    job,
    readers,
    scoring,
)
from {= cookiecutter.package_name =}.batch.sources import BatchError
from {= cookiecutter.package_name =}.signature import MISSING


@pytest.fixture
def rows(package):
    """Ten usable rows, one after the other in blocks of two."""
    return pd.DataFrame([package.signature.example] * 10)


@pytest.fixture
def start(package, prefix, tmp_path, monkeypatch):
    """`start(rows)`: what a job over these rows needs; `start()`: over those of the last time."""
    monkeypatch.setattr(readers, "BLOCK_ROWS", 2)

    def start(rows=None, **settings):
        if rows is not None:
            rows.to_parquet(tmp_path / "rows.parquet")
        source = readers.open_source(tmp_path / "rows.parquet")
        scorer = scoring.Scorer(package, source, **{"prefix": prefix} | settings)
        return source, scorer, draft.Draft(tmp_path / "parts", job.identify(source, scorer))

    return start


def spoil(rows, package, *places):
    """Rows in which a value is one that no field of any type may have; and the field's name."""
    name = package.signature.fields[0].name
    bad = rows.copy().astype({name: "object"})
    bad.loc[list(places), name] = MISSING
    return bad.astype({name: "str"}), name


def predictions(parts, prefix):
    """The added columns, by their usual names."""
    table = pa.Table.from_batches(parts.blocks(5)).to_pandas()
    added = [name for name in table if name.startswith(prefix)]
    return table[added].rename(columns=lambda name: name.removeprefix(prefix))


def test_classes_have_their_probabilities(rows, package, start, prefix):
    source, scorer, parts = start(rows)
    job.run(source, scorer, parts)
    predicted = predictions(parts, prefix)
    classes = package.signature.target.classes
    names = ["prediction", *[f"probability {label}" for label in classes], "model_version"]
    assert scorer.schema.names == [*rows.columns, *(prefix + name for name in names)]
    assert set(predicted["model_version"]) == {f"{package.name} {package.version}"}
    shares = predicted[names[1:-1]].sum(axis=1)
    assert shares.tolist() == pytest.approx([1] * 10 if classes else [0] * 10)


def test_bad_rows_are_all_counted_and_nothing_is_kept(rows, package, start):
    bad, name = spoil(rows, package, 1, 6, 9)
    source, scorer, parts = start(bad)
    with pytest.raises(BatchError) as caught:
        job.run(source, scorer, parts)
    first, counts, *lines, advice = str(caught.value).splitlines()
    assert "3 of 10 rows can't be used; nothing was written" in first
    assert counts == f"by column: {name} (3)"
    assert [line.split(":")[0] for line in lines] == ["row 2", "row 7", "row 10"]
    assert lines[0].startswith(f"row 2: {name} must be ")
    assert "--skip-bad" in advice
    assert not parts.path.exists()


def test_a_flood_of_bad_rows_is_counted_and_the_first_are_shown(package, start):
    bad, name = spoil(pd.DataFrame([package.signature.example] * 30), package, *range(30))
    with pytest.raises(BatchError, match="30 of 30 rows") as caught:
        job.run(*start(bad))
    assert f"by column: {name} (30)" in str(caught.value)
    assert str(caught.value).count("must be") == 10


def test_bad_rows_are_explained_beside_predictions_of_the_others(rows, package, start, prefix):
    bad, name = spoil(rows, package, 1, 2, 3)
    source, scorer, parts = start(bad, explains=True)
    report = job.run(source, scorer, parts)
    assert (report.rows, report.bad) == (10, 3)
    predicted = predictions(parts, prefix)
    assert predicted["error"].notna().tolist() == [False, True, True, True] + [False] * 6
    assert predicted["error"][1].startswith(f"{name} must be ")
    assert (predicted["prediction"].isna() == predicted["error"].notna()).all()
    good = predicted["prediction"].dropna()
    assert len(set(good)) == 1


def interrupt(after):
    """Ctrl-C, when so many rows are done."""
    done = []

    def advance(count):
        done.append(count)
        if sum(done) == after:
            raise KeyboardInterrupt

    return advance


def test_an_interrupted_job_goes_on_where_it_stopped(rows, start, prefix, capsys):
    with pytest.raises(SystemExit) as stopped, draft.interruptible():
        job.run(*start(rows), interrupt(4))
    assert stopped.value.code == 130
    assert "run the same command again" in capsys.readouterr().err

    source, scorer, parts = start()
    kept = ages(parts)
    assert len(kept) >= 2
    assert job.run(source, scorer, parts).rows == 10
    assert len(predictions(parts, prefix)) == 10
    assert kept.items() < ages(parts).items()


def ages(parts):
    """When each finished block was written."""
    return {part: part.stat().st_mtime_ns for part in parts.path.glob("*.arrow")}


def test_skipped_rows_are_counted_after_an_interruption_too(rows, package, start):
    bad, _ = spoil(rows, package, 0, 9)
    with pytest.raises(KeyboardInterrupt):
        job.run(*start(bad, explains=True), interrupt(4))
    assert job.run(*start(explains=True)).bad == 2


@pytest.mark.parametrize("change", ["rows", "settings"])
def test_blocks_of_another_job_are_thrown_away(rows, start, change):
    with pytest.raises(KeyboardInterrupt):
        job.run(*start(rows), interrupt(4))
    again = start(rows.head(9)) if change == "rows" else start(prefix="other_")
    assert ages(again[2]) == {}


def test_a_full_disk_is_a_sentence_and_finished_blocks_stay(rows, start, monkeypatch):
    source, scorer, parts = start(rows)
    write = draft.Draft.write

    def fill(parts, number, block):
        if number == 3:
            raise OSError(28, "No space left on device")
        write(parts, number, block)

    monkeypatch.setattr(draft.Draft, "write", fill)
    with pytest.raises(BatchError, match=r"No space left.*\nMend that"), draft.interruptible():
        job.run(source, scorer, parts)
    assert len(ages(parts)) >= 3


def test_every_missing_column_is_named(rows, package, tmp_path):
    names = [field.name for field in package.signature.fields]
    rows.assign(other=1)[["other"]].to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(BatchError, match=f"model reads: {re.escape(', '.join(names))}"):
        scoring.Scorer(package, readers.open_source(tmp_path / "rows.csv"))


def test_other_delimiters_than_commas_are_suspected(package, tmp_path):
    (tmp_path / "rows.csv").write_text("a;b\n1;2\n")
    with pytest.raises(BatchError, match="parted by ';': save it with commas"):
        scoring.Scorer(package, readers.open_source(tmp_path / "rows.csv"))


def test_a_file_with_predictions_needs_another_name_for_new_ones(rows, package, tmp_path):
    rows.assign(prediction=1, model_version=2).to_csv(tmp_path / "rows.csv", index=False)
    source = readers.open_source(tmp_path / "rows.csv")
    words = "would add: prediction, (probability .*, )?model_version\nGive --prefix"
    with pytest.raises(BatchError, match=words):
        scoring.Scorer(package, source)
    names = scoring.Scorer(package, source, prefix="new ").schema.names
    assert {"prediction", "new prediction", "new model_version"} < set(names)


def test_a_number_that_the_model_s_arithmetic_cannot_hold_is_a_bad_row(
    rows, start, prefix, monkeypatch
):
    source, scorer, parts = start(rows, explains=True)
    predict = type(scorer.package).predict

    def overflow(package, inputs):
        predictions = predict(package, inputs)
        shares = predictions.probabilities
        if len(inputs) == 2:
            (predictions.value if shares is None else shares)[1] = float("inf")
        return predictions

    monkeypatch.setattr(type(scorer.package), "predict", overflow)
    assert job.run(source, scorer, parts).bad == 5
    predicted = predictions(parts, prefix)
    assert predicted["prediction"].isna().tolist() == [False, True] * 5
    assert "too large" in predicted["error"][1]


def test_a_block_that_another_process_took_away_is_missed(rows, start):
    source, scorer, parts = start(rows)
    count = job.run(source, scorer, parts).blocks
    parts.part(count - 1).unlink()
    with pytest.raises(BatchError, match="Mend that"), draft.interruptible():
        list(parts.blocks(count))
