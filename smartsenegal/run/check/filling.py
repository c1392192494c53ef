"""What an invented person answers: by the end of a control's name, whatever the procedure asks."""

from smartsenegal.run.check.browser import Form, Upload

ANSWERS = {
    "first_names": "Awa",
    "last_name": "Ndiaye",
    "birth_date": "27 3 1994",
    "birth_commune": "Thiès Nord",
    "commune": "Thiès Nord",
    "line": "Villa 12, Randoulène",
    "phone": "77 100 00 09",
    "telephone": "77 100 00 09",
    "email": "awa@example.org",
    "annee": "1994",
    "numero": "128",
    "date": "27 3 1994",
}
_SILENT = {"hidden", "file", "submit"}


def answers(form: Form, given: dict[str, str] | None = None) -> dict[str, str | list[str]]:
    """A value for each control: those `given` by name, else what the name asks, else the first choice."""
    found: dict[str, str | list[str]] = {}
    for control in form.controls:
        if control.kind in _SILENT or control.name in found:
            continue
        found[control.name] = (given or {}).get(control.name) or _answer(form, control.name, control.kind)
    return found


def _answer(form: Form, name: str, kind: str) -> str | list[str]:
    if kind in {"radio", "select", "checkbox"}:
        chosen = [c.value for c in form.controls if c.name == name and (c.checked or (c.options and c.value))]
        return (chosen or form.choices(name) or [""])[0]
    known = next((v for k, v in ANSWERS.items() if k in name.rsplit("-", 1)[-1]), "")
    stands = next(c.value for c in form.controls if c.name == name)
    return known or stands or "Essai"


def uploads(form: Form) -> dict[str, Upload]:
    """A photograph for each kind of file asked."""
    return {name: ("photo.jpg", photograph(), "image/jpeg") for name in form.names("file")}


def photograph() -> bytes:
    """A real JPEG, as a telephone takes them."""
    from io import BytesIO

    from PIL import Image

    image = Image.radial_gradient("L").resize((1000, 700)).convert("RGB")
    stream = BytesIO()
    image.save(stream, "JPEG", quality=80)
    return stream.getvalue()
