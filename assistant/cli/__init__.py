"""The command line: commands, chat and what they print."""
