"""What may be said about a shop from its simulated days: intervals, differences, when to stop, which is best, why."""
