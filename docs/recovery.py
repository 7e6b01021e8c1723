#!/usr/bin/env python3
"""Measures what recovery brings back, for docs/results.md.

    docs/recovery.py LATHE DATA [--seconds N] [MODEL...] > table.md      with gradients, beside what goes without
    docs/recovery.py LATHE DATA --channels [MODEL...] > table.md         the same after channels went
    docs/recovery.py LATHE DATA --parts [MODEL...] > table.md            each part of what goes without gradients

LATHE is the program, DATA the folder with models/ and sets of images. Each row is trained on one half of the set and
measured on the other one, in both directions; points and divergences are those of both halves together. Nothing is
chosen on what is measured, and labels are looked at for measuring only.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile

MODELS = ["mobilenetv2", "squeezenet1.1", "squeezenet_fp16"]
ROWS = [  # title, rules
    ("half by magnitude", ["*:prune=0.5"]),
    ("half by OBS with shares", ["*:prune=0.5,prune.method=obs,prune.scope=global"]),
    ("3 bits, nearest", ["*:bits=3,granularity=channel,range=mse"]),
    ("3 bits, GPTQ in groups of 32", ["*:bits=3,granularity=group,group=32,rounding=gptq"]),
]
OBS = ("half by OBS with shares", ["*:prune=0.5,prune.method=obs,prune.scope=global"])
THREE_BITS = ("3 bits, nearest", ["*:bits=3,granularity=channel,range=mse"])
PART_ROWS = [("mobilenetv2", THREE_BITS), ("mobilenetv2", OBS), ("squeezenet1.1", THREE_BITS), ("squeezenet_fp16", OBS),
             ("resnet20_cifar10", THREE_BITS)]  # the last one has batch normalizations
SETS = {"resnet20_cifar10": "cifar10-sample", "resnet56_cifar10": "cifar10-sample"}  # others: imagenet-sample
CHANNELS = [("resnet56_cifar10", 70), ("resnet56_cifar10", 50), ("mobilenetv2", 80), ("squeezenet1.1", 80)]
PARTS = [  # title, options
    ("encoding", ["--only", "encoding"]),
    ("refit", ["--only", "refit"]),
    ("bias", ["--only", "bias"]),
    ("encoding, 16,384 columns", ["--only", "encoding", "--columns", "16384"]),
    ("encoding, `--augment 0`", ["--only", "encoding", "--augment", "0"]),
    ("normalizations", ["--only", "normalizations"]),
    ("normalizations, then encoding", ["--only", "normalizations,encoding"]),
]
HALVES = [("#first", "#second"), ("#second", "#first")]


def recover(options, model, rules, halves, more):
    """The document of one run, or None with a word on stderr. With --keep it is made once, so that what was interrupted
    goes on."""
    name = "-".join([model, *rules, *halves, *more])
    kept = options.keep and os.path.join(options.keep, "".join(c if c.isalnum() else "_" for c in name)[:200] + ".json")
    if kept and os.path.exists(kept):
        with open(kept, encoding="utf-8") as file:
            return json.load(file)
    data = os.path.join(options.data, SETS.get(model, "imagenet-sample"))
    with tempfile.TemporaryDirectory() as folder:
        command = [options.lathe, "recover", os.path.join(options.data, "models", model + ".onnx"), "--train",
                   data + halves[0], "--data", data + halves[1], "-o", os.path.join(folder, "o.onnx"), "--json", "--quiet",
                   "--no-verify"] + (["--threads", str(options.threads)] if options.threads else [])
        for rule in rules:
            command += ["--set", rule]
        run = subprocess.run(command + more, stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        print(f"{model} {rules} {halves} {more}: exit code {run.returncode}", file=sys.stderr)
        return None
    if kept:
        with open(kept, "w", encoding="utf-8") as file:
            file.write(run.stdout)
    return json.loads(run.stdout)


def figures(documents, key):
    """Points lost against the original, half their 95 % interval, and the divergence in nats, of both halves."""
    compared = [d[key]["comparison"] for d in documents]
    lost = [-100 * c["top1_difference"] for c in compared]
    half = [50 * (c["top1_difference_high"] - c["top1_difference_low"]) for c in compared]
    divergence = [c["kl_nats"] for c in compared]
    count = len(documents)
    return sum(lost) / count, math.hypot(*half) / count, sum(divergence) / count


def rows_of(options):
    """Model, title and rules of each row."""
    if not options.channels:
        return [(model, *row) for model in options.models or MODELS for row in ROWS]
    return [(model, f"{share} % of the MACs, OBS",
             [f"*:channels.budget=macs:{share}%,channels.criterion=obs,channels.refit=data"])
            for model, share in CHANNELS if model in (options.models or [model])]


def gradients(options):
    print("| model | recipe | images | lost (95 %) | KL | without gradients | KL | with gradients | KL | came back | minutes |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for model, title, rules in rows_of(options):
        fast = [recover(options, model, rules, halves, ["--without-gradients"]) for halves in HALVES]
        trained = [recover(options, model, rules, halves, ["--seconds", str(options.seconds)]) for halves in HALVES]
        if None in fast or None in trained:
            continue
        before, half_before, kl_before = figures(trained, "before")
        quick, half_quick, kl_quick = figures(fast, "after")
        after, half_after, kl_after = figures(trained, "after")
        images = sum(d["after"]["samples"] for d in trained)
        share = (before - after) / before if before > 0 else float("nan")
        minutes = max(d["seconds"] for d in trained) / 60
        print(f"| {model} | {title} | {images} | {before:.1f} (+-{half_before:.1f}) | {kl_before:.3f} | "
              f"{quick:.1f} (+-{half_quick:.1f}) | {kl_quick:.3f} | {after:.1f} (+-{half_after:.1f}) | {kl_after:.3f} | "
              f"{100 * share:.0f} % | {minutes:.1f} |", flush=True)


def parts(options):
    """Every part by itself, from the same compressed model. What a recipe decides from data is decided once and handed on
    as trained values: by the step on normalizations, which changes nothing where there are none.
    """
    print("| model | recipe | part | lost (95 %) | KL | kept | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for model, (title, rules) in PART_ROWS:
        if options.models and model not in options.models:
            continue
        handed = any("obs" in rule for rule in rules)
        with tempfile.TemporaryDirectory() as folder:
            tunings = [os.path.join(options.keep or folder, f"{model}-{title}-{i}.tuning.npz") for i in range(len(HALVES))]
            for number, (part, more) in enumerate([("as compressed", ["--only", "normalizations"])] + PARTS):
                documents = [recover(options, model, rules, halves, ["--without-gradients"] + more +
                                     ((["--tuning", tuning] if number else ["--save-tuning", tuning]) if handed else []))
                             for halves, tuning in zip(HALVES, tunings)]
                if None in documents:
                    continue
                lost, half, divergence = figures(documents, "after" if number else "before")
                steps = [d["steps"][-1] for d in documents]
                kept = "/".join("yes" if s["kept"] else "no" if s["changed"] else "there are none" for s in steps)
                seconds = sum(s["seconds"] for d in documents for s in d["steps"]) / len(steps)
                print(f"| {model} | {title} | {part} | {lost:.1f} (+-{half:.1f}) | {divergence:.3f} | {kept if number else '-'} | "
                      f"{f'{seconds:.0f}' if number else '-'} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lathe")
    parser.add_argument("data")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--seconds", type=float, default=780)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--channels", action="store_true")
    parser.add_argument("--keep", help="folder for the document of each run; those that are there are not made again")
    options = parser.parse_intermixed_args()
    (parts if options.parts else gradients)(options)


if __name__ == "__main__":
    main()
