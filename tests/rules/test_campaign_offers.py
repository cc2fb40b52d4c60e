"""What a campaign may give, and which of its states may follow which."""

from itertools import product

import pytest

from db.enums import CampaignState, OfferKind
from db.migrations.m0026_campaigns import MOVES
from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.campaigns.moves import LEGAL, move
from loyalty.rules.campaigns.offers import NOTHING, Offer, checked


def test_an_offer_keeps_only_what_its_kind_needs_and_comes_back_from_storage():
    both = Offer(kind=OfferKind.MULTIPLIER, points=50, percent=200, categories=("Bread",), days=7)
    kept = checked(both)
    assert kept.points == 0
    assert Offer.from_dict(kept.to_dict()) == kept
    assert checked(Offer(points=50)) == NOTHING
    for offer in (
        Offer(kind=OfferKind.NTH_ORDER, nth=2, points=100, days=30),
        Offer(kind=OfferKind.PRICE_CUT, reward="mug", percent=30, days=7),
        Offer(kind=OfferKind.MULTIPLIER, percent=200, uses=3, days=7),
        Offer(kind=OfferKind.CODE, days=14),
    ):
        assert Offer.from_dict(checked(offer).to_dict()) == offer
    assert Offer.from_dict({"kind": "multiplier", "percent": 200, "days": 7}).uses == 1
    assert not NOTHING.gives


def test_an_offer_that_gives_nothing_or_too_much_is_refused_by_field():
    wrong = (
        ("points", Offer(kind=OfferKind.POINTS, points=0)),
        ("times", Offer(kind=OfferKind.MULTIPLIER, percent=100, days=7)),
        ("uses", Offer(kind=OfferKind.MULTIPLIER, percent=200, uses=11, days=7)),
        ("days", Offer(kind=OfferKind.MULTIPLIER, percent=200, days=366)),
        ("nth", Offer(kind=OfferKind.NTH_ORDER, nth=21, points=1, days=1)),
        ("points", Offer(kind=OfferKind.NTH_ORDER, nth=1, points=1_000_001, days=1)),
        ("days", Offer(kind=OfferKind.NTH_ORDER, nth=1, points=1)),
        ("reward", Offer(kind=OfferKind.PRICE_CUT, percent=10, days=1)),
        ("off", Offer(kind=OfferKind.PRICE_CUT, reward="mug", percent=101, days=1)),
        ("reward", Offer(kind=OfferKind.REWARD)),
        ("days", Offer(kind=OfferKind.CODE)),
    )
    for field, offer in wrong:
        with pytest.raises(Invalid) as refused:
            checked(offer)
        assert refused.value.field == field


def test_rule_and_database_allow_the_same_moves():
    for now, to in product(CampaignState, CampaignState):
        allowed = to in LEGAL[now]
        assert allowed == ((now.value, to.value) in MOVES)
        if not allowed:
            with pytest.raises(AlreadyDone):
                move("Win-back", now, to)
