"""Where the table is, and how its bytes become columns of text.

    place       a file, a folder, an address, a query
    files       which kind of file it is; folders of files
    dialect     encoding, delimiter, quotes and header of a text file
    delimited   CSV and its relatives, read as text
    documents   Parquet, JSON, workbooks
    databases   the rows of a SQL query
    cells       single values as columns and as text
    names       names that every part of the line can use

Nothing here asks what a value means: a type is only there where the file itself has one.
"""
