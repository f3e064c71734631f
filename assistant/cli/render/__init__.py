"""What is printed: answers, sources, figures, progress."""
