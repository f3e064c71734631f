from .languages import detected as detected
from .languages import language_name as language_name
from .values import first_line_title as first_line_title
