"""The lake: bytes, tables and partitions. Nothing in this room knows what basketball is."""
