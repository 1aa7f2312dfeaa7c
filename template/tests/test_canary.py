import json

import pytest

from {= cookiecutter.package_name =} import canary
from {= cookiecutter.package_name =}.canary import Canary

KEYS = [f"key {number}" for number in range(2000)]


def test_what_was_written_is_read(tmp_path):
    assert canary.read(tmp_path) is None
    made = Canary("v1", 12.5, shadow=True, key="customer", rule={"kind": ["new", 1]})
    canary.write(tmp_path, made)
    assert canary.read(tmp_path) == made
    canary.remove(tmp_path)
    canary.remove(tmp_path)
    assert canary.read(tmp_path) is None


@pytest.mark.parametrize("share", [0, 1, 20, 99.5, 100])
def test_a_share_is_what_it_says(share):
    taken = sum(Canary("v1", share).takes([{}], key) for key in KEYS)
    assert taken == pytest.approx(share * len(KEYS) / 100, abs=60)
    assert (share in (0, 100)) == (taken in (0, len(KEYS)))


def test_another_challenger_is_tried_on_others():
    first, second = (
        {key for key in KEYS if Canary(version, 20).takes([{}], key)} for version in ("v1", "v2")
    )
    assert len(first & second) < len(first) / 2


def test_equal_values_of_the_key_come_to_the_same_model():
    chosen = Canary("v1", 50, key="customer")
    for customer in (1, "1", "Zoë", None):
        assert len({chosen.takes([{"customer": customer}], key) for key in KEYS[:50]}) == 1
    assert len({chosen.takes([{"customer": n}], "") for n in range(50)}) == 2
    assert len({chosen.takes([{}], key) for key in KEYS[:50]}) == 2  # without it chance decides


@pytest.mark.parametrize(
    ("rows", "allowed"),
    [
        ([{"kind": "new"}], True),
        ([{"kind": "new"}, {"kind": "trial"}], True),
        ([{"kind": "new"}, {"kind": "old"}], False),
        ([{}], False),
        ([5], False),
    ],
)
def test_a_rule_holds_for_all_rows_of_a_request(rows, allowed):
    assert Canary("v1", 100, rule={"kind": ["new", "trial"]}).takes(rows, "key") is allowed


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"share": 5}', '{"version": 1}'])
def test_a_broken_file_is_told_with_what_to_do(tmp_path, text):
    (tmp_path / canary.FILE).write_text(text)
    with pytest.raises(canary.CanaryError, match="poe canary stop"):
        canary.read(tmp_path)


@pytest.mark.parametrize("share", [-1, 101, float("nan")])
def test_an_impossible_share_is_refused(tmp_path, share):
    (tmp_path / canary.FILE).write_text(json.dumps({"version": "v1", "share": share}))
    with pytest.raises(canary.CanaryError, match="from 0 to 100"):
        canary.read(tmp_path)
