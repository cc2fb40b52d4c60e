"""All tiers and how they are reached, on one page. PRODUCT F1, F3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from litestar.datastructures import FormMultiDict
from pydantic import Field

from db.enums import TierDowngrade, TierMetric, TierWindow
from loyalty.errors import Invalid
from loyalty.rules import money
from loyalty.rules.tiers import TierPolicy
from loyalty.tiers.saving import TierDraft
from web.forms import Fields, Form

MOST_TIERS = 20
MOST_PERKS = 20
BY_HAND = "by_hand"
LARGEST = 10**15

TEXTS = ("uid", "name", "threshold", "keep", "multiplier", "points", "perks", "remove")


class PolicyFields(Fields):
    """`metric` by_hand: nothing counts, tiers are only given by hand."""

    metric: TierMetric | Literal["by_hand"] = TierMetric.SPEND
    window: TierWindow = TierWindow.LIFETIME
    rolling_days: Annotated[int, Field(ge=1, le=3660)] = 365
    grace_days: Annotated[int, Field(ge=0, le=366)] = 0
    downgrade: TierDowngrade = TierDowngrade.TO_QUALIFIED

    @property
    def policy(self) -> TierPolicy | None:
        if not isinstance(self.metric, TierMetric):
            return None
        return TierPolicy(
            metric=self.metric,
            window=self.window,
            rolling_days=self.rolling_days,
            grace_days=self.grace_days,
            downgrade=self.downgrade,
        )


@dataclass(slots=True)
class Row:
    """One tier as typed; `rewards` are the uids ticked. Its fields are called name-0, threshold-0 …"""

    index: int
    typed: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TEXTS, ""))
    rewards: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        return not self.typed["uid"]


class TiersForm(Form[PolicyFields]):
    """The policy's fields, and a row a tier from below. `seen` is what the page was drawn from."""

    model = PolicyFields

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.drafts: list[TierDraft] = []
        self.seen = ""

    @classmethod
    def drawn(
        cls, policy: TierPolicy | None, tiers: Sequence[TierDraft], *, seen: str, currency: str
    ) -> Self:
        """The form as things are, or as a draft has them."""
        form, used = cls(), policy or TierPolicy()
        form.seen = seen
        form.typed = {
            "metric": used.metric.value if policy or not tiers else BY_HAND,
            "window": used.window.value,
            "rolling_days": str(used.rolling_days),
            "grace_days": str(used.grace_days),
            "downgrade": used.downgrade.value,
        }
        metric = policy.metric if policy else None
        form.rows = [_drawn(index, tier, metric, currency) for index, tier in enumerate(tiers)]
        return form

    @classmethod
    def of(cls, sent: FormMultiDict, *, currency: str, metals: Mapping[str, str]) -> Self:
        """Read it. `metals` are the looks of the tiers there are, by uid: the form doesn't ask for them."""
        form = cls.read(sent)
        form.seen = str(sent.get("seen", ""))[:64]
        count = str(sent.get("count", "0"))
        for index in range(min(int(count) if count.isascii() and count.isdecimal() else 0, MOST_TIERS)):
            texts = {name: str(sent.get(f"{name}-{index}", "")) for name in TEXTS}
            rewards = tuple(str(uid)[:40] for uid in sent.getall(f"rewards-{index}", []))
            form.rows.append(Row(index, texts, rewards))
        form._judge(currency, metals)
        return form

    def add(self) -> None:
        """One more empty row at the end."""
        if len(self.rows) < MOST_TIERS:
            self.rows.append(Row(len(self.rows)))
        self.errors.clear()

    def _judge(self, currency: str, metals: Mapping[str, str]) -> None:
        """Every row's errors by field; tiers that stay must rise in their order, new ones find their place."""
        counted = self.typed["metric"] or TierMetric.SPEND
        metric = next((metric for metric in TierMetric if metric == counted), None)
        good = []
        for row in self.rows:
            if row.typed["remove"] or (row.is_new and not any(row.typed.values()) and not row.rewards):
                continue
            draft = self._draft(row, metric, currency, metals)
            if draft is not None:
                good.append((row, draft))
        self._rising(good)
        ordered = sorted((draft for _, draft in good), key=lambda draft: draft.threshold)
        self.drafts = [_ranked(draft, rank) for rank, draft in enumerate(ordered, start=1)]

    def _draft(
        self, row: Row, metric: TierMetric | None, currency: str, metals: Mapping[str, str]
    ) -> TierDraft | None:
        typed, wrong = row.typed, len(self.errors)
        name = typed["name"].strip()
        if not 1 <= len(name) <= 60:
            self._wrong(row, "name", "A tier needs a name of at most 60 characters.")
        threshold = self._amount(row, "threshold", metric, currency)
        keep = self._amount(row, "keep", metric, currency) if typed["keep"].strip() else None
        if keep is not None and threshold is not None and keep > threshold:
            self._wrong(row, "keep", "Staying can’t need more than getting in.")
        percent = self._multiplier(row)
        points = self._amount(row, "points", None, currency) if typed["points"].strip() else 0
        perks = tuple(line.strip() for line in typed["perks"].splitlines() if line.strip())
        if len(perks) > MOST_PERKS or any(len(perk) > 200 for perk in perks):
            self._wrong(row, "perks", f"At most {MOST_PERKS} perks of at most 200 characters each.")
        if len(self.errors) > wrong or threshold is None or percent is None or points is None:
            return None
        return TierDraft(
            name=name,
            rank=0,
            threshold=threshold,
            uid=typed["uid"] or None,
            keep_threshold=None if keep == threshold else keep,
            multiplier_percent=percent,
            metal=metals.get(typed["uid"], ""),
            perks=perks,
            entry_points=points,
            entry_rewards=row.rewards,
        )

    def _rising(self, good: list[tuple[Row, TierDraft]]) -> None:
        highest: TierDraft | None = None
        taken: dict[int, str] = {}
        names: set[str] = set()
        for row, draft in good:
            if draft.name.casefold() in names:
                self._wrong(row, "name", "Another tier has this name.")
            elif draft.threshold in taken:
                self._wrong(row, "threshold", f"{taken[draft.threshold]} needs just as much.")
            elif not row.is_new and highest is not None and draft.threshold < highest.threshold:
                self._wrong(row, "threshold", f"{draft.name} must need more than {highest.name}.")
            elif not row.is_new:
                highest = draft
            names.add(draft.name.casefold())
            taken[draft.threshold] = draft.name

    def _amount(self, row: Row, name: str, metric: TierMetric | None, currency: str) -> int | None:
        text = row.typed[name].strip()
        if metric is TierMetric.SPEND:
            try:
                amount = money.parse(text, currency)
            except Invalid as refusal:
                self._wrong(row, name, str(refusal) if text else "Enter an amount; 0 lets everybody in.")
                return None
        else:
            compact = text.replace(",", "").replace(" ", "")
            amount = int(compact) if compact.isascii() and compact.isdecimal() and len(compact) < 17 else -1
        if not 0 <= amount <= LARGEST:
            self._wrong(row, name, "Enter a whole number from 0.")
            return None
        return amount

    def _multiplier(self, row: Row) -> int | None:
        text = row.typed["multiplier"].strip().removeprefix("×").replace(",", ".") or "1"
        whole, _, decimals = text.partition(".")
        good = text.isascii() and whole.isdecimal() and len(whole) < 4 and len(decimals) <= 2
        if not good or (decimals and not decimals.isdecimal()) or int(whole) > 100:
            self._wrong(row, "multiplier", "Enter a number from 0 to 100, such as 1.25.")
            return None
        return int(whole) * 100 + int(decimals.ljust(2, "0") or 0)

    def _wrong(self, row: Row, name: str, sentence: str) -> None:
        self.errors.setdefault(f"{name}-{row.index}", sentence)


def _ranked(draft: TierDraft, rank: int) -> TierDraft:
    return TierDraft(**{name: getattr(draft, name) for name in draft.__slots__ if name != "rank"}, rank=rank)


def _drawn(index: int, tier: TierDraft, metric: TierMetric | None, currency: str) -> Row:
    def shown(amount: int) -> str:
        return money.plain(amount, currency) if metric is TierMetric.SPEND else str(amount)

    whole, rest = divmod(tier.multiplier_percent, 100)
    return Row(
        index,
        {
            "uid": tier.uid or "",
            "name": tier.name,
            "threshold": shown(tier.threshold),
            "keep": "" if tier.keep_threshold is None else shown(tier.keep_threshold),
            "multiplier": f"{whole}" + (f".{rest:02d}".rstrip("0") if rest else ""),
            "points": str(tier.entry_points) if tier.entry_points else "",
            "perks": "\n".join(tier.perks),
            "remove": "",
        },
        tier.entry_rewards,
    )
