"""What shop platforms tell us: kept as it came, answered at once, applied by the worker. PRODUCT N2."""
