"""Orders and what each of their lines earned. PRODUCT B5."""
