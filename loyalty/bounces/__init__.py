"""What comes back of mails: bounces, complaints and unsubscriptions that mail servers report. PRODUCT M5.

A report changes something only if it names a mail of ours by its Message-ID, and an address it went to. Each
changes a mail once, so reports may come twice, in any order, and by both ways.

    reading    a mail that reports what became of others (RFC 3464, RFC 5965)
    mailboxes  the mails in a file or folder
    hook       the same as a signed webhook
    taking     what a report changes
"""
