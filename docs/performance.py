#!/usr/bin/env python3
"""Measures how fast Lathe is against named alternatives and writes docs/performance.md.

    docs/performance.py LATHE DATA [RESNET18.onnx] > docs/performance.md

LATHE is the program, DATA the folder with models/ and the labelled sets. RESNET18.onnx (made by the target
make_resnet18) and numpy add the comparison of spectra. Every ratio is of times taken in turns in the same run.
"""
import json
import os
import subprocess
import sys

MODELS = [  # and the samples of a preview at most
    ("mobilenetv2", "imagenet-sample", 2000),
    ("squeezenet1.1", "imagenet-sample", 2000),
    ("resnet20_cifar10", "cifar10-sample", 2000),
    ("fashion_mnist_cnn", "fashion-mnist:test", 2000),
    ("squeezenet_fp16", "imagenet-sample", 100),
]
MORE = [("resnet56_cifar10", "cifar10-sample", 0), ("vit_cifar10_ibp_3_3_8", "cifar10-sample", 0)]


def run(*arguments):
    done = subprocess.run([*arguments, "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def milliseconds(seconds):
    return f"{1e3 * seconds:.1f}" if seconds < 0.1 else f"{1e3 * seconds:.0f}"


def preview(lathe, data):
    print("## Preview\n")
    print("`lathe bench preview MODEL --data DATA`: the bits of one layer after the other move through 8, 6, 5, 4, 3, all else "
          "untouched. *First*: from the move to the first figure. *Settled*: the 95 % interval of what all samples would show is "
          "within ±1 point. *Naive*: compress, new session, whole model on all samples. *Full over limit*: time on all samples over "
          "(share of MACs behind the cut × whole untouched model). *Intervals*: share of moves whose final figure lay inside "
          "every interval shown. Medians over layers.\n")
    print("| model | samples | layers | first, ms | naive ÷ settled | full ÷ limit | least naive ÷ full | intervals | cache, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    models = [(f"{data}/models/{m}.onnx", f"{data}/{d}", m, ["--limit", str(most)]) for m, d, most in MODELS]
    sample = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "sample")
    models.append((f"{sample}/digits.onnx", sample, "digits (the sample)", []))
    for model, dataset, name, more in models:
        r = run(lathe, "bench", "preview", model, "--data", dataset, *more)
        samples = r["data"].split()[0]
        print(f"| {name} | {samples} | {len(r['layers'])} | {milliseconds(r['median_first_estimate_seconds'])} | "
              f"{r['median_settled_speedup']:.1f} | {r['median_full_over_limit']:.2f} | {r['min_full_speedup']:.2f} | "
              f"{100 * r['interval_coverage']:.1f} % | {r['cache_bytes'] / 1e6:,.0f} |", flush=True)
    print()


def evaluate(lathe, data):
    print("## Evaluation\n")
    print("`lathe bench evaluate MODEL --data DATA`: all samples, against ONNX Runtime called in a plain loop with as many "
          "threads, at the best of batches 1, 8 and 32. Above 1: Lathe is faster.\n")
    print("| model | against | Lathe, ms | reference, ms | speedup |")
    print("| --- | --- | ---: | ---: | ---: |")
    for model, dataset, _ in MODELS + MORE:
        r = run(lathe, "bench", "evaluate", f"{data}/models/{model}.onnx", "--data", f"{data}/{dataset}", "--limit", "2000", "--repeats", "5")
        print(f"| {model} | {r['reference'].split(', the best')[0]} | {milliseconds(r['seconds'])} | "
              f"{milliseconds(r['reference_seconds'])} | {r['speedup']:.2f} |", flush=True)
    print()


def analyze(lathe, data, resnet):
    print("## Analysis\n")
    print("`lathe bench analyze MODEL`: histograms, moments, sparsity and spectra of all layers on one thread, against Eigen's "
          "BDCSVD and a histogram. `docs/svd_numpy.py`: the whole of `lathe analyze` (start of the program and JSON included) "
          "against numpy's SVD of the same matrices, one thread each.\n")
    print("| model | against | Lathe, ms | reference, ms | speedup | worst difference of the leading quarter |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    models = [f"{data}/models/mobilenetv2.onnx", f"{data}/models/squeezenet1.1.onnx"] + ([resnet] if resnet else [])
    for model in models:
        name = os.path.splitext(os.path.basename(model))[0]
        r = run(lathe, "bench", "analyze", model)
        print(f"| {name} | BDCSVD | {milliseconds(r['seconds'])} | {milliseconds(r['reference_seconds'])} | {r['speedup']:.1f} | |", flush=True)
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "svd_numpy.py")
        done = subprocess.run([sys.executable, script, lathe, model], capture_output=True, text=True)
        if done.returncode == 0:
            r = json.loads(done.stdout)
            print(f"| {name} | numpy {r['numpy']} | {milliseconds(r['seconds'])} | {milliseconds(r['reference_seconds'])} | "
                  f"{r['speedup']:.1f} | {r['worst_relative_difference']:.1e} |", flush=True)
    print()


def compress(lathe, data):
    print("## Compressing by the second order\n")
    print("`lathe bench compress MODEL --calibrate DATA`: OBS (half of the weights) and GPTQ (4 bits) with BLIS's kernels for the "
          "processor, against its plain C (`BLIS_ARCH_TYPE=generic`); statistics of 128 samples gathered before.\n")
    print("| model | kernels | OBS, ms | plain C, ms | speedup | GPTQ, ms | plain C, ms | speedup |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for model, dataset, _ in MODELS[:2]:
        r = run(lathe, "bench", "compress", f"{data}/models/{model}.onnx", "--calibrate", f"{data}/{dataset}")
        figures = " | ".join(f"{milliseconds(r[m]['seconds'])} | {milliseconds(r[m]['reference_seconds'])} | {r[m]['speedup']:.2f}"
                             for m in ("obs", "gptq"))
        print(f"| {model} | {r['kernels']} | {figures} |", flush=True)
    print()


def main():
    lathe, data = sys.argv[1:3]
    resnet = sys.argv[3] if len(sys.argv) > 3 else ""
    version = subprocess.run([lathe, "--version"], capture_output=True, text=True).stdout.strip()
    print("# How fast it is\n")
    print("<!-- The tables are written by docs/performance.py. -->\n")
    with open("/proc/cpuinfo") as file:
        processor = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    print(f"{version}, {os.cpu_count()} cores, {processor}; load average at the start {os.getloadavg()[0]:.1f}. "
          "Ratios are of times taken in turns in one run; absolute times depend on the machine and what else it does.\n")
    evaluate(lathe, data)
    analyze(lathe, data, resnet)
    compress(lathe, data)
    preview(lathe, data)


if __name__ == "__main__":
    main()
