"""Shopify: its webhooks and its CSV exports."""
