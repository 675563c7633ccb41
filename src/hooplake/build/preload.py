"""What worker processes have in common, loaded once by the server they are forked from."""

from __future__ import annotations

import gc

import hooplake.build.work  # noqa: F401
from hooplake.lake.without_pandas import settle_pandas

settle_pandas()
gc.freeze()  # what is loaded stays: a collection that looks at it also copies the pages that workers share
