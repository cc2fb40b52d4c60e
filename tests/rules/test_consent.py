"""What may be sent to whom. PRODUCT L1, M5."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.enums import ContactChannel, ContactTopic
from loyalty.rules.consent import Contact, Refusal, why_not

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YES = Contact(reachable=True, chosen=True)
EMAIL, SMS, PORTAL = ContactChannel
SERVICE, DIGEST, REWARDS, SALES, OTHER = ContactTopic


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        (YES, None),
        (replace(YES, chosen=None), Refusal.NOT_ASKED),
        (replace(YES, chosen=None, agreed=True), None),
        (replace(YES, chosen=False, agreed=True), Refusal.UNSUBSCRIBED),
        (replace(YES, reachable=False), Refusal.NO_ADDRESS),
        (replace(YES, left=True), Refusal.LEFT),
        (replace(YES, erased=True), Refusal.ERASED),
        (replace(YES, paused_until=NOW + timedelta(days=1)), Refusal.PAUSED),
        (replace(YES, paused_until=NOW), None),
        (replace(YES, topics=frozenset({DIGEST})), Refusal.TOPIC),
        (replace(YES, topics=frozenset({REWARDS})), None),
        (replace(YES, topics=frozenset()), Refusal.TOPIC),
    ],
)
def test_a_message_about_new_rewards_by_mail(about: Contact, refusal: Refusal | None) -> None:
    assert why_not(about, EMAIL, REWARDS, NOW) is refusal


def test_only_new_rewards_means_no_general_offers() -> None:
    assert why_not(replace(YES, topics=frozenset({REWARDS})), EMAIL, OTHER, NOW) is Refusal.TOPIC
    assert why_not(YES, EMAIL, OTHER, NOW) is None


def test_what_must_be_told_needs_an_address_and_no_consent() -> None:
    silent = replace(YES, chosen=False, left=True, paused_until=NOW + timedelta(days=9), topics=frozenset())
    assert why_not(silent, EMAIL, SERVICE, NOW) is None
    assert why_not(replace(silent, reachable=False), EMAIL, SERVICE, NOW) is Refusal.NO_ADDRESS
    assert why_not(replace(silent, erased=True), EMAIL, SERVICE, NOW) is Refusal.ERASED


def test_the_portal_disturbs_nobody_and_is_for_members() -> None:
    unasked = replace(YES, chosen=None)
    assert why_not(unasked, PORTAL, SALES, NOW) is None
    assert why_not(unasked, SMS, SALES, NOW) is Refusal.NOT_ASKED
    assert why_not(replace(unasked, guest=True), PORTAL, SALES, NOW) is Refusal.GUEST
    assert why_not(replace(unasked, chosen=False), PORTAL, SALES, NOW) is Refusal.UNSUBSCRIBED
