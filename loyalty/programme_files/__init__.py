"""The programme as a file: what a merchant keeps in version control and applies again and again.

parts       what a file may say, with defaults
reading     TOML → ProgrammeFile, refused as a whole by the first thing that can't be right
stored      the database → ProgrammeFile
showing     ProgrammeFile → TOML
applying    bring the database to what a file says, in one transaction and one audited action
settings, stores, tiers, rewards, earning, referrals, preferences: one noun each, read and brought up to date
"""

from loyalty.programme_files.applying import Applied, apply
from loyalty.programme_files.parts import ProgrammeFile
from loyalty.programme_files.reading import read
from loyalty.programme_files.showing import show

__all__ = ["Applied", "ProgrammeFile", "apply", "read", "show"]
