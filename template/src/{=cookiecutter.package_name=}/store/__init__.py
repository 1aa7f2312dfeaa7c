"""The prediction log: every row that was predicted, and later what was true.

    records    what one row of the log holds: the contract with everyone who reads it
    sqlite     the log in an SQLite file
    recorder   writes it in the background, so that no request waits for the disk
    history    reads it: a window of it, page by page or as a stream

Light on purpose (standard library and orjson): the service writes it; others read
it with `history`, or the table `predictions` with whatever they like.
"""
