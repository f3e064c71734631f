"""Measurements of retrieval, answers and the check."""
