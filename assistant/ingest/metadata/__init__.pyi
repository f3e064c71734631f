from .values import first_line_title as first_line_title
