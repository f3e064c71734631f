from . import prompts as prompts
from .background import Background as Background
from .plugins import ADDRESS as ADDRESS
from .plugins import Plugin as Plugin
from .plugins import address as address
from .plugins import make as make
from .plugins import parse as parse
from .plugins import told as told
