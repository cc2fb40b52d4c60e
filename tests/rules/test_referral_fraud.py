from loyalty.rules.referral_fraud import Identity, fraud_score, rings

INES = Identity(
    email="ines@gmail.com", ips=frozenset({"a"}), devices=frozenset({"d"}), payments=frozenset({"p"})
)
STRANGER = Identity(email="olu@example.com", ips=frozenset({"b"}))


def test_a_stranger_raises_no_suspicion():
    clean = fraud_score(INES, STRANGER, claims_last_day=5)
    assert (clean.score, clean.evidence, clean.holds, clean.blocks) == (0, (), False, False)


def test_unknown_marks_are_never_the_same():
    assert fraud_score(Identity(), Identity()).score == 0


def test_an_alias_blocks_at_once():
    found = fraud_score(INES, Identity(email="i.n.e.s+2@googlemail.com"))
    assert found.blocks
    assert found.evidence[0].signal == "alias"


def test_evidence_is_listed_strongest_first_and_adds_up_to_the_score():
    found = fraud_score(INES, Identity(ips=frozenset({"a"}), devices=frozenset({"d"})), claims_last_day=7)
    assert [item.signal for item in found.evidence] == ["device", "velocity", "ip"]
    assert found.score == sum(item.weight for item in found.evidence) == 71
    assert (found.holds, found.blocks) == (True, False)


def test_the_score_stops_at_100():
    same = fraud_score(INES, INES, claims_last_day=99, friend_is_customer=True)
    assert same.score == 100


def test_rings_join_everybody_linked_by_a_shared_mark():
    pairs = [(1, "ip"), (2, "ip"), (2, "card"), (3, "card"), (4, "x"), (5, "y"), (6, "y")]
    assert rings(pairs) == (frozenset({1, 2, 3}), frozenset({5, 6}))
    assert rings([]) == ()
