"""Whether sentences say what a statement says: rules with a veto, then a judge."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
