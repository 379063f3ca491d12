"""The formats that a network is written in."""

from __future__ import annotations

from pathlib import Path

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.models.networks.bif import write_bif
from tarjih.models.networks.netcdf import write_netcdf
from tarjih.models.networks.network import Network
from tarjih.models.networks.xdsl import write_xdsl

__all__ = ["FORMATS", "write_network"]

FORMATS = ("bif", "xdsl", "netcdf")


def write_network(network: Network, path: Path, form: str, *, lang: str = "en") -> None:
    """Write a network.

    Parameters
    ----------
    network : Network
    path : Path
    form : {"bif", "xdsl", "netcdf"}
    lang : {"en", "ar"}
        Of the labels; those in BIF are English.

    Raises
    ------
    InvalidRequest
        If there is no such format.
    CannotCompute
        If the file cannot be written.
    """
    if form == "bif":
        write_bif(network, path)
    elif form == "xdsl":
        write_xdsl(network, path, lang=lang)
    elif form == "netcdf":
        write_netcdf(network, path, lang=lang)
    else:
        allowed, mend = ", ".join(FORMATS), nearest(form, FORMATS)
        raise InvalidRequest(Problem("--format", "unknown format", form, allowed, mend))
