"""A fleet on its lanes, and nothing else of the shop: does it ever stop for good, how much does it carry, how soon?

Light robots without messages drive the lanes of a layout by the very planner and dispatchers of the live floor.
"""
