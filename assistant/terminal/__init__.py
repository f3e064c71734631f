"""What a person sees at a terminal; what is said is decided elsewhere."""
