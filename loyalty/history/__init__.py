"""What was done about a customer, by whom and why, newest first: the audit trail made readable (PRODUCT B3, O1)."""

from loyalty.history.reading import PAGE_SIZE, history
from loyalty.history.views import Change, Deed, History

__all__ = ["PAGE_SIZE", "Change", "Deed", "History", "history"]
