"""Formulas with known answers: classical inventory, queueing and risk results, without any simulation.

Import the module you need, for example ``from sim.theory.base_stock import continuous_review``.
These modules use scipy and are never imported by ``import sim``.
"""
