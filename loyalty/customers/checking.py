"""What can't be a customer record, told in a sentence before the database would refuse it."""

from loyalty.errors import Invalid
from loyalty.rules.incoming import refuse_identifier, refuse_moment
from loyalty.rules.orders import IncomingCustomer, normalised_email

LONGEST_EMAIL = 254


def refuse_customer(person: IncomingCustomer) -> None:
    """Return when the record can be stored. Raises Invalid naming the field.

    Names, phone numbers and tags are cut to what fits; an id or an address that was cut would be
    somebody else's.
    """
    if person.external_id is not None:
        refuse_identifier(person.external_id, "customer")
    if person.email and len(person.email.strip()) > LONGEST_EMAIL and normalised_email(person.email):
        raise Invalid(f"An e-mail address has at most {LONGEST_EMAIL} characters.", field="email")
    refuse_moment(person.created_at, "This customer", "created_at")
    refuse_moment(person.updated_at, "This customer's news", "updated_at")
