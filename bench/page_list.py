"""Which pages are measured, and what reading their rows takes at the least."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench import crowd, shop
from bench.bare import Statement
from db.engine import connect, disconnect, is_sqlite, one, value
from db.engine.statements import compiled
from db.enums import SessionKind
from db.ids import first_id
from db.paging import encode
from loyalty import clock, sessions

PERSON = 31
"""The number of the member whose pages are measured: somebody with some thirty entries."""
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}

_ENTRIES = """SELECT c.uid, c.first_name, c.last_name, c.email, e.uid, e.kind, e.points, e.effective_at, e.available_at,
      e.expires_at, e.breakdown, e.reason, e.comment, e.actor_kind, e.actor_name, o.name, i.code, r.name
    FROM (SELECT id FROM ledger_entries WHERE programme_id = 1 {where} ORDER BY id DESC LIMIT 51) k
    JOIN ledger_entries e ON e.programme_id = 1 AND e.id = k.id
    JOIN customers c ON c.programme_id = 1 AND c.id = e.customer_id
    LEFT JOIN orders o ON o.programme_id = 1 AND o.id = e.order_id
    LEFT JOIN issued_rewards i ON i.programme_id = 1 AND i.id = e.issued_reward_id
    LEFT JOIN rewards r ON r.programme_id = 1 AND r.id = i.reward_id ORDER BY e.id DESC"""
_PEOPLE = """SELECT c.uid, c.type, c.first_name, c.last_name, c.email, c.spend_minor, c.last_activity_at, t.name,
      w.name, a.balance
    FROM (SELECT * FROM customers c WHERE c.programme_id = 1 {where} ORDER BY last_activity_at DESC, id DESC LIMIT 51) c
    JOIN accounts a ON a.programme_id = 1 AND a.customer_id = c.id
    LEFT JOIN customer_tiers s ON s.programme_id = 1 AND s.customer_id = c.id
    LEFT JOIN tiers t ON t.programme_id = 1 AND t.id = s.tier_id
    LEFT JOIN segment_facts f ON f.programme_id = 1 AND f.customer_id = c.id
    LEFT JOIN segments w ON w.programme_id = 1 AND w.id = f.value_id ORDER BY c.last_activity_at DESC, c.id DESC"""
_IN_BOTH = """AND c.id IN (SELECT m.customer_id FROM segment_members m WHERE m.programme_id = 1 AND m.segment_id = {})
    AND c.id IN (SELECT s.customer_id FROM customer_tiers s WHERE s.programme_id = 1 AND s.tier_id = {})"""
_FOUND = {True: "customers_search MATCH {}", False: "search LIKE {}"}

_OF_ONE = (
    """SELECT c.*, a.*, s.*, t.name FROM customers c
    JOIN accounts a ON a.programme_id = 1 AND a.customer_id = c.id
    LEFT JOIN customer_tiers s ON s.programme_id = 1 AND s.customer_id = c.id
    LEFT JOIN tiers t ON t.programme_id = 1 AND t.id = s.tier_id WHERE c.programme_id = 1 AND c.id = {}""",
    "SELECT * FROM lots WHERE programme_id = 1 AND customer_id = {} AND remaining > 0",
    "SELECT f.* FROM segment_facts f WHERE f.programme_id = 1 AND f.customer_id = {}",
    """SELECT s.* FROM segment_members m JOIN segments s ON s.programme_id = 1 AND s.id = m.segment_id
    WHERE m.programme_id = 1 AND m.customer_id = {}""",
    """SELECT q.*, n.options FROM preference_current p
    JOIN preference_questions q ON q.programme_id = 1 AND q.id = p.question_id
    JOIN preference_contents n ON n.programme_id = 1 AND n.answer_id = p.answer_id
    WHERE p.programme_id = 1 AND p.customer_id = {}""",
)
_SHOP = (
    "SELECT * FROM programmes WHERE programme_id = 1",
    "SELECT * FROM tiers WHERE programme_id = 1 ORDER BY rank",
)
_SHELF = (
    "SELECT * FROM rewards WHERE programme_id = 1 AND status = 'active' ORDER BY points_price",
    "SELECT v.* FROM earning_rules r JOIN earning_rule_versions v ON v.programme_id = 1 AND v.rule_id = r.id"
    " WHERE r.programme_id = 1",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, how it is asked for, and the statements that read its rows by the bare driver."""

    name: str
    path: str
    headers: dict[str, str]
    limit: list[Statement]


async def pages(url: str, at: datetime = crowd.NOW) -> list[Asked]:
    """The pages of the made-up shop at `url`, with the cookies that open them at that moment."""
    await connect(url)
    try:
        with clock.at(at):
            return await _pages()
    finally:
        await disconnect()


