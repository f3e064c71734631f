"""The session in the README: a real run of the program at a terminal, drawn as an SVG."""
