"""Pages for people: plain HTML that works without JavaScript, every word escaped.

    layout     what all pages share: the list of them, and how refusals look
    form       / : a form made from the signature, the prediction, what moved it
    controls   its fields: a row as text, and text as a row
    moves      what moved it, for the eye
    history    /predictions : what was predicted before
    filters    which of that is meant
    lines      rows of the log as people read them
    download   /predictions.csv : the same as a file for spreadsheets
    model      /model : what the model is and how good, for who doesn't read JSON
    words      names and numbers as people read them
    routes     where they are

A page more is a module, a template and a line in layout.PAGES.
"""
