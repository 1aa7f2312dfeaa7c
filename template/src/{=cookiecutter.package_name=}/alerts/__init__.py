"""Tell people once what is wrong, and when it is over.

    telling      compare what is wrong now with what was told before; tell the difference
    told         what was told, in a file: the same state alerts once, not at every check
    channels     who is told: the log always, others where the environment names them
    webhook      Slack, Mattermost, Teams or anything that takes their JSON
    mail         e-mail by SMTP
    issue        the body of a GitHub issue, for a workflow to open, edit and close

A step that finds something wrong calls `telling.update` with all that is wrong now; what is no
longer among it has recovered. Secrets come from the environment only, and no message shows one.
"""
