"""Product reviews: pending, approved, rejected or removed, and the points they give (PRODUCT H).

    submitting   a review comes in by API or import
    deciding     approving, rejecting, removing
    paying       points for an approved review, and taking them back in their hold period
    stored       a review as it is stored, locked while it changes
    undoing      taking back a decision

What a review gives is said by the earning rules with the trigger `review`: those without tags pay for the
review itself, those whose `include.tags` name `photo` or `video` pay extra for one, as an entry of their own.
`include.products` limits a rule to some products.
"""
