"""From text to blocks, sentences and passages."""
