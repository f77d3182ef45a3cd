"""The report: one HTML page and one workbook from finished runs, for people who were not there."""
