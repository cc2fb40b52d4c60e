"""Groups of people with shared marks, and how much that says. PRODUCT G4."""

from loyalty.rules.rings import Invitation, found, score

REX, SAM, KIM, LEE = 1, -11, -12, -13


def invited(*friends: int, by: int = REX, signals: str = "") -> list[Invitation]:
    held = frozenset(signals.split())
    return [Invitation(100 + number, by, friend, held) for number, friend in enumerate(friends)]


def test_friends_on_one_device_and_who_invited_them_are_a_ring() -> None:
    pairs = [(SAM, "device", "d"), (KIM, "device", "d"), (LEE, "device", "d")]
    (ring,) = found(pairs, invited(SAM, KIM, LEE))
    assert ring.people == {REX, SAM, KIM, LEE}
    assert ring.referrals == (100, 101, 102)
    assert [item.sentence for item in ring.score.evidence] == [
        "3 people use the same device.",
        "4 people belong to it.",
    ]
    assert ring.score.score == 50


def test_somebody_who_invites_themselves_is_a_ring_of_two() -> None:
    pairs = [(REX, "alias", "rex"), (SAM, "alias", "rex")]
    (ring,) = found(pairs, invited(SAM, KIM))
    assert ring.referrals == (100,)
    assert ring.score.score == 80


def test_marks_chain_people_that_share_none_directly() -> None:
    pairs = [(SAM, "device", "d"), (KIM, "device", "d"), (KIM, "payment", "p"), (LEE, "payment", "p")]
    (ring,) = found(pairs, invited(SAM, KIM, LEE))
    assert {SAM, KIM, LEE} <= ring.people


def test_a_network_address_links_nobody_and_adds_to_what_is_linked() -> None:
    assert found([(friend, "ip", "cafe") for friend in (SAM, KIM, LEE)], invited(SAM, KIM, LEE)) == ()
    phone = [(SAM, "device", "d"), (KIM, "device", "d")]
    (ring,) = found([*phone, *((each, "ip", "cafe") for each in (SAM, KIM, LEE))], invited(SAM, KIM, LEE))
    assert ring.people == {REX, SAM, KIM}
    assert "2 people come from the same network address." in [item.sentence for item in ring.score.evidence]


def test_a_happy_inviter_of_strangers_is_no_ring() -> None:
    pairs = [(SAM, "device", "a"), (KIM, "device", "b"), (LEE, "device", "c")]
    assert found(pairs, invited(SAM, KIM, LEE)) == ()


def test_shared_marks_without_a_referral_are_no_ring() -> None:
    assert found([(1, "alias", "a"), (2, "alias", "a")], []) == ()


def test_what_single_referrals_were_held_for_adds_to_it() -> None:
    told = score({"device": 2}, {"velocity", "existing_customer"}, 2)
    assert told.score == 100
    assert [item.signal for item in told.evidence] == ["existing_customer", "device", "velocity"]


def test_the_worst_ring_comes_first() -> None:
    pairs = [
        (SAM, "device", "d"), (KIM, "device", "d"), (SAM, "ip", "i"), (KIM, "ip", "i"),
        (5, "alias", "a"), (-21, "alias", "a"), (5, "payment", "p"), (-21, "payment", "p"),
    ]  # fmt: skip
    rings = found(pairs, [*invited(SAM, KIM), Invitation(200, 5, -21)])
    assert [ring.score.score for ring in rings] == [100, 60]
