"""ESPN game documents: typed structures, decoding, and reading into the neutral model."""
