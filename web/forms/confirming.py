"""A button that asks for nothing but carries a key, so that a double click is one act."""

from web.forms import Fields, Form


class ConfirmForm(Form[Fields]):
    model = Fields
