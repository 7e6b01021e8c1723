#!/usr/bin/env python3
"""Compares the pruning criteria on real models, for docs/results.md.

    docs/criteria.py LATHE DATA [--threads N] [--scope layer|global] [--only CRITERION]
                     [--one-way] [--limit N] [MODEL...] > table.md

LATHE is the program, DATA the folder with models/ and the labelled sets. Half of the weights go, by each criterion; then
`lathe recover --without-gradients` fits what is left. Criteria that look at data and the fit see one half of a set, and
accuracy is measured on the other half, in both directions: each image is held out once (--one-way: the second half
alone). Differences are to the original on the same images, in points, with the paired 95 % interval of both halves together.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile

MODELS = {"resnet20_cifar10": "cifar10-sample", "mobilenetv2": "imagenet-sample"}
CRITERIA = ["random", "magnitude", "wanda", "obs", "taylor", "taylor2", "fisher", "movement"]
HALVES = [("#first", "#second"), ("#second", "#first")]


def document(command):
    """What one run prints as JSON; ends the program where it fails."""
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def recovered(options, model, rule, halves):
    """The document of one run; ends the program where it fails."""
    data = os.path.join(options.data, MODELS[model])
    with tempfile.TemporaryDirectory() as folder:
        command = [options.lathe, "recover", os.path.join(options.data, "models", model + ".onnx"), "--set", rule,
                   "--train", data + halves[0], "--calibrate", data + halves[0], "--calibrate-samples", "250",
                   "--data", data + halves[1], "--without-gradients", "--threads", str(options.threads),
                   "--no-verify", "-o", os.path.join(folder, "o.onnx"), "--json", "--quiet"]
        if options.limit:
            command += ["--limit", str(options.limit)]
        return document(command)


def cell(documents, key):
    """The difference to the original and its interval, of halves of one size."""
    compared = [d[key]["comparison"] for d in documents]
    points = [100 * c["top1_difference"] for c in compared]
    widths = [50 * (c["top1_difference_high"] - c["top1_difference_low"]) for c in compared]
    divergence = sum(c["kl_nats"] for c in compared) / len(compared)
    width = math.sqrt(sum(w * w for w in widths)) / len(widths)
    return f"{sum(points) / len(points):+.1f} (+-{width:.1f}) | {divergence:.3f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lathe")
    parser.add_argument("data")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--scope", choices=["layer", "global"], action="append")
    parser.add_argument("--only", choices=CRITERIA, action="append")
    parser.add_argument("--one-way", action="store_true")
    parser.add_argument("--limit", type=int, default=0, help="images measured of each half; 0: all")
    options = parser.parse_intermixed_args()
    directions = HALVES[:1] if options.one_way else HALVES
    print("| model | half goes | criterion | one-shot | KL | recovered | KL | images | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for model in options.models or MODELS:
        for scope in options.scope or ["layer", "global"]:
            for criterion in options.only or CRITERIA:
                rule = f"*:prune=0.5,prune.method={criterion},prune.scope={scope}"
                documents = [recovered(options, model, rule, halves) for halves in directions]
                images = sum(d["after"]["samples"] for d in documents)
                seconds = max(d["seconds"] for d in documents)
                print(f"| {model} | {'of each layer' if scope == 'layer' else 'of all layers'} | {criterion} | "
                      f"{cell(documents, 'before')} | {cell(documents, 'after')} | {images} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
