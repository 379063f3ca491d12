"""A commented study to start from."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from tarjih.errors import CannotCompute, InvalidRequest, Problem
from tarjih.scenarios.catalogue import shipped_studies
from tarjih.scenarios.shapes import ID_PATTERN

__all__ = ["write_template"]

_TEMPLATES: Final = {"en": "template.yaml", "ar": "template_ar.yaml"}
_PLACEHOLDER: Final = "id: port_reopening"


def write_template(name: str, folder: str | os.PathLike[str] = ".", *, lang: str = "en") -> Path:
    """Write ``NAME.yaml``: a small, commented study that is valid as it stands.

    Parameters
    ----------
    name : str
        Name of the study; ``-`` becomes ``_`` in its id.
    folder : str or path
        Where to write; must be there.
    lang : {"en", "ar"}
        Language of its comments and names; ids and keys are the same.

    Returns
    -------
    Path
        The new file.

    Raises
    ------
    InvalidRequest
        If the name is no name for a study, is that of a shipped one, the folder is not there,
        or the file is there already: nothing is ever overwritten.
    CannotCompute
        If the file cannot be written.
    """
    id = name.removesuffix(".yaml").replace("-", "_")
    if re.fullmatch(ID_PATTERN, id) is None:
        raise InvalidRequest(
            Problem(
                "",
                "not a name for a study",
                got=name,
                allowed="small letters, digits, '_' and '-', beginning with a letter",
                mend="give a name such as 'demo'; a folder goes into a separate option",
            )
        )
    if id in shipped_studies():
        raise InvalidRequest(
            Problem("", "a shipped study has this name", got=name, mend="choose another name")
        )
    target = Path(folder) / f"{name.removesuffix('.yaml')}.yaml"
    if not target.parent.is_dir():
        raise InvalidRequest(
            Problem("", "there is no such folder", got=str(target.parent), mend="make it first")
        )
    template = Path(__file__).resolve().with_name(_TEMPLATES.get(lang, _TEMPLATES["en"]))
    text = template.read_text(encoding="utf-8").replace(_PLACEHOLDER, f"id: {id}")
    try:
        with target.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        raise InvalidRequest(
            Problem(
                str(target),
                "the file is there already, and is left as it is",
                mend="choose another name, or remove the file first",
            )
        ) from None
    except OSError as error:
        raise CannotCompute(f"{target}: cannot be written: {error.strerror or error}") from None
    return target
