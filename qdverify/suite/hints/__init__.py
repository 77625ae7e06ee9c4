"""What the hints name: wrong models that the exact side solves, and patterns of deviations over the cases."""
