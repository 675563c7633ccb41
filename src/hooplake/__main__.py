"""``python -m hooplake``: the command line."""

from hooplake.cli import process

if __name__ == "__main__":
    process()
