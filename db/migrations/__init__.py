"""Migrations: hand-written SQL in `db.ddl`'s words, applied by `db.migrate` in the order of their ids."""
