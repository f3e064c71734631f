"""The commands of the program, a module for those that belong together."""
