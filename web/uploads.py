"""A file that came with a form."""

from litestar.datastructures import FormMultiDict, UploadFile


async def sheet(given: FormMultiDict) -> tuple[bytes, str] | None:
    """The bytes and the name of what was chosen under `file`; None: nothing was."""
    file = given.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read(), file.filename
    return None
