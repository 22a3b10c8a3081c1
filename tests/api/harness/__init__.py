"""What the tests of the running program share; the benchmarks use it too."""
