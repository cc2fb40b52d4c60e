"""People the programme knows: guests, members, and those who left. PRODUCT A, B."""
