"""Train anew when there is a reason, and replace the champion only by a model that is shown better.

    attempts    every retraining there was: what prevents loops
    triggers    the reasons there are
    feedback    rows of the prediction log whose truth is known, as rows of the table
    contest     the recipe beside the champion, on rows that neither had seen
    latency     how long one row takes
    trial       the challenger beside the champion: all that is asked, with figures

`scripts/retrain.py` is the command; no step of the line imports this folder.
"""
