#!/usr/bin/env python3
"""Trains LeNet-300-100 and LeNet-5 on MNIST, compresses them as far as they go, and measures each step.

    docs/headline.py LATHE MNIST FOLDER [--network NAME] [--seeds N...] [--threads N] [--quick] > table.md

LATHE is the program, MNIST the data set with the subsets train and test, FOLDER what is made on the way; what is there
already is not made again. --quick takes the short plans. Plans lie in docs/headline. A tenth of the training data chooses
everything that is chosen; the test images are only counted.
"""
import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import time

PLANS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "headline")
NETWORKS = {  # graph, share of zeros and values of the codebook: of the long plans and of the short ones
    "lenet300": ("LeNet-300-100", "mlp:784-300-100-10", (0.964, 8), (0.92, 8)),
    "lenet5": ("LeNet-5", "lenet5", (0.987, 8), (0.92, 8)),
}


class Work:
    """The files of one network and seed. Each comes with the document that the program printed and its times."""

    def __init__(self, options, name, seed):
        self.options, self.name, self.seed = options, name, seed
        kind = "quick-" if options.quick else ""
        self.plans = {step: os.path.join(PLANS, f"{name}-{kind if step != 'train' else ''}{step}.json")
                      for step in ("train", "prune", "codebook")}
        self.title, self.graph, usual, quick = NETWORKS[name]
        self.zeros, self.clusters = quick if options.quick else usual
        self.prefix = os.path.join(options.folder, f"{name}-{seed}-")
        self.kind = kind

    def path(self, step, end=".onnx"):
        kind = "" if step in ("graph", "dense") else self.kind
        return f"{self.prefix}{kind}{step}{end}"

    def made(self, step, *arguments, end=".onnx", threads=True):
        """Runs `lathe ARGUMENTS -o FILE` unless that is done. @returns its document"""
        target, document = self.path(step, end), self.path(step, ".json")
        if os.path.exists(target) and os.path.exists(document):
            with open(document, encoding="utf-8") as file:
                return json.load(file)
        command = [self.options.lathe, *arguments, "-o", target, "--json", "--quiet"]
        command += ["--threads", str(self.options.threads)] if threads else []
        begun = time.monotonic()
        with open(document + ".part", "wb") as out:
            child = subprocess.Popen(command, stdout=out)
            _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            raise SystemExit(f"{' '.join(command)}: exit code {os.waitstatus_to_exitcode(status)}")
        with open(document + ".part", encoding="utf-8") as file:
            text = file.read()
        result = json.loads(text) if text.strip() else {}
        result["wall"] = time.monotonic() - begun
        result["cpu"] = usage.ru_utime + usage.ru_stime
        with open(document, "w", encoding="utf-8") as file:
            json.dump(result, file)
        os.remove(document + ".part")
        return result

    def wrong(self, step):
        """Of 10,000 test images, of what ONNX Runtime gives for the file."""
        document = self.path(step, ".test.json")
        if not os.path.exists(document):
            done = subprocess.run([self.options.lathe, "evaluate", self.path(step), "--data", f"{self.options.mnist}:test",
                                   "--json", "--quiet"], stdout=subprocess.PIPE, check=True)
            with open(document, "wb") as file:
                file.write(done.stdout)
        with open(document, encoding="utf-8") as file:
            measured = json.load(file)
        return round((1 - measured["top1"]) * measured["samples"]), measured["samples"]

    def error(self, step):
        wrong, samples = self.wrong(step)
        return 100 * wrong / samples

    def packed(self, step):
        """The archive's document; it is unpacked, and what comes out is the same file."""
        result = self.made(step + "-packed", "pack", self.path(step), end=".lathez", threads=False)
        back = self.path(step + "-back")
        if not os.path.exists(back):
            subprocess.run([self.options.lathe, "unpack", self.path(step + "-packed", ".lathez"), "-o", back, "--quiet"],
                           stdout=subprocess.DEVNULL, check=True)
        if not filecmp.cmp(back, self.path(step), shallow=False):
            raise SystemExit(f"{back} is another file than what was packed")
        return result

    def compressed(self, step, source, rule):
        return self.made(step, "compress", self.path(source), "--set", rule, "--seed", "1")

    def all(self):
        train, seed = f"{self.options.mnist}:train", str(self.seed)
        dense, pruned = self.path("dense"), self.path("trained")
        self.made("graph", "network", self.graph, "--seed", seed, threads=False)
        self.made("dense", "train", self.path("graph"), "--train", train, "--plan", self.plans["train"], "--seed", seed)
        self.made("trained", "train", dense, "--teacher", dense, "--train", train, "--plan", self.plans["prune"],
                  "--seed", seed)
        prune = f"*:prune={self.zeros},prune.scope=global"
        values = f"{prune},clusters={self.clusters}"
        self.made("small", "recover", pruned, "--set", values, "--train", train, "--plan", self.plans["codebook"],
                  "--training-seed", seed, "--only", "refit,training")
        self.compressed("cut", "dense", prune)
        self.compressed("cut-values", "dense", values)
        self.compressed("pruned", "trained", prune)
        self.compressed("values", "trained", values)


