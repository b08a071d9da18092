"""Benchmarks, and the generated atlases that they and the tests use."""
