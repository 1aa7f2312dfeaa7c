"""What each column is.

    levels        the different values of a column, found once
    missing       marks that stand for no value
    numbers       text that means numbers
    dates         text that means dates
    words         texts: categories, names of rows, prose
    found         what is known about one column
    kinds         a column of a known kind: values, range
    recognition   which kind a column is

Most columns hold few different values, so the meaning of each is asked for only once.
"""
