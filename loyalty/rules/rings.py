"""Referrals that share signals: how much speaks for one person behind several, in words. PRODUCT G4."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass

from loyalty.rules.referral_fraud import HOLD_SCORE, Evidence, FraudScore, rings

MOST_REFERRALS = 60
"""As many as one decision takes: each is a person's points and a code."""

LINKS = frozenset({"alias", "payment", "device", "address"})
"""What makes two people one group. A network address only adds to it: families, cafés and offices share one."""

_WEIGHTS = {
    "alias": 80,
    "payment": 50,
    "existing_customer": 50,
    "device": 40,
    "address": 35,
    "velocity": 20,
    "ip": 15,
}
_SHARED = {
    "alias": "write from addresses that reach one mailbox",
    "payment": "paid by the same means",
    "device": "use the same device",
    "address": "have the same postal address",
    "ip": "come from the same network address",
}
_PER_PERSON = 5


@dataclass(frozen=True, slots=True)
class Invitation:
    """A referral as the rule sees it: who is at its ends, and the signals it was given when it was claimed."""

    id: int
    referrer: int
    friend: int
    signals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ring:
    """People linked by shared marks, and the ids of the referrals between and by them, oldest first."""

    people: frozenset[int]
    referrals: tuple[int, ...]
    score: FraudScore


def found(
    pairs: Iterable[tuple[int, str, Hashable]], invitations: Collection[Invitation]
) -> tuple[Ring, ...]:
    """The rings among these people, most suspicious first.

    `pairs` are (person, kind, mark). A group is a ring when its score is one that somebody has to look at and a
    referral leads into it.
    """
    by_mark: dict[tuple[str, Hashable], set[int]] = {}
    for person, kind, mark in pairs:
        by_mark.setdefault((kind, mark), set()).add(person)
    shared = {key: people for key, people in by_mark.items() if len(people) > 1}
    groups = rings((person, key) for key, people in shared.items() if key[0] in LINKS for person in people)
    made = [_ring(group, shared, invitations) for group in groups]
    kept = [ring for ring in made if ring.referrals and ring.score.score >= HOLD_SCORE]
    return tuple(sorted(kept, key=lambda ring: (-ring.score.score, -len(ring.people), ring.referrals)))


def _ring(
    group: frozenset[int],
    shared: Mapping[tuple[str, Hashable], set[int]],
    invitations: Collection[Invitation],
) -> Ring:
    inside = sorted(
        (each for each in invitations if each.friend in group), key=lambda invitation: invitation.id
    )
    people = group | {each.referrer for each in inside}
    counts: dict[str, int] = {}
    for (kind, _), sharing in shared.items():
        if (within := len(sharing & group)) > 1:
            counts[kind] = max(counts.get(kind, 0), within)
    signals = {signal for each in inside for signal in each.signals}
    return Ring(people, tuple(each.id for each in inside), score(counts, signals, len(people)))


def score(counts: Mapping[str, int], signals: Collection[str], people: int) -> FraudScore:
    """0 to 100, and what it is the sum of. `counts`: the most people that share one mark of a kind.

    `signals` are what single referrals were held for; people beyond two make it worse.
    """
    evidence = [
        Evidence(kind, _WEIGHTS[kind], f"{count} people {_SHARED[kind]}.") for kind, count in counts.items()
    ]
    if "alias" in signals and "alias" not in counts:
        evidence.append(Evidence("alias", 80, "A friend’s address reaches the mailbox of who invited them."))
    if "existing_customer" in signals:
        evidence.append(Evidence("existing_customer", 50, "A friend was a customer before."))
    if "velocity" in signals:
        evidence.append(Evidence("velocity", 20, "Many friends claimed within a day."))
    if people > 2:
        evidence.append(Evidence("size", (people - 2) * _PER_PERSON, f"{people} people belong to it."))
    evidence.sort(key=lambda item: -item.weight)
    return FraudScore(min(100, sum(item.weight for item in evidence)), tuple(evidence))
