"""Verifiers, one file a problem: what is wrong with a plan, recomputed from the problem alone.

They share no code with the solvers.
"""
