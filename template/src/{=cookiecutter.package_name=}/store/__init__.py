"""The prediction log: every row that was predicted, and later what was true.

    records    what one row of the log holds: the contract with everyone who reads it
    sqlite     the log in an SQLite file
    recorder   writes it in the background, so that no request waits for the disk

Light on purpose (standard library and orjson): the service writes it; monitoring reads the
table `predictions` with whatever it likes.
"""