async def _pages() -> list[Asked]:
    staff = {"Cookie": f"session={await sessions.start(1, SessionKind.STAFF, await shop.owner_id())}"}
    who = await one(
        "SELECT id, uid, email FROM customers WHERE programme_id = {} AND uid = {}", 1, f"c{PERSON}"
    )
    assert who is not None
    member = {"Cookie": f"member={await sessions.start(1, SessionKind.MEMBER, who['id'])}"}
    champion = await one("SELECT id, uid FROM segments WHERE programme_id = {} AND name = {}", 1, "Champion")
    gold = await one("SELECT id, uid FROM tiers WHERE programme_id = {} AND name = {}", 1, "Gold")
    middle = await value(
        "SELECT id FROM ledger_entries WHERE programme_id = {} AND id > {} ORDER BY id LIMIT 1",
        1,
        first_id(crowd.NOW - timedelta(days=400)),
    )
    assert champion is not None
    assert gold is not None
    month = _statement(_ENTRIES, "AND id >= {}", first_id(crowd.NOW - timedelta(days=30)))
    redeemed = _statement(
        _ENTRIES, "AND kind = 'redeem' AND id >= {}", first_id(crowd.NOW - timedelta(days=30))
    )
    found = '"{}"' if is_sqlite() else "%{}%"
    of_found = f"IN (SELECT {{column}} FROM {{table}} WHERE {_FOUND[is_sqlite()]})"
    of_found = of_found.replace("{column}", "rowid" if is_sqlite() else "id")
    of_found = of_found.replace("{table}", "customers_search" if is_sqlite() else "customers")
    lists, people = "/admin/activities/points", "/admin/customers"
    all_time = _statement(_ENTRIES, "")
    deep = _statement(_ENTRIES, "AND id < {}", middle)
    hers = _statement(_ENTRIES, f"AND customer_id {of_found}", found.format(who["email"]))
    both = _statement(_PEOPLE, _IN_BOTH, champion["id"], gold["id"])
    her = _statement(_PEOPLE, f"AND c.id {of_found}", found.format(who["email"]))
    novaks = _statement(_PEOPLE, f"AND c.id {of_found}", found.format("novak"))
    plain = _statement(_PEOPLE, "")
    one_person = [_statement(sql, "", who["id"]) for sql in _OF_ONE]
    shop_rows = [_statement(sql, "") for sql in _SHOP]
    activity = _statement(_ENTRIES.replace("51", "26"), "AND customer_id = {}", who["id"])
    filtered = f"segment={champion['uid']}&tier={gold['uid']}"
    cursor = encode("after", middle)
    return [
        Asked("activities, 30 days", lists, _page(staff), [month]),
        Asked("activities, 30 days, fragment", lists, _part(staff), [month]),
        Asked("activities, all time", f"{lists}?span=all", _page(staff), [all_time]),
        Asked("activities, redeemed in 30 days", f"{lists}?kind=redeemed", _page(staff), [redeemed]),
        Asked("activities, one person found", f"{lists}?span=all&q={who['email']}", _page(staff), [hers]),
        Asked("activities, deep page", f"{lists}?span=all&at={cursor}", _page(staff), [deep]),
        Asked("activities, deep page, fragment", f"{lists}?span=all&at={cursor}", _part(staff), [deep]),
        Asked("customers", f"{people}?q=", _page(staff), [plain]),
        Asked("customers, fragment", f"{people}?q=", _part(staff), [plain]),
        Asked("customers, segment and tier", f"{people}?{filtered}", _page(staff), [both]),
        Asked("customers, one person found", f"{people}?q={who['email']}", _page(staff), [her]),
        Asked("customers, a common name found", f"{people}?q=novak", _page(staff), [novaks]),
        Asked("profile", f"{people}/{who['uid']}", _page(staff), [*one_person, *shop_rows, activity]),
        Asked("portal home", "/portal/", _page(member), [*one_person, *shop_rows, *map(_bare, _SHELF)]),
    ]


def _statement(sql: str, where: str, *args: Any) -> Statement:
    text = compiled(sql.replace("{where}", where), "?" if is_sqlite() else "$")
    return text, tuple(str(each) if is_sqlite() and not isinstance(each, int) else each for each in args)


def _bare(sql: str) -> Statement:
    return sql, ()


def _page(cookie: dict[str, str]) -> dict[str, str]:
    return {**cookie, "Accept": "text/html"}


def _part(cookie: dict[str, str]) -> dict[str, str]:
    return {**_page(cookie), **FRAGMENT}
