#!/usr/bin/env python3
"""Times numpy's SVD of a model's weight matrices and compares singular values with those of `lathe analyze`.

    docs/svd_numpy.py LATHE MODEL.onnx [ROUNDS]

Prints one JSON document. numpy and lathe run in turns, each on one thread; needs numpy (Debian: python3-numpy with
libopenblas0-pthread).
"""
import json
import os
import subprocess
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402  (the number of threads is read when it is loaded)


def fields(data):
    """The fields of a protobuf message: number, value (bytes for what has a length)."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        kind = key & 7
        if kind == 0:
            yield key >> 3, varint()
        else:
            size = varint() if kind == 2 else {1: 8, 5: 4}[kind]
            yield key >> 3, data[at : at + size]
            at += size


def initializers(path):
    with open(path, "rb") as file:
        model = memoryview(file.read())
    graph = next(value for number, value in fields(model) if number == 7)
    for number, tensor in fields(graph):
        if number != 5:
            continue
        dims, name, raw = [], "", b""
        for key, value in fields(tensor):
            if key == 1:
                dims += [value] if isinstance(value, int) else list(value)
            elif key == 8:
                name = bytes(value).decode()
            elif key == 9:
                raw = value
        if len(raw):
            yield name, np.frombuffer(raw, dtype="<f4").reshape(dims) if len(raw) == 4 * int(np.prod(dims)) else None


def main():
    lathe, model = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    weights = {name: value for name, value in initializers(model) if value is not None and value.ndim >= 2}
    inspected = json.loads(subprocess.run([lathe, "inspect", model, "--json", "--quiet"], check=True, capture_output=True).stdout)
    layers = [layer for layer in inspected["layers"] if layer["compressible"] and layer["weight"] in weights]
    matrices = {layer["name"]: weights[layer["weight"]].reshape(layer["rows"], layer["cols"]) for layer in layers}

    ours, theirs = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        values = {name: np.linalg.svd(matrix, full_matrices=False)[1] for name, matrix in matrices.items()}
        theirs.append(time.perf_counter() - start)
        start = time.perf_counter()
        done = subprocess.run([lathe, "analyze", model, "--json", "--quiet", "--threads", "1"], check=True, capture_output=True)
        ours.append(time.perf_counter() - start)
    analyzed = {layer["name"]: layer["singular_values"] for layer in json.loads(done.stdout)["layers"]}
    worst = max(
        float(np.max(np.abs(np.array(analyzed[name][: max(1, len(s) // 4)]) - s[: max(1, len(s) // 4)]) / s[: max(1, len(s) // 4)]))
        for name, s in values.items()
    )
    ours, theirs = sorted(ours)[rounds // 2], sorted(theirs)[rounds // 2]
    print(json.dumps({"file": os.path.basename(model), "matrices": len(matrices), "numpy": np.__version__, "rounds": rounds,
                      "seconds": ours, "reference_seconds": theirs, "speedup": theirs / ours, "worst_relative_difference": worst}))


if __name__ == "__main__":
    main()
