"""Writing what is known into CSV files, row by row, however many there are (PRODUCT B2).

files       the file itself: complete or not at all, gzipped by name, safe for spreadsheets
pieces      the same as a download, a piece at a time
balances customers entries: one kind of export each, `columns` and `rows`
"""
