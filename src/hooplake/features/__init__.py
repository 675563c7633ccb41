"""The 58 features of a game document: their catalogue, their extraction, and the enriched document."""
