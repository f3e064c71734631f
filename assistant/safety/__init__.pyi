from .prompt_injection import instructions as instructions
from .prompt_injection import is_question as is_question
from .prompt_injection import neutral as neutral
from .sanitize import clean as clean
from .sanitize import count as count
from .sanitize import json_line as json_line
from .sanitize import json_text as json_text
from .sanitize import line as line
