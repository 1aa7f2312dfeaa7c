"""The line, from a table to a served prediction, one module for each of its nouns.

    schema       what the table is: conf/data.yaml, typed and checked
    rules        what must hold across columns
    data         read the table
    casts        a column as its type
    splits       which rows train and which test
    prepared     those rows on their way to the next steps
    validation   check the table against the schema
    features     what the model reads; the steps fitted with it
    folds        rows for the search, folds of its cross-validation
    training     search hyper-parameters, fit
    metrics      what is measured, by task
    evaluation   metrics with intervals, baseline, slices
    comparison   two packages on the same rows
    gate         whether a model may be promoted
    figures      pictures of the model's quality
    trained      the fitted pipeline between two steps of the line
    results      what a step finds out, as JSON
    unseen       predictions of training rows by models that did not see them
    season       which period of the year rows belong to
    reference    what the training data looked like, for drift
    lineage      which code, data and libraries a model comes from
    card         the model card
    packaging    make a model package and prove it equal to the pipeline
    registry     runs and versions in MLflow, and the folder below
    runs         what MLflow shows of a package
    ingestion    new files into the table, every row accounted for
    retraining   when to train anew, and what a challenger must show
    rollout      whether a challenger may have more of the traffic
    simulation   the future replayed, to see the loop close
    lock         one at a time
    batch        predict the rows of a file of any size
    monitoring   what the model meets in service, compared with what it learnt from
    alerts       tell people once what is wrong, and when it is over
    errors       errors that a person can mend
    adoption     what a table of your own is, found out

    signature    what a model takes and answers (light)
    runtimes     what computes a packaged model's answers (light)
    package      the model package: load, verify, predict (light)
    models       the folder of packages and its aliases (light)
    explain      what moved a prediction (light)
    canary       which part of the traffic a challenger gets (light)
    store        the prediction log (light)
    serving      the HTTP service (light)

Modules know no paths, no command line and no Hydra: scripts/ read and write, conf/ holds the
numbers, dvc.yaml is the order. The light ones are all that the serving environment imports.
"""

import os

# ONNX Runtime sends usage data to its makers from the moment it is imported, unless told not to.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
