"""The shop in browsers: pages, the JSON contract behind them, and who may open what."""
