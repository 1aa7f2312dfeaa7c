import numpy as np
import onnxruntime
import pytest
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

from {= cookiecutter.package_name =} import conversion, steps
from {= cookiecutter.package_name =}.signature import MISSING

NUMBERS = np.array([[1, np.nan], [2, 5], [3, 6], [1e30, -1e30]], dtype=np.float32)
CATEGORIES = np.array([["a", "é"], ["a", MISSING], ["b", "x y"], ["a", "é"]], dtype=object)
UNKNOWN = np.array([["never seen", ""]], dtype=object)


@pytest.mark.parametrize(
    ("step", "rows", "more", "tensor"),
    [
        (steps.OutlierCapper(), NUMBERS, NUMBERS, FloatTensorType),
        (steps.MissingFlags(), NUMBERS, NUMBERS, FloatTensorType),
        (steps.CategoryGrouper(), CATEGORIES, UNKNOWN, StringTensorType),
        (steps.CategoryGrouper(rare=0.3), CATEGORIES, UNKNOWN, StringTensorType),
        (steps.CategoryGrouper(missing="most_frequent"), CATEGORIES, UNKNOWN, StringTensorType),
    ],
)
def test_a_step_s_graph_does_what_the_step_does(step, rows, more, tensor):
    conversion.register()
    kinds = [("rows", tensor([None, rows.shape[1]]))]
    graph = convert_sklearn(step.fit(rows), initial_types=kinds, target_opset=conversion.OPSETS)
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    every = np.concatenate([rows, more])
    (found,) = session.run(None, {"rows": every})
    np.testing.assert_array_equal(found, step.transform(every))
