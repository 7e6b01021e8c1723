#!/usr/bin/env python3
"""makeformatfiles.py LATHE FOLDER: what one version writes, kept in tests/data/VERSION for later ones to read.

A model, samples, exports of many recipes with what the program said of them, an archive, a project and a session.
Run once with the `lathe` of that version; the files are never made again by another one."""
import hashlib
import json
import os
import random
import struct
import subprocess
import sys

CLASSES, SAMPLES, SIDE = 10, 40, 8
CHANCE = random.Random(7)


# The wire format of protobuf, as far as ONNX needs it here.
def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, shape, values):
    raw = struct.pack("<%df" % len(values), *values)
    return b"".join(field(1, d) for d in shape) + field(2, 1) + field(8, name) + field(9, raw)


def attribute(name, value):
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return field(1, name) + b"".join(field(8, v) for v in value) + field(20, 7)


def value_info(name, shape):
    dims = b"".join(field(1, field(2, d) if isinstance(d, str) else field(1, d)) for d in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


class Net:
    """Plain, depthwise and wide convolutions with unfolded normalizations, Gemm and MatMul."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, shape, values):
        self.constants.append(tensor(name, shape, values))

    def normal(self, name, shape, deviation=1.0):
        count = 1
        for d in shape:
            count *= d
        self.constant(name, shape, [CHANCE.gauss(0.0, deviation) for _ in range(count)])

    def node(self, op, inputs, output, name="", **attributes):
        self.nodes.append(b"".join(field(1, i) for i in inputs) + field(2, output) + field(3, name) + field(4, op)
                          + b"".join(field(5, attribute(k, v)) for k, v in attributes.items()))

    def normalized(self, source, to, channels):
        for what, middle, spread in (("scale", 1.0, 0.3), ("shift", 0.2, 0.3), ("mean", 0.5, 0.5), ("variance", 1.0, 0.5)):
            self.constant(to + what, [channels], [middle + CHANCE.uniform(-spread, spread) for _ in range(channels)])
        self.node("BatchNormalization", [source] + [to + w for w in ("scale", "shift", "mean", "variance")], to)

    def bytes(self):
        pads = [1, 1, 1, 1]
        self.normal("w1", [4, 1, 3, 3])
        self.normal("w2", [4, 1, 3, 3])
        self.normal("w3", [8, 4, 3, 3], 0.3)
        self.normal("w4", [16, 32], 0.3)
        self.normal("b4", [16])
        self.normal("w5", [16, CLASSES], 0.5)
        self.normal("b5", [CLASSES])
        self.constant("low", [], [0.0])
        self.constant("high", [], [6.0])
        self.node("Conv", ["x", "w1"], "c1", "conv1", pads=pads)
        self.normalized("c1", "n1", 4)
        self.node("Relu", ["n1"], "r1")
        self.node("Conv", ["r1", "w2"], "c2", "conv2", pads=pads, strides=[2, 2], group=4)
        self.normalized("c2", "n2", 4)
        self.node("Clip", ["n2", "low", "high"], "r2")
        self.node("Conv", ["r2", "w3"], "c3", "conv3", pads=pads)
        self.normalized("c3", "n3", 8)
        self.node("Relu", ["n3"], "r3")
        self.node("MaxPool", ["r3"], "p", kernel_shape=[2, 2], strides=[2, 2])
        self.node("Flatten", ["p"], "f")
        self.node("Gemm", ["f", "w4", "b4"], "g", "fc1", transB=1)
        self.node("Relu", ["g"], "r4")
        self.node("MatMul", ["r4", "w5"], "m", "fc2")
        self.node("Add", ["m", "b5"], "y")
        graph = (b"".join(field(1, n) for n in self.nodes) + field(2, "net")
                 + b"".join(field(5, c) for c in self.constants)
                 + field(11, value_info("x", ["N", 1, SIDE, SIDE])) + field(12, value_info("y", ["N", CLASSES])))
        return field(1, 7) + field(7, graph) + field(8, field(1, "") + field(2, 13))


def npy(path, kind, shape, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    write(path, b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data)


def write(path, content):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


SEEN = ["--calibrate", "samples#first"]
EXPORTS = {  # name: settings, further options
    "plain": (["*:bits=8"], []),
    "narrow": (["*:bits=2,range=mse,symmetric=false"], []),
    "tensor": (["*:bits=5,granularity=tensor,range=percentile,percentile=0.99"], []),
    "groups": (["conv*:format=nf4", "fc*:bits=4,group=16"], []),
    "formats": (["conv1:format=ternary", "conv2:format=binary", "conv3:format=fp16", "fc1:format=bf16"], []),
    "pruned": (["*:prune=0.6", "conv*:prune.scope=global", "fc1:prune.pattern=2:4,bits=4", "fc2:prune.pattern=4x1"], []),
    "clustered": (["*:clusters=16", "conv3:clusters.init=density", "fc1:clusters=5,clusters.init=linear",
                   "fc2:clusters.init=kmeans++,clusters.group=4"], []),
    "factors": (["conv3:rank=3,rank.form=spatial", "fc1:rank=6,rank.bits=8,residual.bits=3", "fc2:rank.energy=0.8"], []),
    "tucker": (["conv3:rank=60%,rank.form=tucker2", "fc*:rank=50%"], []),
    "separable": (["conv3:separable=weights", "fc*:bits=6"], []),
    "dense": (["*:bits=4"], ["--form", "dense"]),
    "qdq8": (["*:bits=4"], ["--form", "qdq8"]),
    "qdq4": (["*:bits=4"], ["--form", "qdq4"]),
    "matmulnbits": (["*:bits=4", "fc*:group=16"], ["--form", "matmulnbits"]),
    "sparse": (["*:bits=4", "fc1:prune=0.97"], ["--form", "sparse"]),
    "corrected": (["*:bits=4,bias_correction=true"], SEEN),
    "switched": (["*:bits=4,bias_correction=true", "fc2:bits=off", "fc2:clusters=8", "conv1:bits=off",
                  "conv*:bias_correction=false", "fc1:bits=off", "fc1:bits=3"], SEEN),
    "gptq": (["*:bits=3,rounding=gptq"], SEEN),
    "surgeon": (["*:prune=0.5,prune.method=obs", "fc*:bits=4,rounding=gptq"], SEEN),
    "activations": (["conv*:prune=0.4,prune.method=wanda", "conv3:separable=activations",
                     "fc1:rank=5,rank.method=asvd", "fc2:clusters=6,clusters.weighting=hessian"], SEEN),
}
OF_LAYERS = ("name", "settings", "form", "size_bytes", "relative_error", "sparsity", "rank")


def export(lathe, name, settings, options):
    rules = [word for rule in settings for word in ("--set", rule)]
    out = subprocess.run([lathe, "compress", "net.onnx", "--name", name, "-o", "exports/%s.onnx" % name, "--save-recipe",
                          "recipes/%s.json" % name, "--json", "--quiet"] + rules + options,
                         check=True, stdout=subprocess.PIPE).stdout
    layers = [{key: layer[key] for key in OF_LAYERS} for layer in json.loads(out)["layers"]]
    write("results/%s.json" % name, json.dumps({"layers": layers}, indent=1) + "\n")


def recipe(name):
    with open("recipes/%s.json" % name) as file:
        return file.read()


def project():
    with open("net.onnx", "rb") as file:
        content = file.read()
    return {"lathe_project": 2,
            "model": {"path": "net.onnx", "sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)},
            "data": {"reference": "samples", "limit": 30},
            "recipe": json.loads(recipe("switched")), "derived_from": "a1",
            "variants": [{"id": "a1", "name": "8 bits", "note": "the first", "recipe": json.loads(recipe("plain")),
                          "measured": {"top1": [0.9, 0.88, 0.92], "size_bytes": 5000},
                          "when": "2026-11-29T01:02:03.456", "data": "40 samples of samples"}]}


def session():
    return {"derived_from": "a1", "fingerprint": "0 0", "lathe_session": 1, "model": "/models/net.onnx",
            "recipe": recipe("switched"), "recipe_path": "",
            "variants": [{"data": "40 samples of samples", "figures": {}, "id": "a1", "name": "8 bits", "note": "the first",
                          "parent": "", "recipe": recipe("plain"), "when": "2026-11-29T01:02:03.456"}],
            "when": "2026-11-29T01:02:03.456"}


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: makeformatfiles.py LATHE FOLDER")
    lathe = os.path.abspath(sys.argv[1])
    for part in ("exports", "recipes", "results", "samples"):
        os.makedirs(os.path.join(sys.argv[2], part), exist_ok=True)
    os.chdir(sys.argv[2])
    write("net.onnx", Net().bytes())
    pixels = [abs(CHANCE.gauss(0.0, 1.0)) for _ in range(SAMPLES * SIDE * SIDE)]
    npy("samples/x.npy", "<f4", (SAMPLES, 1, SIDE, SIDE), struct.pack("<%df" % len(pixels), *pixels))
    npy("samples/y.npy", "<i8", (SAMPLES,), struct.pack("<%dq" % SAMPLES, *[i % CLASSES for i in range(SAMPLES)]))
    write("samples/dataset.json", json.dumps({"format": "numpy", "inputs": "x.npy", "labels": "y.npy"}) + "\n")
    for name, (settings, options) in EXPORTS.items():
        export(lathe, name, settings, options)
    subprocess.run([lathe, "pack", "exports/plain.onnx", "-o", "plain.lathez", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    write("net.lathe", json.dumps(project(), indent=2) + "\n")
    write("session.json", json.dumps(session(), indent=4) + "\n")


main()
