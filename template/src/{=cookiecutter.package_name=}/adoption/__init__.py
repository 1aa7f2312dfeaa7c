"""Adopt a table of the user's own: read it, find out what it is, write it down for the line.

    reading     how a source is read; what is not told is found out
    choices     what the person decided
    sources/    where the table is and how its bytes become columns of text
    columns/    what each column is: numbers, dates, yes and no, categories, names, prose
    roles/      what is predicted, what orders and groups the rows, what gives the target away
    profile     all that is found about a table
    writing/    the profile as conf/data.yaml, data/metadata.yaml and a table for the terminal
    refresh     the same source again, as conf/data.yaml says

`scripts/adopt.py` is the command; no step of the line imports this folder.
"""
