"""Rules that find what contradicts a statement or what it lacks. No rule knows of another."""
