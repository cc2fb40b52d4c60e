"""The friend leaves an address and gets a coupon (PRODUCT G1, G4)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from db.engine import atomic, one, retried, run
from db.enums import CustomerType, ReferralStatus
from db.ids import new_id, new_uid
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, NotAllowed
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.referrals import coupons, marking, marks, stored
from loyalty.referrals.policies import ReferralPolicy, policy
from loyalty.referrals.stored import NewReferral
from loyalty.rewards import issuing
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.codes import format_code
from loyalty.rules.orders import normalised_email
from loyalty.rules.referral_fraud import FraudScore
from loyalty.rules.referrals import Claim, lapses_at, refuse_claim

_LAPSE = """UPDATE referrals SET status = 'expired', ended_at = {}, end_reason = 'The claim had lapsed.',
      version = version + 1
    WHERE programme_id = {} AND friend_email_key = {} AND status = 'pending' AND lapses_at <= {}"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The referral's uid and the friend's coupon as printed; no code: none is given, or somebody looks first.

    `action` is the one of the first call for a repeat of the key.
    """

    uid: str
    code: str | None
    sentence: str
    action: Action


@dataclass(frozen=True, slots=True)
class _Friend:
    """Who claims: the address typed, its normalised form, and the customer behind it, if any."""

    email: str
    email_key: str
    name: str
    customer_id: int | None
    is_customer: bool


@retried
async def claim(
    programme_id: int,
    referral_code: str,
    email: str,
    *,
    name: str = "",
    signals: Mapping[str, str],
    key: str,
    click: str | None = None,
    by: Actor = SYSTEM,
) -> Claimed:
    """Claim a member's invitation with an e-mail address. PRODUCT G1.

    `signals` may hold ip, device, address and payment, as they are; only hashes are kept. `click` is the
    uid that the link's cookie remembers. The first claim of an address wins. A claim that looks like fraud
    is blocked and gets no coupon until somebody decides.
    Repeating `key` returns the first outcome. Raises Invalid, NotAllowed, AlreadyDone, KeyReused.
    """
    asked = repeats.mark(key, referral_code, normalised_email(email))
    found = await one(
        "SELECT coalesce(merged_into, id) AS id, email FROM customers"
        " WHERE programme_id = {} AND referral_code = {}",
        programme_id,
        referral_code,
    )
    if found is None:
        raise NotAllowed("This invitation is no longer open.")
    async with atomic():
        referrer = await locked(programme_id, found["id"])
        done = await repeats.earlier(programme_id, "referral.claimed", ("customer", found["id"]), asked)
        if done is not None:
            return await _again(programme_id, done)
        terms = await policy(programme_id)
        friend = await _friend(referrer, found["email"], email, name, terms)
        known = marks.hashed(programme_id, signals)
        score = await marks.weigh(
            referrer,
            normalised_email(found["email"]),
            friend.email_key,
            known,
            friend_is_customer=friend.is_customer,
        )
        return await _write(
            referrer, friend, terms, score, known, asked, click=click, by=by, referrer_email=found["email"]
        )


async def _again(programme_id: int, done: repeats.Earlier) -> Claimed:
    uid = done.after["referral"]
    coupon = await issuing.by_key(programme_id, coupons.key_of(uid))
    return Claimed(uid, format_code(coupon.code) if coupon else None, done.action.sentence, done.action)


async def _friend(
    referrer: Account, referrer_email: str | None, email: str, name: str, terms: ReferralPolicy
) -> _Friend:
    key = normalised_email(email)
    programme_id = referrer.programme.id
    await run(_LAPSE, referrer.now, programme_id, key, referrer.now)
    person = await one(
        "SELECT k.id, k.type, k.order_count FROM customers c JOIN customers k"
        " ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)"
        " WHERE c.programme_id = {} AND c.email_key = {}",
        programme_id,
        key,
    )
    holder = await one(
        "SELECT referrer_id FROM referrals WHERE programme_id = {} AND friend_email_key = {}"
        " AND status IN ('pending', 'completed')",
        programme_id,
        key,
    )
    bought = person is not None and (person["order_count"] > 0 or person["type"] == CustomerType.LEFT)
    asked = Claim(
        email=email,
        referrer_id=referrer.customer_id,
        referrer_email=referrer_email,
        referrer_is_member=referrer.type is CustomerType.MEMBER,
        is_customer=bought,
        claimed_by=holder["referrer_id"] if holder else None,
        enabled=terms.enabled,
    )
    return _Friend(email.strip(), refuse_claim(asked), name[:240], person["id"] if person else None, bought)


async def _write(
    referrer: Account,
    friend: _Friend,
    terms: ReferralPolicy,
    score: FraudScore,
    known: Mapping[str, str],
    asked: repeats.Mark,
    *,
    click: str | None,
    by: Actor,
    referrer_email: str | None,
) -> Claimed:
    now, programme_id = referrer.now, referrer.programme.id
    clicked = await stored.take_click(programme_id, click, referrer.customer_id)
    new = NewReferral(
        id=clicked[0] if clicked else new_id(now),
        uid=click if click and clicked else new_uid(),
        clicked_at=clicked[1] if clicked else None,
        referrer_id=referrer.customer_id,
        status=ReferralStatus.BLOCKED if score.blocks else ReferralStatus.PENDING,
        friend_email=friend.email,
        friend_email_key=friend.email_key,
        friend_name=friend.name,
        score=score.score,
        evidence=[asdict(item) for item in score.evidence],
        signals=known,
        claimed_at=now,
        lapses_at=lapses_at(now, terms.lapse_days),
    )
    if not await stored.insert(programme_id, new):
        raise AlreadyDone("Somebody else has already invited you.", field="email")
    await marking.keep(programme_id, new.id, friend.email, known, referrer.customer_id, referrer_email)
    code, sentence = None, f"A friend claimed {referrer.customer_name}'s invitation"
    if terms.friend_reward_id is not None and not score.blocks:
        coupon = await coupons.give(
            referrer.programme, new.uid, terms.friend_reward_id, now, customer_id=friend.customer_id
        )
        await coupons.attach(programme_id, await stored.lock(programme_id, new.id), coupon.id)
        code = format_code(coupon.code)
    action = await audit.record(
        programme_id,
        "referral.claimed",
        ("customer", referrer.customer_id),
        sentence,
        by=by,
        customer_id=referrer.customer_id,
        after={"referral": new.uid, "status": new.status, "score": score.score, **asked.stored},
    )
    return Claimed(new.uid, code, sentence, action)
