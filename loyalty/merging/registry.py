"""Every column that names a customer, and what a merge does with it. A new noun adds its line here.

A test compares this page with the schema: a column that isn't here fails it.
"""

from dataclasses import dataclass
from typing import Any

from db.engine import run, value

Key = list[Any]


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows that go over to the record that is kept.

    `key` finds a row again when the merge is undone. `once`: rows of which a customer has one for each of
    these columns (none: one at all); what both have stays where it is. `apart` names a column that must not
    be the same person. `stays` says which rows the undoing leaves where they are. `words` is what the preview
    counts: one, many.
    """

    table: str
    column: str = "customer_id"
    key: tuple[str, ...] = ("id",)
    once: tuple[str, ...] | None = None
    apart: str = ""
    only: str = ""
    stays: str = ""
    words: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class Stays:
    """Rows that stay with the merged record, and why."""

    table: str
    why: str
    column: str = "customer_id"

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


HELD: tuple[Moves | Stays, ...] = (
    Moves("orders", words=("order", "orders")),
    Moves("issued_rewards", words=("reward", "rewards")),
    Moves(
        "referrals", "referrer_id", apart="friend_id", words=("referral of a friend", "referrals of friends")
    ),
    Moves(
        "referrals", "friend_id", apart="referrer_id", words=("invitation accepted", "invitations accepted")
    ),
    Moves("reviews", words=("review", "reviews")),
    Moves("customer_tags", key=("tag",), once=("tag",), words=("tag", "tags")),
    Moves("notes", words=("team note", "team notes")),
    Moves("customer_identities", key=("store_id", "external_id"), words=("shop account", "shop accounts")),
    Moves(
        "multipliers",
        stays="EXISTS (SELECT 1 FROM orders o WHERE o.programme_id = multipliers.programme_id"
        " AND o.id = multipliers.order_id AND o.customer_id = multipliers.customer_id)",
        words=("granted multiplier", "granted multipliers"),
    ),
    Moves(
        "order_bonuses",
        stays="EXISTS (SELECT 1 FROM orders o WHERE o.programme_id = order_bonuses.programme_id"
        " AND o.id = order_bonuses.order_id AND o.customer_id = order_bonuses.customer_id)",
        words=("promised order bonus", "promised order bonuses"),
    ),
    Moves("price_cuts", words=("price cut of their own", "price cuts of their own")),
    Moves("campaign_codes", once=("campaign_id",), words=("code of a campaign", "codes of campaigns")),
    Moves(
        "approvals",
        only="status = 'waiting'",
        words=("request for a second look", "requests for a second look"),
    ),
    Moves("mails", words=("message", "messages")),
    Moves(
        "portal_messages",
        once=("campaign_id",),
        words=("message in the portal", "messages in the portal"),
    ),
    Moves("endpoint_calls"),
    Stays("surprise_draws", "A history that only grows; who drew before a merge doesn’t draw again."),
    Moves("survey_responses", once=("survey_id",), words=("quiz or poll answer", "quiz and poll answers")),
    Moves("segment_listed", key=("segment_id",), once=("segment_id",)),
    Moves("customer_marks", key=("kind", "mark"), once=("kind", "mark")),
    Stays("survey_awards", "A history that only grows; its response says that it was paid."),
    Stays("segment_members", "Worked out anew for both records."),
    Stays("segment_moves", "A history that only grows."),
    Stays("segment_facts", "Worked out anew for both records."),
    Stays("segment_due", "Both records are looked at after the merge."),
    Stays("dry_run_customers", "What a dry run found then."),
    Stays(
        "preference_answers", "A history that only grows; the answers that stand are given anew as merged."
    ),
    Stays("preference_contents", "They belong to their answers."),
    Stays("preference_current", "`preferences.merging` lets the later of two answers stand."),
    Stays(
        "preference_choices", "They follow from the answers that stand, and from the responses to surveys."
    ),
    Stays("contact_choices", "They follow from the answers that stand."),
    Stays("profile_completions", "`preferences.merging` copies it: complete is complete, and pays once."),
    Stays("accounts", "Points go by merge entries on both."),
    Stays("ledger_entries", "The ledger only grows."),
    Stays("lots", "Emptied by the merge entry; the other record gets lots with the same dates."),
    Stays("debts", "Paid by the merge entry; the other record owes instead."),
    Stays("expiry_moves", "The history of lots that stay."),
    Stays("type_changes", "A history that only grows."),
    Stays("tier_changes", "A history that only grows."),
    Stays("customer_tiers", "The higher standing is taken over; the row is the end of its own history."),
    Stays("customer_edits", "They belong to actions on the merged record."),
    Stays("actions", "The trail only grows."),
    Stays("outbox", "What was told was told."),
    Stays("batch_people", "The report of a batch says whom it changed."),
    Stays("campaign_recipients", "A campaign counts each record it wrote to in the arm it was drawn into."),
    Stays("automation_runs", "A history: what happened to each record led to its own place in a campaign."),
    Stays("campaign_clicks", "They belong to what was sent."),
)


async def move(line: Moves, programme_id: int, kept_id: int, gone_id: int) -> list[Key]:
    """Give the rows of one line to the record that is kept; their keys."""
    sql, args = _rows(line, kept_id)
    found = await run(
        f"UPDATE {line.table} SET {line.column} = {{}} WHERE programme_id = {{}} AND {line.column} = {{}}{sql}"
        f" RETURNING {', '.join(line.key)}",
        kept_id,
        programme_id,
        gone_id,
        *args,
    )
    return [[row[name] for name in line.key] for row in found]


async def back(line: Moves, programme_id: int, kept_id: int, gone_id: int, keys: list[Key]) -> None:
    """Give rows back that had moved and are still there."""
    same = "".join(f" AND {name} = {{}}" for name in line.key)
    same += f" AND NOT ({line.stays})" if line.stays else ""
    for key in keys:
        await run(
            f"UPDATE {line.table} SET {line.column} = {{}}"
            f" WHERE programme_id = {{}} AND {line.column} = {{}}{same}",
            gone_id,
            programme_id,
            kept_id,
            *key,
        )


async def count(line: Moves, programme_id: int, kept_id: int, gone_id: int) -> int:
    """How many rows of one line would go over."""
    sql, args = _rows(line, kept_id)
    found = await value(
        f"SELECT count(*) FROM {line.table} WHERE programme_id = {{}} AND {line.column} = {{}}{sql}",
        programme_id,
        gone_id,
        *args,
    )
    return int(found)


def _rows(line: Moves, kept_id: int) -> tuple[str, list[int]]:
    sql, args = f" AND {line.only}" if line.only else "", []
    if line.apart:
        sql += f" AND ({line.apart} IS NULL OR {line.apart} <> {{}})"
        args.append(kept_id)
    if line.once is not None:
        same = "".join(f" AND x.{name} = {line.table}.{name}" for name in line.once)
        sql += (
            f" AND NOT EXISTS (SELECT 1 FROM {line.table} x WHERE x.programme_id = {line.table}.programme_id"
            f" AND x.{line.column} = {{}}{same})"
        )
        args.append(kept_id)
    return sql, args
