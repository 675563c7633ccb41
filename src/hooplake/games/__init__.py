"""What a game document says: typed documents, their decoders and the neutral model that silver rows are made from."""
