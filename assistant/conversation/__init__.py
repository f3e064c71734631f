"""Follow-up questions made standalone, and kept conversations."""
