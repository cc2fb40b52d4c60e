"""Who is in the demo shop, and what a visitor finds on their profiles."""

from datetime import timedelta

import pytest

from loyalty import clock, staff
from loyalty.ledger.verifying import verify
from loyalty.settings import settings
from tests.demo.conftest import UNTIL, Shop

LAST_30_DAYS = UNTIL - timedelta(days=30)


async def test_the_books_balance(shop: Shop) -> None:
    assert await verify() == []


async def test_mara_owns_the_shop_and_theo_serves(shop: Shop) -> None:
    people = {
        person.email: (person.name, person.role, person.status)
        for person in await staff.listing(shop.programme_id)
    }
    assert people == {
        "mara@juniperrye.example": ("Mara", "owner", "active"),
        "theo@juniperrye.example": ("Theo", "service", "active"),
    }


async def test_nobody_has_a_password(shop: Shop) -> None:
    assert await shop.words("SELECT password_hash FROM staff WHERE programme_id = {}") == {None}


async def test_a_visitor_gets_in_as_mara_by_the_demo_link(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = settings().model_copy(update={"demo": True})
    monkeypatch.setattr("loyalty.staff.first.settings", lambda: demo)
    link = await staff.demo_sign_in_link(shop.programme_id)
    somebody = await staff.by_link(link.rpartition("/")[2])
    assert somebody is not None
    assert somebody.email == "mara@juniperrye.example"


async def test_ines_is_a_gold_member_with_a_rich_history(shop: Shop) -> None:
    ines = await shop.person("ines.okafor@example.com")
    kinds = await shop.words(
        "SELECT DISTINCT kind FROM ledger_entries WHERE programme_id = {} AND customer_id = {}", ines["id"]
    )
    assert (ines["type"], await _tiers_of(shop, ines["id"])) == ("member", {"Gold"})
    assert kinds >= {
        "earn_order", "earn_action", "referral", "tier_reward", "adjust", "undo", "redeem", "redeem_reversal",
        "refund_clawback", "expire",
    }  # fmt: skip


async def test_ines_has_points_waiting_and_points_about_to_expire(shop: Shop) -> None:
    ines = await shop.person("ines.okafor@example.com")
    lots = await shop.ask(
        "SELECT available_at, expires_at FROM lots WHERE programme_id = {} AND customer_id = {} AND remaining > 0",
        ines["id"],
    )
    assert any(lot["available_at"] > UNTIL for lot in lots)
    assert any(UNTIL < lot["expires_at"] < UNTIL + timedelta(days=30) for lot in lots)


async def test_ines_bought_a_hamper_of_which_two_lines_earn_nothing(shop: Shop) -> None:
    lines = await shop.ask(
        "SELECT l.title, e.points, e.zero_reason FROM orders o"
        " JOIN order_lines l ON l.programme_id = o.programme_id AND l.order_id = o.id"
        " JOIN line_earnings e ON e.programme_id = l.programme_id AND e.order_id = l.order_id"
        " AND e.line_position = l.position"
        " WHERE o.programme_id = {} AND o.external_id = 'ines-hamper'",
    )
    reasons = {line["title"]: line["zero_reason"] for line in lines}
    assert reasons["Loaf for the food bank"] == "excluded_product"
    assert reasons["Gift card $25"] == "gift_card"
    assert reasons["Keep cup"] == ""


async def test_olu_is_a_guest_and_pia_has_left(shop: Shop) -> None:
    assert (await shop.person("olu.bakare@example.com"))["type"] == "guest"
    pia = await shop.person("pia.lind@example.com")
    assert pia["type"] == "left"
    assert await shop.words(
        "SELECT earned_points FROM orders WHERE programme_id = {} AND external_id = 'pia-after'"
    ) == {0}


async def test_rex_is_a_bronze_member_like_most(shop: Shop) -> None:
    rex = await shop.person("rex.moreau@example.com")
    assert (rex["type"], rex["order_count"]) == ("member", 4)
    assert await _tiers_of(shop, rex["id"]) == {"Bronze"}


async def test_every_kind_of_activity_happened_in_the_last_30_days(shop: Shop) -> None:
    kinds = await shop.words(
        "SELECT DISTINCT kind FROM ledger_entries WHERE programme_id = {} AND effective_at > {}", LAST_30_DAYS
    )
    assert kinds >= {
        "earn_order", "earn_action", "referral", "redeem", "redeem_reversal", "refund_clawback",
        "clawback_reversal", "expire", "adjust", "undo",
    }  # fmt: skip


async def test_tiers_are_populated(shop: Shop) -> None:
    names = await shop.words(
        "SELECT DISTINCT t.name FROM customer_tiers c JOIN tiers t ON t.programme_id = c.programme_id"
        " AND t.id = c.tier_id WHERE c.programme_id = {}"
    )
    assert names >= {"Bronze", "Silver", "Gold"}


async def test_referrals_and_reviews_are_in_every_state_a_visitor_looks_for(shop: Shop) -> None:
    referrals = await shop.words("SELECT DISTINCT status FROM referrals WHERE programme_id = {}")
    reviews = await shop.words("SELECT DISTINCT status FROM reviews WHERE programme_id = {}")
    assert referrals >= {"clicked", "pending", "completed", "cancelled", "reversed", "expired"}
    assert reviews >= {"pending", "approved"}


async def test_theos_mistake_is_undone_and_says_so(shop: Shop) -> None:
    undone = await shop.words(
        "SELECT reason FROM actions WHERE programme_id = {} AND verb = 'action.undone' AND actor_name = 'Theo'"
    )
    assert "One nought too many" in undone


async def test_nothing_happens_after_today(shop: Shop) -> None:
    with clock.at(UNTIL):
        late = await shop.ask(
            "SELECT id FROM ledger_entries WHERE programme_id = {} AND recorded_at > {}", clock.now()
        )
    assert late == []


async def _tiers_of(shop: Shop, customer_id: int) -> set[str]:
    return await shop.words(
        "SELECT t.name FROM customer_tiers c JOIN tiers t ON t.programme_id = c.programme_id AND t.id = c.tier_id"
        " WHERE c.programme_id = {} AND c.customer_id = {}",
        customer_id,
    )


async def test_the_saffron_campaign_went_out_once_to_those_who_wanted_it(shop: Shop) -> None:
    assert await shop.words(
        "SELECT state FROM campaigns WHERE programme_id = {} AND automation_id IS NULL"
    ) == {"sent"}
    states = await shop.words("SELECT DISTINCT state FROM campaign_recipients WHERE programme_id = {}")
    assert {"delivered", "left_out"} <= states
    assert not {"waiting", "posted"} & states


async def test_a_welcome_and_birthdays_go_out_by_themselves(shop: Shop) -> None:
    on = await shop.words("SELECT trigger FROM automations WHERE programme_id = {} AND state = 'on'")
    assert on == {"joined", "birthday"}
    began = await shop.words(
        "SELECT a.trigger FROM automations a JOIN automation_runs r ON r.programme_id = a.programme_id"
        " AND r.automation_id = a.id AND r.state = 'done' WHERE a.programme_id = {}"
    )
    assert began == on


async def test_campaigns_promised_points_for_two_orders_and_a_cheaper_mug(shop: Shop) -> None:
    statuses = await shop.words("SELECT DISTINCT status FROM order_bonuses WHERE programme_id = {}")
    assert "waiting" in statuses
    assert await shop.words(
        "SELECT r.name FROM price_cuts p JOIN rewards r ON r.programme_id = p.programme_id AND r.id = p.reward_id"
        " WHERE p.programme_id = {} AND p.customer_id IS NOT NULL"
    ) == {"Enamel mug"}
