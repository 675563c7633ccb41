"""Loaded last by the server of the workers, when all else that they share is there."""

from __future__ import annotations

import gc

import hooplake.build.preload  # noqa: F401

gc.freeze()  # what is loaded stays: a collection that looks at it also copies the pages that workers share
gc.enable()
