"""What a statement may have otherwise than its sentences, each kind found by a function of its own.

Each takes the comparison and yields findings; none knows of another. Their order, and what the
findings lead to together, is in `checking`.
"""
