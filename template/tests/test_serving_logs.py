import json
import logging

from {= cookiecutter.package_name =}.serving.logs import JSONFormatter


def test_a_record_is_one_line_of_json_with_what_was_added():
    extra = {"request_id": "abc", "path": logging}
    record = logging.getLogger("any").makeRecord(
        "any", logging.ERROR, "", 0, "%s\nfailed", ("it",), None, extra=extra
    )
    line = JSONFormatter().format(record)
    assert "\n" not in line
    found = json.loads(line)
    assert found["message"] == "it\nfailed"
    assert (found["level"], found["request_id"]) == ("error", "abc")
    assert found["time"].endswith("+00:00")


def test_a_traceback_stays_in_its_line():
    try:
        raise ValueError("no")
    except ValueError as error:
        kind = (type(error), error, error.__traceback__)
        record = logging.makeLogRecord({"msg": "failed", "exc_info": kind})
    found = json.loads(JSONFormatter().format(record))
    assert "ValueError: no" in found["traceback"]
