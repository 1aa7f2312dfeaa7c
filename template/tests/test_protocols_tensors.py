import numpy as np
import pytest

from {= cookiecutter.package_name =} import signature
from {= cookiecutter.package_name =}.serving.protocols import (
    binary,
    tensors,
)
from {= cookiecutter.package_name =}.serving.rows import RowsError

FIELDS = (
    signature.Field("speed", "number"),
    signature.Field("open", "boolean"),
    signature.Field("kind", "category"),
)
SIGNATURE = signature.Signature("regression", signature.Target("y"), FIELDS, {})


def tensor(name, datatype, data, **more):
    return {"name": name, "datatype": datatype, "shape": [len(data)], "data": data} | more


def test_each_field_has_a_datatype():
    kinds = [found["datatype"] for found in tensors.describe(SIGNATURE)]
    assert kinds == ["FP64", "BOOL", "BYTES"]


def test_what_is_missing_is_null_nan_or_no_text():
    given = [
        tensor("speed", "FP32", [None, float("nan"), 0]),
        tensor("open", "BOOL", [None, True, False]),
        tensor("kind", "BYTES", [None, "", "a"]),
    ]
    assert tensors.read_rows(given, b"", SIGNATURE, len) == [
        {"speed": None, "open": None, "kind": None},
        {"speed": None, "open": True, "kind": None},
        {"speed": 0, "open": False, "kind": "a"},
    ]


def test_tensors_of_different_lengths_are_refused():
    given = [tensor("speed", "INT8", [1, 2]), tensor("kind", "BYTES", ["a"])]
    with pytest.raises(RowsError, match="can't be used") as caught:
        tensors.read_rows(given, b"", SIGNATURE, len)
    assert "these have speed 2, kind 1" in caught.value.problems[0]["message"]


@pytest.mark.parametrize("datatype", tensors.NUMBERS)
def test_numbers_of_every_type_are_read_from_bytes(datatype):
    raw = binary.pack([7, 100], datatype)
    assert len(raw) == 2 * int("".join(filter(str.isdigit, datatype))) // 8
    assert binary.unpack(raw, datatype) == [7, 100]


def test_numbers_text_and_flags_lie_one_after_the_other_as_bytes():
    raw = np.array([1.5, np.nan]).tobytes() + b"\1\0" + b"\2\0\0\0\xc3\xbc\0\0\0\0"
    sizes = {"speed": ("FP64", 16), "open": ("BOOL", 2), "kind": ("BYTES", 10)}
    given = [
        tensor(name, kind, [], shape=[2], parameters={"binary_data_size": size})
        for name, (kind, size) in sizes.items()
    ]
    assert tensors.read_rows(given, raw, SIGNATURE, len) == [
        {"speed": 1.5, "open": True, "kind": "ü"},
        {"speed": None, "open": False, "kind": None},
    ]


@pytest.mark.parametrize(
    ("datatype", "raw", "size", "words"),
    [
        ("FP64", b"1234567", 7, "the 7 bytes of speed are not values of FP64"),
        ("FP64", b"12345678", 9, "has 8 bytes at most behind the JSON, not 9"),
        ("FP64", b"12345678", -1, "not -1"),
        ("FP64", b"12345678", "8", 'not "8"'),
        ("FP64", b"123456789", 8, "1 bytes behind the JSON belong to no tensor"),
        ("BYTES", b"\5\0\0\0abc", 7, "are not values of BYTES"),
        ("BYTES", b"\1\0\0", 3, "are not values of BYTES"),
        ("BYTES", b"\1\0\0\0\xff", 5, "are not values of BYTES"),
    ],
)
def test_bytes_that_are_no_values_are_refused(datatype, raw, size, words):
    name = "kind" if datatype == "BYTES" else "speed"
    given = [tensor(name, datatype, [0], parameters={"binary_data_size": size})]
    with pytest.raises(RowsError) as caught:
        tensors.read_rows(given, raw, SIGNATURE, len)
    assert words.replace("speed", name) in caught.value.problems[0]["message"]
