"""WooCommerce: its webhooks and its CSV exports."""
