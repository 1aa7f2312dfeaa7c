"""Predict the rows of a file of any size: blocks of columns in, blocks of columns out.

    sources    a file as blocks of rows, and what may be wrong with it
    readers    CSV and Parquet files as such
    spelling   how files spell numbers, booleans and categories
    columns    a whole column under the rules of its field: the service's, for many values at once
    scoring    a block of rows with its predictions, and what is wrong in it
    draft      finished blocks on the disk, so that an interrupted job can go on
    targets    the output: a CSV or Parquet file, whole or not at all
    sql        the output: a table of a database, whole or not at all
    job        the blocks of a file through all of this

It imports no pandas and nothing that trains a model; Arrow's columns are what makes it fast.
"""
