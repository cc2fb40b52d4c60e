"""Who works in the admin: inviting, roles, signing in, leaving. PRODUCT O1, DESIGN §6."""

from loyalty.staff.accounts import ROLES, Account, get, listing
from loyalty.staff.adding import Added, add
from loyalty.staff.details import set_details
from loyalty.staff.first import demo_sign_in_link, first_owner_link, link_url
from loyalty.staff.leaving import remove
from loyalty.staff.limits import said, set_limits
from loyalty.staff.passwords import change_password, has_password, set_password
from loyalty.staff.roles import change_role
from loyalty.staff.signing_in import by_link, by_password, note, sign_in_link
from loyalty.staff.tries import TooManyTries

__all__ = [
    "ROLES",
    "Account",
    "Added",
    "TooManyTries",
    "add",
    "by_link",
    "by_password",
    "change_password",
    "change_role",
    "demo_sign_in_link",
    "first_owner_link",
    "get",
    "has_password",
    "link_url",
    "listing",
    "note",
    "remove",
    "said",
    "set_details",
    "set_limits",
    "set_password",
    "sign_in_link",
]
