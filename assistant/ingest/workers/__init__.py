"""Child processes that read files within bounds of time and memory."""
