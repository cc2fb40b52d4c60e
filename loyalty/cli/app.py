"""Every command, in the order of `regulars --help`. What a command needs is imported when it runs."""

import typer

from loyalty.cli import (
    backup,
    demo,
    doctor,
    expire,
    explain,
    exporting,
    importing,
    mail,
    migrate,
    programme,
    recount,
    segments,
    serve,
    staff,
    verify,
    version,
    worker,
)

app = typer.Typer(
    help="Regulars: a customer-loyalty programme that a shop runs itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command()(serve.serve)
app.command()(worker.worker)
app.command()(migrate.migrate)
app.command()(demo.demo)
app.command()(doctor.doctor)
app.command()(version.version)
app.add_typer(staff.app, name="staff")
app.add_typer(programme.app, name="programme")
app.command("import")(importing.import_)
app.command("export")(exporting.export)
app.command()(verify.verify)
app.command()(explain.explain)
app.command()(expire.expire)
app.command()(recount.recount)
app.add_typer(segments.app, name="segments")
app.add_typer(mail.app, name="mail")
app.command()(backup.backup)
app.command()(backup.restore)
