"""Speed, measured beside its limit in the same run: `bin/bench`. RESULTS.md says what it found, and where.

    __main__     the command
    pages        lists, profile, portal home: beside their rows by the bare driver and an answer of the same bytes
    writes       posting points: beside the same transactions by the bare driver
    batches      work on everybody: beside one pass of SQL
    soak         mixed load for minutes: nothing leaks, nothing breaks
    table        what was found, as lines and as JSON

What they stand on:

    depot        made databases, kept from run to run
    crowd        the made-up shop's people, by SQL alone; `skew` is how unevenly they buy, `shop` all but the people
    page_list    which pages; `served` is our server, `bare` the limit's, `processes` starts and watches them
    write_list   which writes; `recording` hears what they do and does it again
    batch_list   which work on everybody

By themselves: `python -m bench.segments` and `python -m bench.real_year`.
"""
