"""Guards against instructions planted in documents and against control characters."""
