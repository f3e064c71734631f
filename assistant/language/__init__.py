"""English as rules: words, numbers, codes, dates, names, clauses. Imports no other package."""
