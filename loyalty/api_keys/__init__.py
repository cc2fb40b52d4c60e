"""Keys of the REST API: who may call it, and what a repeated call is answered (PRODUCT N2).

managing  making a key, revoking it, the list in the settings
reading   whose key a request carries
undoing   taking back that a key was made, or revoked
answers   what requests with an Idempotency-Key were answered
"""
