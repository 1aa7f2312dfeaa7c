"""What can go wrong, in words for the person at the terminal."""


class Problem(Exception):
    """Something failed; the message says what, and how to go on."""

    exit_code = 1


class Refusal(Problem):
    """What was asked for cannot be done as asked; nothing was written."""

    exit_code = 2
