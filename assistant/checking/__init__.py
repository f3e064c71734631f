"""Whether sentences say what a statement says: rules with a veto, then a judge."""
