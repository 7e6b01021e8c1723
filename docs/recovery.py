#!/usr/bin/env python3
"""Measures what recovery brings back, for docs/results.md.

    docs/recovery.py LATHE DATA [--seconds N] [MODEL...] > table.md

LATHE is the program, DATA the folder with models/ and imagenet-sample. Each row is trained on one half of the set and
measured on the other one, in both directions; points and divergences are those of both halves together. Nothing is
chosen on what is measured.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

MODELS = ["mobilenetv2", "squeezenet1.1", "squeezenet_fp16"]
ROWS = [  # title, rules
    ("half by magnitude", ["*:prune=0.5"]),
    ("half by OBS with shares", ["*:prune=0.5,method=obs,scope=global"]),
    ("3 bits, nearest", ["*:bits=3,granularity=channel,range=mse"]),
    ("3 bits, GPTQ in groups of 32", ["*:bits=3,granularity=group,group=32,rounding=gptq"]),
]
HALVES = [("#first", "#second"), ("#second", "#first")]


def recover(options, model, rules, halves, gradients):
    """The document of one run, or None with a word on stderr."""
    data = os.path.join(options.data, "imagenet-sample")
    with tempfile.TemporaryDirectory() as folder:
        command = [options.lathe, "recover", os.path.join(options.data, "models", model + ".onnx"), "--train",
                   data + halves[0], "--data", data + halves[1], "-o", os.path.join(folder, "o.onnx"), "--json", "--quiet"]
        for rule in rules:
            command += ["--set", rule]
        command += ["--seconds", str(options.seconds)] if gradients else ["--without-gradients"]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        print(f"{model} {rules} {halves}: exit code {run.returncode}", file=sys.stderr)
        return None
    return json.loads(run.stdout)


def figures(documents, key):
    """Points lost against the original, and the divergence in nats: means of both halves."""
    lost = [-100 * d[key]["comparison"]["top1_difference"] for d in documents]
    divergence = [d[key]["comparison"]["kl_nats"] for d in documents]
    return sum(lost) / len(lost), sum(divergence) / len(divergence)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lathe")
    parser.add_argument("data")
    parser.add_argument("models", nargs="*", default=MODELS)
    parser.add_argument("--seconds", type=float, default=780)
    options = parser.parse_args()
    print("| model | recipe | lost | KL | without gradients | KL | with gradients | KL | came back | minutes |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for model in options.models or MODELS:
        for title, rules in ROWS:
            fast = [recover(options, model, rules, halves, False) for halves in HALVES]
            trained = [recover(options, model, rules, halves, True) for halves in HALVES]
            if None in fast or None in trained:
                continue
            before, kl_before = figures(trained, "before")
            quick, kl_quick = figures(fast, "after")
            after, kl_after = figures(trained, "after")
            share = (before - after) / before if before > 0 else float("nan")
            minutes = max(d["seconds"] for d in trained) / 60
            print(f"| {model} | {title} | {before:.1f} | {kl_before:.3f} | {quick:.1f} | {kl_quick:.3f} | {after:.1f} | "
                  f"{kl_after:.3f} | {100 * share:.0f} % | {minutes:.1f} |", flush=True)


if __name__ == "__main__":
    main()