ROWS = [("fp32", "dense"), ("pruned at once", "cut"), ("the same, and a codebook", "cut-values"),
        ("pruned while it trains", "pruned"), ("the same, and a codebook", "values"), ("the same, trained", "small")]


def huffman(packed):
    """What the archive would take with Huffman codes for the weights, tables counted."""
    coded = packed["coded"]
    return packed["size_bytes"] - coded["size_bytes"] + coded["huffman_bytes"] + coded["table_bytes"]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def document(work, step):
    with open(work.path(step, ".json"), encoding="utf-8") as file:
        return json.load(file)


def headline(works):
    print("| network | seed | fp32 bytes | error % | archive bytes | ratio | error % | difference | weights kept | "
          "CPU minutes | wall |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in dict.fromkeys(w.name for w in works):
        rows = []
        for w in (w for w in works if w.name == name):
            size, packed = os.path.getsize(w.path("dense")), w.packed("small")["size_bytes"]
            before, after = w.error("dense"), w.error("small")
            times = [document(w, step) for step in ("trained", "small")]
            cpu, wall = (sum(t[key] for t in times) / 60 for key in ("cpu", "wall"))
            rows.append((size, before, packed, size / packed, after, cpu, wall))
            print(f"| {w.title} | {w.seed} | {size:,} | {before:.2f} | {packed:,} | {size / packed:.1f} | {after:.2f} | "
                  f"{after - before:+.2f} | {100 * (1 - w.zeros):.2g} % | {cpu:.1f} | {wall:.1f} |")
        size, before, packed, ratio, after, cpu, wall = (mean(column) for column in zip(*rows))
        print(f"| {works[0].title if len(rows) == len(works) else NETWORKS[name][0]} | mean | {size:,.0f} | {before:.2f} | "
              f"{packed:,.0f} | **{ratio:.1f}** | {after:.2f} | **{after - before:+.2f}** | | {cpu:.1f} | {wall:.1f} |")


def ablation(works):
    print("| network | setting | error % | file | archive, Huffman | ratio | archive, range coder | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in dict.fromkeys(w.name for w in works):
        mine = [w for w in works if w.name == name]
        for title, step in ROWS:
            packs = [w.packed(step) for w in mine]
            size = mean(os.path.getsize(w.path("dense")) for w in mine)
            ranged, codes = mean(p["size_bytes"] for p in packs), mean(huffman(p) for p in packs)
            print(f"| {NETWORKS[name][0]} | {title} | {mean(w.error(step) for w in mine):.2f} | "
                  f"{mean(p['source_size_bytes'] for p in packs):,.0f} | {codes:,.0f} | {size / codes:.1f} | {ranged:,.0f} | "
                  f"{size / ranged:.1f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lathe")
    parser.add_argument("mnist")
    parser.add_argument("folder")
    parser.add_argument("--network", action="append", choices=sorted(NETWORKS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    options.lathe = shutil.which(options.lathe) or sys.exit(f"there is no program {options.lathe}")
    os.makedirs(options.folder, exist_ok=True)
    works = [Work(options, name, seed) for name in options.network or NETWORKS for seed in options.seeds]
    for work in works:
        work.all()
    headline(works)
    print()
    ablation(works)


if __name__ == "__main__":
    main()
