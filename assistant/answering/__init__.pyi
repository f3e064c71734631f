from .answer import MOST_CHARACTERS as MOST_CHARACTERS
from .workspace import Notify as Notify
from .workspace import Workspace as Workspace
