"""Adopt a table of the user's own: read it, find out what it is, write it down for the line.

    reading     how a source is read; what is not told is found out
    sources     where the table is: a file, a folder, an address, a query
    files       which kind of file it is; folders of files
    dialect     encoding, delimiter, quotes and header of a text file
    delimited   CSV and its relatives, read as text
    documents   Parquet, JSON, workbooks
    databases   the rows of a SQL query
    cells       single values as columns and as text
    names       names that every part of the line can use
    levels      the different values of a column, found once
    numbers     text that means numbers
    dates       text that means dates
    missing     marks that stand for no value
    words       texts: categories, names of rows, prose
    found       what is known about one column
    kinds       a column of a known kind: values, range
    columns     which kind a column is
    choices     what the person decided
    target      what is predicted, and which task that makes
    roles       which columns order or group the rows, which are left out
    leaks       columns that give the target away
    rows        enough of them, which repeat
    profile     all that is found about a table
    entries     the profile as conf/data.yaml
    origin      where it came from: data/metadata.yaml and conf/source.yaml
    yamlfile    YAML that people read and that hostile names survive
    tables      the profile as tables for the terminal
    refresh     the same source again, as conf/data.yaml says
    exchange    files and folders replaced all or none

`scripts/adopt.py` is the command; no step of the line imports this folder.
"""
