"""Importing what shops export: customers, orders, points, products, webhook logs (PRODUCT N1).

A file is read to its end before its first row is written, so a bad one changes nothing; then it is
applied in batches, each one transaction. A second import of the same file changes nothing either. Points are a
batch of `loyalty.batches`, which can be taken back.
"""
