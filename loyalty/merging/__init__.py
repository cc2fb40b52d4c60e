"""Two records of one person become one (PRODUCT B6).

    registry     every column that names a customer: what moves with them and what stays, one line each
    fields       which record's name, address, phone and birthday is kept
    sides        the two records as a merge sees them
    preview      what would move, before anybody says yes
    merging      the verb: rows, points, fields, type, tier, one action
    undoing      both records as they were
    finding      who the other record may be

The merged record stays as it is called here, *gone*: nothing happens on it any more (`ledger.locking`
refuses), its addresses, codes and shop ids lead to the one that was kept. Points go by merge entries on
both ledgers (`ledger.carrying`).
"""
