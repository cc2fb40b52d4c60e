"""docs/programme-file.md names every key a programme file may have, and no other."""

import re
from dataclasses import fields

import pytest

from loyalty.programme_files import parts
from loyalty.rules.earning_rules import RuleDefinition
from tests.house.places import ROOT

TABLES = {
    "expiry",
    "stores",
    "earning",
    "tier_policy",
    "tiers",
    "rewards",
    "referrals",
    "questions",
    "surprises",
}
KEYS = {
    "The programme": set(parts.ProgrammeFile.model_fields) - TABLES,
    "`[expiry]`": set(parts.ExpiryPart.model_fields),
    "`[[stores]]`": set(parts.StorePart.model_fields),
    "`[[earning]]`": {field.name for field in fields(RuleDefinition)} | {"status"},
    "`[tier_policy]`": set(parts.TierPolicyPart.model_fields),
    "`[[tiers]]`": set(parts.TierPart.model_fields),
    "`[[rewards]]`": set(parts.RewardPart.model_fields),
    "`[referrals]`": set(parts.ReferralsPart.model_fields),
    "`[[questions]]`": set(parts.QuestionPart.model_fields),
    "An option": set(parts.OptionPart.model_fields),
    "`[[surprises]]`": set(parts.SurprisePart.model_fields),
}
SECTIONS = dict(
    section.split("\n", 1) for section in (ROOT / "docs" / "programme-file.md").read_text().split("\n## ")[1:]
)


@pytest.mark.parametrize("heading", KEYS)
def test_every_key_is_documented_and_none_that_does_not_exist(heading: str) -> None:
    rows = re.findall(r"^\| (`.+?`) \|", SECTIONS[heading], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == KEYS[heading]


def test_every_table_of_the_file_has_its_section() -> None:
    assert set(SECTIONS) == set(KEYS)
    assert set(parts.ProgrammeFile.model_fields) >= TABLES
