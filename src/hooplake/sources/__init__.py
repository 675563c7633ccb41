"""How to get data: each source writes raw documents only, as received."""
