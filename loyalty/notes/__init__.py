"""What the team writes about a customer; nobody else sees it, and erasing the person deletes it (PRODUCT B3).

writing    writing and removing a note
listing    a customer's notes, newest first
undoing    taking either back
"""
