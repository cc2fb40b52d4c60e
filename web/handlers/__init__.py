"""Answers to requests: who, form, verb, answer. One file per noun."""
