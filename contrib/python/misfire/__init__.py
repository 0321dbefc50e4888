"""Finds objects with a detector that Misfire trained, using the executable `misfire`.

    from misfire import Detector

    detector = Detector("model.hdf5")
    for found in detector.detect(array):    # height × width grey, or height × width × 3 red, green and blue; uint8
        print(found.probability, found.box)

The results equal those of `misfire detect` to the last bit. It needs no other package: an array is anything with a shape, a
dtype and bytes, as numpy's have.
"""
import json
import os
import subprocess
import tempfile
from typing import List, NamedTuple, Optional, Tuple, Union

__all__ = ["Detection", "Detector", "MisfireError"]


class Detection(NamedTuple):
    """A detected object. Lists of objects begin with the most confident."""

    probability: float
    margin: float
    box: Tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels; x1 and y1 are exclusive


class MisfireError(Exception):
    """`misfire` failed; the message is its own."""


class Detector:
    """A model, and the settings it is used with."""

    def __init__(self, model: Optional[str] = None, *, conf: Optional[str] = None, executable: str = "misfire"):
        """model: a model that `misfire train` made; by default the settings' live one.

        conf: the settings; by default, `misfire` looks for them: MISFIRE_CONF, then misfire.json here, then
        /etc/misfire/misfire.json.
        """
        self._command = [executable, "detect", "--json"]
        if conf is not None:
            self._command += ["--conf", os.fspath(conf)]
        if model is not None:
            self._command += ["--model", os.fspath(model)]

    def detect(self, picture: Union[str, "os.PathLike[str]", object]) -> List[Detection]:
        """Finds the objects in one picture: an array, or the path of a file."""
        return self.detect_all([picture])[0]

    def detect_all(self, pictures) -> List[List[Detection]]:
        """Finds the objects in several pictures with one start of `misfire`, which takes longer than most pictures."""
        pictures = list(pictures)
        if not pictures:
            return []
        with tempfile.TemporaryDirectory(prefix="misfire-") as folder:
            paths = []
            for number, picture in enumerate(pictures):
                if isinstance(picture, (str, os.PathLike)):
                    paths.append(os.path.abspath(os.fspath(picture)))
                else:
                    paths.append(os.path.join(folder, f"{number}.ppm"))
                    with open(paths[-1], "wb") as file:
                        file.write(_netpbm(picture))
            done = subprocess.run(self._command + ["--"] + paths, capture_output=True, text=True)
        lines = done.stdout.splitlines()
        if done.returncode != 0 or len(lines) != len(pictures):
            raise MisfireError(done.stderr.strip() or f"misfire ended with {done.returncode}")
        return [
            [Detection(d["probability"], d["margin"], tuple(d["box"])) for d in json.loads(line)["detections"]]
            for line in lines
        ]


def _netpbm(array) -> bytes:
    """Encodes an array as an uncompressed file: PGM or PPM."""
    shape = tuple(getattr(array, "shape", ()))
    if str(getattr(array, "dtype", "")) != "uint8":
        raise ValueError(f"an array of uint8 is needed, not of {getattr(array, 'dtype', type(array).__name__)}")
    if not (len(shape) == 2 or len(shape) == 3 and shape[2] == 3) or 0 in shape:
        raise ValueError(f"an array of height × width, or of height × width × 3, is needed, not of {shape}")
    kind = b"P5" if len(shape) == 2 else b"P6"
    return kind + b"\n%d %d\n255\n" % (shape[1], shape[0]) + array.tobytes()
