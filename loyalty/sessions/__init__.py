"""Sessions of signed-in browsers, in our own table (DESIGN §6).

The cookie's value is `<programme uid>.<token>`. Only the token's SHA-256 is stored; a visitor without
a session costs no write. Staff are signed out after 30 idle minutes and after 12 hours in any case,
members 30 days after they were last seen.
"""

from loyalty.sessions.ending import end, end_all, end_one, forget_old
from loyalty.sessions.flashes import Flash, put_flash, take_flash
from loyalty.sessions.reading import MemberView, SessionView, Signed, StaffView, authenticate, listing
from loyalty.sessions.starting import renew, start

__all__ = [
    "Flash",
    "MemberView",
    "SessionView",
    "Signed",
    "StaffView",
    "authenticate",
    "end",
    "end_all",
    "end_one",
    "forget_old",
    "listing",
    "put_flash",
    "renew",
    "start",
    "take_flash",
]
