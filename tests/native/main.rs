//! Tests of the core against NumPy.
