"""Stores: the sales channels that feed the programme, and the secrets their webhooks are signed with.

listing     every store with the state of its webhook
adding      a new store; its secret is given out once
rotating    a new secret, with the old one valid until the rotation is ended
"""
