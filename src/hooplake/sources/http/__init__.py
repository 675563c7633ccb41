"""One HTTP client for all sources: rates, retries, quotas and a log, with the bytes kept as they were received."""
