"""Reading a programme file: everything is checked before anything is written."""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.numbers import is_currency
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from db.enums import RuleStatus, TierWindow, Unit
from loyalty.errors import Invalid
from loyalty.programme_files import preferences
from loyalty.programme_files.earning import definition
from loyalty.programme_files.names import Names
from loyalty.programme_files.parts import ProgrammeFile
from loyalty.programme_files.rewards import draft
from loyalty.rewards import drafts
from loyalty.rules import days
from loyalty.rules import tiers as tier_rules


def read(text: str) -> ProgrammeFile:
    """The programme a TOML text describes. Raises Invalid: one sentence that names the key."""
    try:
        file = ProgrammeFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"This isn't TOML: {error}.") from None
    except ValidationError as error:
        raise Invalid(_sentence(error.errors()[0], tomllib.loads(text))) from None
    _check_place(file)
    _check_unique(file)
    _check_tiers(file)
    _check_rewards(file)
    _check_earning(file)
    _check_preferences(file)
    return file


def _check_place(file: ProgrammeFile) -> None:
    days.zone(file.time_zone)
    if not is_currency(file.currency):
        raise Invalid(f"currency: “{file.currency}” isn't an ISO 4217 code such as EUR.", field="currency")
    try:
        Locale.parse(file.locale)
    except (UnknownLocaleError, ValueError):
        raise Invalid(
            f"locale: “{file.locale}” isn't a locale such as en or de_AT.", field="locale"
        ) from None
    if (file.stamp_card_size is None) is (file.unit is Unit.STAMPS):
        need = "needs" if file.unit is Unit.STAMPS else "has no"
        raise Invalid(f"stamp_card_size: a {file.unit} programme {need} card size.", field="stamp_card_size")


def _check_unique(file: ProgrammeFile) -> None:
    _once("stores", (store.handle for store in file.stores))
    _once("tiers", (tier.name for tier in file.tiers))
    _once("rewards", (reward.name for reward in file.rewards))
    _once("earning", (str(rule.get("name")) for rule in file.earning))


def _once(key: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise Invalid(f"{key}: “{name}” occurs twice.", field=key)
        seen.add(name.casefold())


def _check_tiers(file: ProgrammeFile) -> None:
    levels = [
        tier_rules.Tier(
            id=rank,
            rank=rank,
            name=tier.name,
            threshold=tier.threshold,
            keep_threshold=tier.keep_threshold,
            multiplier_percent=tier.multiplier_percent,
        )
        for rank, tier in enumerate(file.tiers, start=1)
    ]
    try:
        tier_rules.checked(levels)
    except Invalid as error:
        raise Invalid(f"tiers, {error.field}: {error}", field="tiers") from None
    if (
        file.tier_policy
        and file.tier_policy.window is TierWindow.ROLLING
        and not file.tier_policy.rolling_days
    ):
        raise Invalid("tier_policy: a rolling window needs rolling_days.", field="tier_policy")
    rewards = {reward.name for reward in file.rewards}
    for tier in file.tiers:
        for name in tier.entry_rewards:
            _known(f"tiers “{tier.name}”, entry_rewards", name, rewards)


def _check_rewards(file: ProgrammeFile) -> None:
    tiers, rewards = {tier.name for tier in file.tiers}, {reward.name for reward in file.rewards}
    names = Names.assumed(file)
    for reward in file.rewards:
        if reward.min_tier is not None:
            _known(f"rewards “{reward.name}”, min_tier", reward.min_tier, tiers)
        try:
            drafts.checked(draft(reward, names, days.zone(file.time_zone)))
        except Invalid as error:
            raise Invalid(f"rewards “{reward.name}”, {error.field}: {error}", field="rewards") from None
    if file.referrals:
        for key in ("friend_reward", "referrer_reward"):
            name = getattr(file.referrals, key)
            if name is not None:
                _known(f"referrals, {key}", name, rewards)


def _check_earning(file: ProgrammeFile) -> None:
    names = Names.assumed(file)
    for rule in file.earning:
        where = f"earning “{rule.get('name', '?')}”"
        try:
            definition(rule, names)
        except Invalid as error:
            raise Invalid(f"{where}, {error.field}: {error}", field="earning") from None
        if rule.get("status", "active") not in set(RuleStatus) - {RuleStatus.ARCHIVED}:
            raise Invalid(f"{where}, status must be one of: draft, active, paused.", field="earning")


def _check_preferences(file: ProgrammeFile) -> None:
    _once("questions", (question.key for question in file.questions))
    _once("surprises", (prize.name for prize in file.surprises))
    rewards = {reward.name for reward in file.rewards}
    for question in file.questions:
        try:
            preferences.draft(question)
        except Invalid as error:
            raise Invalid(f"questions “{question.key}”, {error.field}: {error}", field="questions") from None
    for prize in file.surprises:
        if prize.reward is not None:
            _known(f"surprises “{prize.name}”, reward", prize.reward, rewards)
        try:
            preferences.checked_prize(prize)
        except Invalid as error:
            raise Invalid(f"surprises “{prize.name}”, {error.field}: {error}", field="surprises") from None


def _known(where: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        raise Invalid(f"{where}: there is no “{name}” in this file.")


def _sentence(problem: ErrorDetails, data: Mapping[str, Any]) -> str:
    """“stores “web”, platform: must be 'shopify', …” out of the first thing that was wrong."""
    where: list[str] = []
    at: Any = data
    for step in problem["loc"]:
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            at = {}
        if isinstance(step, int):
            called = at.get("name") or at.get("handle") if isinstance(at, Mapping) else None
            where[-1] += f" “{called}”" if called else f" {step + 1}"
        else:
            where.append(str(step))
    key, place = where[-1], ", ".join(where[:-1])
    start = f"{place}: " if place else ""
    if problem["type"] == "extra_forbidden":
        return f"{start}there is no key “{key}”."
    if problem["type"] == "missing":
        return f"{start}“{key}” is missing."
    said = problem["msg"].replace("Input should be", "must be").replace("String should", "must")
    return f"{', '.join(where)}: {said[0].lower()}{said[1:]}."
