"""Work in the background (DESIGN §7).

A verb calls `loyalty.queue.enqueue` in its own transaction; `worker` claims and runs what is due; `schedule`
is the whole clockwork on one page; `registry` names every job. Jobs may run twice: after a crash a
job whose work was done but not yet noted runs again, so each must change nothing the second time.
"""
