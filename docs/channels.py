#!/usr/bin/env python3
"""Compares the criteria by which channels go, with and without refit, for docs/results.md.

    docs/channels.py LATHE DATA [--threads N] [--only CRITERION] [--refit off|constants|data|renormalized]
                     [--budget MODEL:SHARE] [--one-way] [--limit N] > table.md

LATHE is the program, DATA the folder with models/ and the labelled sets. Channels go until a share of the model's
multiplications is left, one budget for all layers. What looks at data sees one half of a set, and accuracy is measured on
the other half, in both directions: each image is held out once (--one-way: the second half alone). Differences are to the
original on the same images, in points, with the paired 95 % interval of both halves together. "renormalized" is data, with
the normalizations behind measured again. Nothing is trained.
"""
import argparse
import os
import tempfile
import time

from criteria import HALVES, cell, document

BUDGETS = [("resnet56_cifar10", 70), ("resnet56_cifar10", 50), ("mobilenetv2", 80), ("squeezenet1.1", 80)]
DATA = {"resnet56_cifar10": "cifar10-sample", "mobilenetv2": "imagenet-sample", "squeezenet1.1": "imagenet-sample"}
CRITERIA = ["random", "l1", "l2", "normalization", "median", "mean", "nonzero", "energy", "obs", "taylor", "fisher"]


def compressed(options, model, rule, halves):
    """The document of one run, with the seconds that it took."""
    data = os.path.join(options.data, DATA[model])
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = [options.lathe, "compress", os.path.join(options.data, "models", model + ".onnx"), "--set", rule,
                   "--calibrate", data + halves[0], "--calibrate-samples", "250", "--data", data + halves[1],
                   "--threads", str(options.threads), "--no-verify", "-o", os.path.join(folder, "o.onnx"), "--json",
                   "--quiet"]
        if options.limit:
            command += ["--limit", str(options.limit)]
        return {**document(command), "seconds": time.monotonic() - began}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lathe")
    parser.add_argument("data")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--only", choices=CRITERIA, action="append")
    parser.add_argument("--refit", choices=["off", "constants", "data", "renormalized"], action="append")
    parser.add_argument("--budget", action="append", help="MODEL:SHARE in percent, instead of the usual ones")
    parser.add_argument("--one-way", action="store_true")
    parser.add_argument("--limit", type=int, default=0, help="images measured of each half; 0: all")
    options = parser.parse_args()
    budgets = [(b.split(":")[0], int(b.split(":")[1])) for b in options.budget or []] or BUDGETS
    directions = HALVES[:1] if options.one_way else HALVES
    print("| model | MACs left | criterion | refit | MACs | kB | lost (95 %) | KL | images | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for model, share in budgets:
        for criterion in options.only or CRITERIA:
            for refit in options.refit or ["off", "data"]:
                rule = f"*:channels.budget=macs:{share}%,channels.criterion={criterion}"
                rule += ",channels.refit=data,renormalize=data" if refit == "renormalized" else f",channels.refit={refit}"
                documents = [compressed(options, model, rule, halves) for halves in directions]
                first = documents[0]
                images = sum(d["measured"]["compressed"]["samples"] for d in documents)
                seconds = max(d["seconds"] for d in documents)
                print(f"| {model} | {share} % | {criterion} | {refit} | {100 * first['macs'] / first['source_macs']:.1f} % | "
                      f"{first['size_bytes'] / 1000:.0f} | {cell(documents, 'measured')} | {images} | {seconds:.0f} |",
                      flush=True)


if __name__ == "__main__":
    main()
