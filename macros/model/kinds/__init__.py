"""One module for each kind of record: a file put here is found by itself."""
