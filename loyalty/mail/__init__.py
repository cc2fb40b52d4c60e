"""Mail to customers: written in the verb's transaction, delivered by a job, never twice.

To send one, say what it says as a `Letter` (finished words in the reader's language, no HTML) and post it in
the transaction that causes it:

    letter = Letter(subject="Your quiz result", heading="You are a Routine Seeker", paragraphs=("…",),
                    button=Button("See your reward", "/portal/rewards"), why="You took our quiz.")
    await mail.post(programme_id, letter, to=address, kind=MailKind.QUIZ_RESULT, key=f"quiz:{attempt_uid}",
                    customer_id=customer_id)

`kind` is a word of `db.enums.MailKind`; a kind that isn't transactional needs `unsubscribe=`, the path of a page
under which a POST without signing in unsubscribes (RFC 8058). `key` makes a repeat a no-op. `then=("job", args)`
puts that job into the queue once a server has taken the mail. `urgent=True` goes before everything else.

    letters      what a mail says, and the same as plain text
    posting      writing a mail into the transaction
    delivering   what the job does with it: once, and what each answer of a server means
    transport    the conversation with the mail server
    folder       where mail lands while there is none, for developers
    envelopes    headers around a letter
    drawing      the letter as HTML, drawn by the web side
    cleaning     what of a body's HTML is safe
    suppressing  addresses that servers say don't exist
    listing      what was sent to a customer, for the desk
"""

from db.enums import MailKind
from loyalty.mail.letters import Button, Item, Letter
from loyalty.mail.posting import post

__all__ = ["Button", "Item", "Letter", "MailKind", "post"]
