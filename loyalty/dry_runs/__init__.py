"""Dry-runs: a draft or an edited earning rule tried on real orders, before anything earns by it (PRODUCT I2).

starting    asking for one, cancelling it
working     the job: batch after batch of customers, resumable, each noted with what it found
history     a customer's orders as the replay reads them
moving      who would be in another tier
results     what a run found, and whom it touches
stored      the rows
"""
