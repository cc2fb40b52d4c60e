"""How hard property tests try: enough to find what there is, quick enough to run all the time."""

from hypothesis import HealthCheck, settings

property_test = settings(
    max_examples=80, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
