"""The future that the example keeps back, replayed month by month, to see the loop close.

    future   the months to come, as tables
    faults   what may go wrong with them on purpose
    scores   how good three ways are: the loop, the first model frozen, blind retraining
    picture  their scores over time

scripts/simulate.py runs the service and the jobs on it, in a copy of the project.
"""
