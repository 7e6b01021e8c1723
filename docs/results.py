#!/usr/bin/env python3
"""Measures the methods on real models and writes docs/results.md.

    docs/results.py LATHE DATA [MODEL...] > docs/results.md

LATHE is the program, DATA the folder with models/ and the labelled sets. What goes by inputs is calibrated on the
first half of a set and everything is measured on the second one, except where a row says that all samples count.
"""
import json
import os
import subprocess
import sys
import tempfile

MODELS = [  # name, data set, samples measured at most
    ("mobilenetv2", "imagenet-sample", 0),
    ("squeezenet1.1", "imagenet-sample", 0),
    ("squeezenet_fp16", "imagenet-sample", 0),
    ("resnet20_cifar10", "cifar10-sample", 0),
    ("resnet56_cifar10", "cifar10-sample", 0),
    ("vit_cifar10_ibp_3_3_8", "cifar10-sample", 0),
    ("mnist-8", "mnist:test", 5000),
    ("fashion_mnist_cnn", "fashion-mnist:test", 5000),
]

CALIBRATION = 250  # samples
FEW = "rank=75%"
GROUPS = "bits=4,group=32,symmetric=false"
ROWS = [  # title, rules, calibrated, measured on all samples
    ("8 bits per channel, all samples", ["*:bits=8"], False, True),
    ("codebook of 64 for 4 channels", ["*:clusters=64,clusters.group=4"], False, False),
    ("the same, weighted by activations", ["*:clusters=64,clusters.group=4,clusters.weighting=activation"], True, False),
    ("4 bits, group 32, nearest", [f"*:{GROUPS}"], False, False),
    ("the same, GPTQ and bias correction", [f"*:{GROUPS},rounding=gptq,bias_correction=true"], True, False),
    ("half pruned by magnitude", ["*:prune=0.5"], False, False),
    ("half pruned by magnitude, one threshold", ["*:prune=0.5,prune.scope=global"], False, False),
    ("half pruned by OBS", ["*:prune=0.5,prune.method=obs"], True, False),
    ("half pruned by OBS, by what the output loses", ["*:prune=0.5,prune.method=obs,prune.scope=global"], True, False),
    ("rank 75 % of break-even, SVD", [f"*:{FEW}"], False, False),
    ("the same, on activations", [f"*:{FEW},rank.method=asvd"], True, False),
    ("Deep Compression: 40 % pruned, 32 values", ["*:prune=0.4,prune.method=obs,prune.scope=global,"
                                                  "clusters=32,clusters.group=16,clusters.weighting=activation"], True, False),
]


def run(lathe, *arguments):
    done = subprocess.run([lathe, *arguments, "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"lathe {' '.join(arguments)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def measured(lathe, data, model, row, folder):
    name, dataset, limit = model
    title, rules, calibrated, everything = row
    target = os.path.join(folder, "out.onnx")
    arguments = ["compress", f"{data}/models/{name}.onnx", "-o", target]
    arguments += ["--data", f"{data}/{dataset}" + ("" if everything else "#second")]
    if limit:
        arguments += ["--limit", str(limit)]
    if calibrated:
        arguments += ["--calibrate", f"{data}/{dataset}#first", "--calibrate-samples", str(CALIBRATION)]
    for rule in rules:
        arguments += ["--set", rule]
    result = run(lathe, *arguments)
    packed = run(lathe, "pack", target, "-o", os.path.join(folder, "out.lathez"))
    theory = sum(layer["theoretical_bits"] for layer in result["layers"]) / 8
    return result, packed, theory


def percent(share):
    return f"{100 * share:.2f}"


def line(title, result, packed, theory):
    m, c = result["measured"], result["measured"]["comparison"]
    low, high = c["top1_difference_low"], c["top1_difference_high"]
    return (f"| {title} | {result['size_bytes'] / 1e3:,.0f} | {theory / 1e3:,.0f} | {packed['size_bytes'] / 1e3:,.0f} | "
            f"{percent(m['baseline']['top1'])} | {percent(m['compressed']['top1'])} | "
            f"{100 * c['top1_difference']:+.2f} ({100 * low:+.2f} .. {100 * high:+.2f}) | {m['baseline']['samples']} |")


def main():
    lathe, data = sys.argv[1:3]
    wanted = sys.argv[3:]
    print("# What the methods cost and keep\n")
    print("Written by `docs/results.py`. Sizes in kB: the exported file, the theoretical bits of the weights alone, the")
    print("entropy-coded archive of the file. Top-1 in percent before and after on the same samples, the difference in points")
    print("with its paired 95 % interval. What goes by inputs was calibrated on 250 samples of the first half of a data set;")
    print("everything was measured on the second half, but for the rows that say so.")
    with tempfile.TemporaryDirectory() as folder:
        for model in MODELS:
            if wanted and model[0] not in wanted:
                continue
            print(f"\n## {model[0]} on {model[1]}\n")
            print("| setting | file | theory | archive | before | after | difference | samples |")
            print("| --- | --- | --- | --- | --- | --- | --- | --- |")
            for row in ROWS:
                print(line(row[0], *measured(lathe, data, model, row, folder)), flush=True)


if __name__ == "__main__":
    main()
