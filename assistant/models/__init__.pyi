from . import prompts as prompts
from .background import Background as Background
