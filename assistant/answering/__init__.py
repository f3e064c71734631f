"""Answers, refusals and verified drafts."""
