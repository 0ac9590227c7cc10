"""What screens show, read from the records: pure functions of a database that is only looked at, and the shop's plan.

Times are ms since 1970-01-01 UTC (0: not yet), money is fen, ``None`` means: no data. Nothing here runs the floor.
"""
