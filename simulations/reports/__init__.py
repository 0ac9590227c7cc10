"""Reports: an experiment as one page that needs nothing else, and as rows for a spreadsheet."""
