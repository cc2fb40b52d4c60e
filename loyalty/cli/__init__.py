"""The `regulars` command: one file per noun. Exit 0 done, 1 refused or a check failed, 2 wrong usage.

app         every command, in the order of --help
options terminal database refusals    what commands share
serve (serving, supervising) worker migrate demo doctor version staff programme importing exporting
verify explain (explained) expire backup
"""

import sys


def main() -> None:
    """Run the command line. Refusals are one sentence on standard error, never a traceback."""
    from loyalty.cli.app import app
    from loyalty.cli.refusals import sentence_of

    try:
        app(prog_name="regulars")
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        sys.exit(1)
