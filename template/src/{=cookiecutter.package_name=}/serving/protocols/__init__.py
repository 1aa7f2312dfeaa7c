"""What clients of other servers speak: the same predictions under other names.

    objects      JSON objects whose names are known, each given once
    tables       rows out of records, columns, split tables and CSV
    mlflow       MLflow's scoring server: /invocations and /ping
    tensors      rows out of tensors
    outputs      predictions as tensors
    binary       tensors as bytes behind the JSON
    inference    the Open Inference Protocol: /v2
    answering    the way of all of them to a prediction
    paths        what openapi.json says of these routes
    schemas      the bodies and answers in it

Whatever the protocol, a row is checked, predicted, counted and logged as one of /predict.
"""
