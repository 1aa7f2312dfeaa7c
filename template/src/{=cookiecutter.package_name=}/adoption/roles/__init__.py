"""What columns and rows are for.

    target   what is predicted, and which task that makes
    order    which columns order or group the rows
    leaks    columns that give the target away
    rows     enough of them, which repeat

The person may decide all of this otherwise (choices.py); what was found is said with its reason.
"""
