"""Adopt a table of the user's own: read it, find out what it is, write it down for the line.

    reading     how a source is read; what is not told is found out
    sources     where the table is: a file, a folder, an address, a query
    files       which kind of file it is; Parquet, JSON, workbooks
    delimited   CSV and its relatives: encoding, delimiter, quotes, header
    databases   the rows of a SQL query
    names       names that every part of the line can use
    levels      the different values of a column, found once
    numbers     text that means numbers
    dates       text that means dates
    missing     marks that stand for no value
    columns     what one column is
    target      what is predicted, and which task that makes
    roles       which columns order or group the rows, which are left out
    leaks       columns that give the target away
    profile     all that is found about a table
    entries     the profile as conf/data.yaml, data/metadata.yaml and conf/source.yaml
    yamlfile    YAML that people read and that hostile names survive
    tables      the profile as tables for the terminal
    refresh     the same source again, as conf/data.yaml says
    exchange    files and folders replaced all or none

`scripts/adopt.py` is the command; no step of the line imports this folder.
"""
