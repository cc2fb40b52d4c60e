import re
from pathlib import Path

import pytest

from db.enums import (
    CustomerField,
    CustomerType,
    EarningTrigger,
    EntryKind,
    IssuedSource,
    IssuedStatus,
    OrderStatus,
    ReferralStatus,
    ReviewStatus,
    RewardKind,
    RewardStatus,
    ZeroReason,
)
from loyalty.activities.filters import PointsKind, Span
from loyalty.activities.referrals.filters import ReferralKind
from loyalty.catalogue.figures import Shown
from loyalty.jobs.registry import NAMES as JOBS
from loyalty.rules.price_cuts import CutState
from web import campaign_words, member_words, preference_words, words
from web.assets import STATIC
from web.forms.rewards import RewardFields
from web.nav import MESSAGES, NAV, PORTAL, TABS
from web.templating import TEMPLATES

PAGES = sorted(TEMPLATES.rglob("*.html"))
BANNED = re.compile(
    r"""\bstyle=|\son\w+=|hx-on|hx-boost|hx-(put|patch|delete)=|js:|javascript:|\|\s*safe|name="id\""""
)
SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"')


def relative(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_templates_hold_nothing_the_design_bans(page: Path) -> None:
    assert not BANNED.search(page.read_text())


def test_the_sprite_holds_exactly_the_icons_that_are_used() -> None:
    drawn = set(SYMBOL.findall((STATIC / "icons.svg").read_text()))
    text = "".join(page.read_text() for page in PAGES)
    looks = [
        *words.ENTRIES.values(),
        *words.REWARD_KINDS.values(),
        *preference_words.QUESTION_SECTIONS.values(),
        *campaign_words.CHANNELS.values(),
    ]
    tables = (member_words.WAYS, member_words.REWARDS, member_words.SURVEYS)
    looks += [look for table in tables for look in table.values()]
    used = {name for name in drawn if f'"{name}"' in text} | {look.icon for look in looks}
    used |= {place.icon for _, places in NAV for place in places}
    used |= {place.icon for place in (*PORTAL, *TABS, MESSAGES)}
    assert used == drawn
    for name in re.findall(r'ui\.icon\("([a-z0-9-]+)"', text):
        assert name in drawn


def test_every_stored_word_has_a_look() -> None:
    assert set(words.CUSTOMER_TYPES) == set(words.CUSTOMER_TABS) == set(CustomerType)
    assert set(words.EDITS) == set(CustomerField)
    assert set(words.ENTRIES) == set(EntryKind)
    assert set(words.ISSUED_SOURCES) == set(IssuedSource)
    assert set(words.ISSUED) == set(IssuedStatus)
    assert set(words.REWARD_KINDS) == set(words.REWARD_KINDS_ABOUT) == set(RewardKind)
    assert set(words.REWARD_STATES) == set(RewardStatus)
    assert set(words.COPIES) == set(Shown)
    assert set(words.CUT_STATES) == set(CutState)
    assert set(words.REWARD_FIELDS) == set(RewardFields.model_fields)
    assert set(words.ORDERS) == set(OrderStatus)
    assert set(member_words.ENTRIES) == set(EntryKind)
    assert set(member_words.WAYS) == set(EarningTrigger)
    assert set(member_words.REWARDS) == set(RewardKind)
    assert set(member_words.COPIES) == set(IssuedStatus)
    assert set(member_words.FRIENDS) == set(ReferralStatus)
    assert set(words.REFERRALS) == set(ReferralStatus)
    assert set(words.REFERRAL_KINDS) == set(ReferralKind)
    assert set(words.ZERO_REASONS) == set(ZeroReason)
    assert set(words.REVIEWS) == set(words.REVIEW_TABS) == {*words.REVIEW_VERBS, ReviewStatus.PENDING}
    assert set(words.JOBS) == set(JOBS)
    assert set(words.POINTS_KINDS) == set(PointsKind)
    assert set(words.SPANS) == set(Span) == {*words.NONE_IN, Span.ALL}
