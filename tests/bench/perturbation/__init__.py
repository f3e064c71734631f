"""False statements and true paraphrases, made by rule of the sentences of documents."""
