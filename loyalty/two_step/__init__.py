"""Signing in in two steps: a password or link, and a code from a phone (PRODUCT O1).

state       whether it is on, and what is left of the recovery codes
setting_up  a secret, confirmed by its first code; new recovery codes; turning it off
proving     a code from the phone or a recovery code, each once
tickets     who is between the first step and the second
requiring   roles that must have it
resetting   somebody who lost phone and recovery codes
"""
