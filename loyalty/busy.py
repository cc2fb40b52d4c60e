"""What the database says when others hold what a statement needs: nothing was changed, try again soon.

`web` knows the database only through here, to answer 503 instead of 500.
"""

from db.engine import Contention

__all__ = ["Contention"]
