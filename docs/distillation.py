#!/usr/bin/env python3
"""Measures learning from a teacher and weights of one sign, for docs/results.md.

    docs/distillation.py LATHE MNIST small TEACHER.onnx SEED... > table.md     a small network alone and taught
    docs/distillation.py LATHE MNIST signs PLAN.json FLOAT.onnx... > table.md  binary and ternary weights, trained

LATHE is the program, MNIST the data set. `small` trains mlp:784-30-10 by docs/plans/small-alone.json and by
small-taught.json, which differ in their losses alone; `signs` recovers each of the given networks by a
plan, docs/plans/signs.json or signs-lenet5.json. All is measured on the 10,000 test images, by which nothing is chosen;
the intervals are of paired differences.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

PLANS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plans")
FORMATS = ["binary", "ternary"]


def lathe(args, *words):
    done = subprocess.run([args.lathe, *words, "--json", "--quiet", "--threads", "1"], check=True, stdout=subprocess.PIPE,
                          env=os.environ | {"OMP_NUM_THREADS": "1"})
    return json.loads(done.stdout)


def points(share):
    return f"{100 * share:.2f}"


def difference(comparison):
    low, high = comparison["top1_difference_low"], comparison["top1_difference_high"]
    return f"{100 * comparison['top1_difference']:+.2f} (+-{50 * (high - low):.2f})"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def small(args, folder):
    row("seed", "by labels", "by the teacher", "difference", "seconds")
    row("---", "---:", "---:", "---:", "---:")
    sums = [0.0, 0.0]
    teacher, seeds = args.what[0], args.what[1:]
    for seed in seeds:
        graph = os.path.join(folder, f"g-{seed}.onnx")
        lathe(args, "network", "mlp:784-30-10", "--seed", seed, "-o", graph)
        files, seconds = [], []
        for plan in ["small-alone", "small-taught"]:
            files.append(os.path.join(folder, f"{plan}-{seed}.onnx"))
            more = ["--teacher", teacher] if plan == "small-taught" else []
            done = lathe(args, "train", graph, "--train", f"{args.data}:train", "--plan", os.path.join(PLANS, plan + ".json"),
                         "--seed", seed, "-o", files[-1], *more)
            seconds.append(f"{done['seconds']:.0f}")
        alone, taught = lathe(args, "compare", *files, "--data", f"{args.data}:test")["models"]
        for i, model in enumerate([alone, taught]):
            sums[i] += model["top1"] / len(seeds)
        row(seed, points(alone["top1"]), points(taught["top1"]), difference(taught["comparison"]), ", ".join(seconds))
    row("mean", points(sums[0]), points(sums[1]), f"{100 * (sums[1] - sums[0]):+.2f}", "")


def signs(args, folder):
    row("network", "weights", "float32", "before training", "trained", "difference to float32", "bytes", "archive", "seconds")
    row("---", "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:")
    plan, models = args.what[0], args.what[1:]
    for model in models:
        for form in FORMATS:
            out = os.path.join(folder, "o.onnx")
            done = lathe(args, "recover", model, "--set", f"*:format={form}", "--train", f"{args.data}:train",
                         "--plan", plan, "--only", "encoding,training", "--data", f"{args.data}:test", "-o", out)
            packed = lathe(args, "pack", out, "-o", os.path.join(folder, "o.lathez"))
            before, after = done["before"], done["after"]
            original = after["top1"] - after["comparison"]["top1_difference"]
            row(os.path.basename(model), form, points(original), points(before["top1"]), points(after["top1"]),
                difference(after["comparison"]), done["size_bytes"], packed["size_bytes"], f"{done['seconds']:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lathe")
    parser.add_argument("data")
    parser.add_argument("table", choices=["small", "signs"])
    parser.add_argument("what", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (small if args.table == "small" else signs)(args, folder)


if __name__ == "__main__":
    sys.exit(main())
