"""Commands that print figures and assert nothing; `python -m tests.bench` runs the speed ones."""
