"""Take new files into data/raw: whole, once each, with every row accounted for.

    arrivals     the files that wait, and whether they are complete
    blocks       a file block by block, so that memory is bounded
    cells        a column as the type that conf/data.yaml says, cell by cell
    checks       all that is wrong with each row of a block
    identity     which rows are the same: keys and contents as hashes
    sums         what is counted on the way
    table        the rows that are there already
    inspection   a file from its first row to its last, before anything is written
    writing      good rows as Parquet, bad ones with their reasons as CSV
    quality      the five characteristics of good data, in numbers
    text         the same in sentences
    ledger       which files were taken in
    intake       all of it in an order that a kill can't harm

`scripts/ingest.py` is the command; no step of the line imports this folder.
"""
