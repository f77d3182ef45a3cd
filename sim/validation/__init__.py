"""Validation: exact instances of inventory and queueing theory, lived through by the shipped engine.

The cases use the same scenarios, plans and `live` as every study; there is no look-alike code here.
"""
