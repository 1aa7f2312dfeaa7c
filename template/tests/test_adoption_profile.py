import pytest
from tables import ROWS, look, make_rows

from {= cookiecutter.package_name =}.adoption.reading import AdoptionError
from {= cookiecutter.package_name =}.adoption.writing import tables

NUMBERS = [float(number * 37 % 101) for number in range(ROWS)]


@pytest.mark.parametrize(
    ("values", "task", "positive"),
    [
        (["yes" if number % 3 else "no" for number in range(ROWS)], "binary", "yes"),
        ([number % 2 for number in range(ROWS)], "binary", "1"),
        ([f"{number % 2}.0" for number in range(ROWS)], "binary", "1"),
        ([number % 2 == 0 for number in range(ROWS)], "binary", "true"),
        ([7 if number % 5 else 3 for number in range(ROWS)], "binary", "3"),
        (["abc"[number % 3] for number in range(ROWS)], "multiclass", None),
        ([number % 4 for number in range(ROWS)], "multiclass", None),
        ([number % 4 + 5 for number in range(ROWS)], "regression", None),
        (NUMBERS, "regression", None),
    ],
)
def test_the_values_of_the_target_tell_the_task(values, task, positive):
    found = look({"price": NUMBERS, "sold": values})
    assert (found.target.task, found.target.positive) == (task, positive)


def test_the_task_and_the_positive_class_can_be_told():
    rows = {"price": NUMBERS, "sold": [str(number % 4) for number in range(ROWS)]}
    assert look(rows, task="regression").target.found.maximum == 3
    assert look(make_rows(), positive="NO").target.positive == "no"
    with pytest.raises(AdoptionError, match="--positive: sold holds"):
        look(make_rows(), positive="perhaps")
    with pytest.raises(AdoptionError, match="--task binary: sold holds 4 classes"):
        look(rows, task="binary")


def test_what_is_told_must_make_sense():
    with pytest.raises(AdoptionError, match="sold is what is predicted"):
        look(make_rows(), leave_out=("sold",))
    with pytest.raises(AdoptionError, match="--type: price can be number, boolean"):
        look(make_rows(), types={"price": "integer"})
    assert look(make_rows(), types={"price": "category"}).columns["price"].type == "category"


TARGETS = {
    "holds 1 value": ["yes"] * ROWS,
    "holds no value": [""] * ROWS,
    "too many for classes": [f"k{number:x}" for number in range(ROWS)],
    "holds dates": make_rows()["day"],
    "10 rows are too few": ["yes", "no"] * 5 + [""] * (ROWS - 10),
}


@pytest.mark.parametrize(("words", "values"), TARGETS.items(), ids=TARGETS)
def test_a_target_that_nothing_can_be_learnt_from_is_refused(words, values):
    with pytest.raises(AdoptionError, match=words):
        look({"price": NUMBERS, "sold": values})


def test_a_table_without_features_is_refused_with_the_reasons():
    with pytest.raises(AdoptionError, match=r"left to predict sold from: key \(it holds the same"):
        look({"sold": make_rows()["sold"], "key": ["a"] * ROWS})


def test_rows_without_the_target_are_left_out_and_counted():
    rows = make_rows()
    rows["sold"][:5] = [""] * 5
    found = look(rows)
    assert found.rows == ROWS - 5
    assert all(len(column.values) == ROWS - 5 for column in found.columns.values())
    assert "5 rows without sold are left out" in found.remarks


def test_the_only_dates_order_the_rows_unless_told_otherwise():
    rows = make_rows()
    assert look(rows).time == "day"
    assert look(rows, time="none").time is None
    rows["born"] = rows["day"]
    assert look(rows).time == "day"
    rows["other day"] = rows["day"]
    assert look(rows).time is None
    assert look(rows, time="Other day").time == "other day"


def test_years_order_the_rows_if_told_so():
    found = look(make_rows() | {"year": [1960 + number for number in range(ROWS)]}, time="year")
    assert found.columns["year"].values[0].as_py().isoformat() == "1960-01-01T00:00:00"
    with pytest.raises(AdoptionError, match="numbers that are no years"):
        look(make_rows(), time="price")


def test_an_id_that_comes_back_groups_the_rows():
    ids = {"customer_id": [f"c{number % 55}" for number in range(3 * ROWS)]}
    rows = {name: values * 3 for name, values in make_rows().items()} | ids
    found = look(rows)
    assert (found.group, found.columns["customer_id"].type) == ("customer_id", "identifier")
    assert look(rows, group="none").group is None


LEAKS = {
    "a copy": lambda sold: [{"yes": "B", "no": "A"}[value] for value in sold],
    "tells the class": lambda sold: [
        (10.0 if value == "yes" else 0.0) + number % 7 for number, value in enumerate(sold)
    ],
}


@pytest.mark.parametrize(("words", "spoil"), LEAKS.items(), ids=LEAKS)
def test_a_column_that_gives_the_target_away_is_reported_and_kept(words, spoil):
    rows = make_rows()
    found = look(rows | {"leak": spoil(rows["sold"])})
    assert [leak.column for leak in found.leaks] == ["leak"]
    assert words in found.leaks[0].evidence
    assert "leak" in [column.name for column in found.features]
    out = look(rows | {"leak": spoil(rows["sold"])}, leave_out=("leak",))
    assert "leak" not in [column.name for column in out.features]


def test_a_number_that_follows_the_target_is_reported():
    sold = [3 * number + place / 1e6 for place, number in enumerate(NUMBERS * 9)]
    found = look({"price": NUMBERS * 9, "sold": sold})
    assert "alone it explains" in found.leaks[0].evidence


def test_no_leak_is_seen_in_what_only_helps():
    assert look(make_rows()).leaks == ()


def test_rows_that_repeat_are_counted():
    rows = {name: [*values, values[0], values[0]] for name, values in make_rows().items()}
    assert look(rows).duplicates == look(make_rows()).duplicates + 2


def test_all_that_was_found_is_said():
    found = look(make_rows(), sensitive=("Kind",))
    said = "\n".join(tables.say_all(found))
    assert "60 rows, 4 columns, 2 features" in said
    assert "task: binary, because it holds two values, positive: yes" in said
    table = tables.show_columns(found)
    cells = [[str(cell) for cell in column.cells] for column in table.columns]
    assert cells[0] == ["price", "kind", "day", "sold"]
    assert cells[4] == ["feature", "feature, sensitive", "time", "target"]


def test_dates_that_nobody_can_mean_are_told():
    rows = make_rows()
    rows["day"][3:5] = ["9999-12-31", "0024-01-01"]
    (doubt,) = [remark for remark in look(rows).remarks if "--missing" in remark]
    assert doubt.startswith("day: 2 dates are not of 1800 to 2200, such as 9999-12-31")
    assert not any("--missing" in remark for remark in look(make_rows()).remarks)
