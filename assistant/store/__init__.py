"""What is kept of documents: SQLite, which is the truth, and vectors in Chroma."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
