"""What worker processes have in common, loaded once by the server they are forked from."""

from __future__ import annotations

import gc

gc.disable()  # modules are no garbage: to look for it while they are loaded takes a tenth of the time

import hooplake.build.pool  # noqa: E402
import hooplake.build.work  # noqa: E402, F401
from hooplake.lake.without_pandas import settle_pandas  # noqa: E402

settle_pandas()
