from .changes import Change as Change
from .changes import Changes as Changes
from .compare import compared as compared
from .reading import read_version as read_version
