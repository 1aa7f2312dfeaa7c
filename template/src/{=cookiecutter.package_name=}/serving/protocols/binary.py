"""Tensors as bytes behind the JSON: the extension that Triton's client uses unless told not to.

A body is the JSON, as long as a header says, and then the values of one tensor after the other:
numbers in little-endian order, text as its length in four bytes and then its UTF-8.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..fields import show
from ..refusals import Refusal
from .objects import Json, refuse

EXTENSION = "binary_tensor_data"
HEADER = "Inference-Header-Content-Length"
CONTENT_TYPE = "application/octet-stream"
KINDS = {"FP": "f", "INT": "i", "UINT": "u"}


def divide(body: bytes, length: str | None) -> tuple[bytes, bytes]:
    """The JSON and the bytes behind it; `length` is what HEADER says, if it is there."""
    if length is None:
        return body, b""
    if not (length.isascii() and length.isdigit() and int(length[:19]) <= len(body)):
        raise Refusal(
            400, f"{HEADER} must be the length of the JSON in the body's {len(body)} bytes"
        )
    return body[: int(length)], body[int(length) :]


class Cutter:
    """Takes one tensor after the other from the bytes."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.place = raw, 0

    def read(self, name: str, datatype: str, size: Any) -> list[Any]:
        """The values of a tensor of `size` bytes."""
        begin = self.place
        if type(size) is not int or not 0 <= size <= len(self.raw) - begin:
            rest = len(self.raw) - begin
            refuse(name, f"{name} has {rest} bytes at most behind the JSON, not {show(size)}")
        self.place += size
        try:
            return unpack(self.raw[begin : self.place], datatype)
        except ValueError:
            refuse(name, f"the {size} bytes of {name} are not values of {datatype}")

    def refuse_rest(self) -> None:
        """Every byte must belong to a tensor."""
        if rest := len(self.raw) - self.place:
            refuse(None, f"{rest} bytes behind the JSON belong to no tensor")


def unpack(raw: bytes, datatype: str) -> list[Any]:
    """Bytes as values; ValueError where they are none of this type."""
    if datatype == "BYTES":
        return unpack_texts(raw)
    if datatype == "BOOL":
        return [bool(value) for value in raw]
    values: list[Any] = np.frombuffer(raw, to_dtype(datatype)).tolist()
    return values


def unpack_texts(raw: bytes) -> list[str]:
    """Texts, each behind its length."""
    texts, place = [], 0
    while place < len(raw):
        begin = place + 4
        place = begin + int.from_bytes(raw[place:begin], "little")
        if place > len(raw) or begin > len(raw):
            raise ValueError
        texts.append(raw[begin:place].decode("utf-8"))
    return texts


def pack(values: list[Any], datatype: str) -> bytes:
    """What `unpack` reads."""
    if datatype == "BYTES":
        texts = [value.encode("utf-8") for value in values]
        return b"".join(len(text).to_bytes(4, "little") + text for text in texts)
    return np.array(values, to_dtype(datatype)).tobytes()


def to_dtype(datatype: str) -> np.dtype[Any]:
    """FP32 → little-endian float32."""
    kind = datatype.rstrip("0123456789")
    return np.dtype(f"<{KINDS[kind]}{int(datatype[len(kind) :]) // 8}")


def take_out(outputs: list[Json], names: set[str]) -> bytes:
    """Take the data of some outputs out of the JSON; it is what is returned."""
    parts = []
    for output in outputs:
        if output["name"] in names:
            parts.append(pack(output.pop("data"), output["datatype"]))
            output["parameters"] = {"binary_data_size": len(parts[-1])}
    return b"".join(parts)
