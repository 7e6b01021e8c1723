#!/usr/bin/env python3
"""Measures how long the workbench takes from its start to a window that can be used.

    docs/startup.py WORKBENCH MODEL.onnx... [--runs N]

Each model is opened N times (7) by a fresh process with settings of its own. A time runs from just before the program is
executed until it says that the layers of the model are painted; all are medians. Processor time is that of all threads until
then, which tells how much of a time is waiting for other programs. Without a display, set QT_QPA_PLATFORM=offscreen.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time


def one_start(workbench, model):
    """Seconds to the first paint, to the layers, and of processor time until then."""
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ, HOME=home, XDG_CONFIG_HOME=f"{home}/config", XDG_DATA_HOME=f"{home}/data",
                           QT_LOGGING_RULES="lathe.startup.debug=true")
        begin = time.monotonic()
        program = subprocess.Popen([workbench, model], env=environment, stderr=subprocess.PIPE, text=True)
        painted = listed = None
        for line in program.stderr:
            now = time.monotonic() - begin
            if "window painted" in line and painted is None:
                painted = now
            if "layers listed" in line:
                listed = now
                break
        program.kill()
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = status
    if listed is None:
        raise SystemExit(f"{model}: its layers were never listed")
    return painted if painted is not None else listed, listed, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("workbench")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    print("| model | size, MB | window, ms | layers listed, ms | slowest, ms | processor, ms | load |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for model in arguments.models:
        one_start(arguments.workbench, model)  # fills the caches of the file system
        times = [one_start(arguments.workbench, model) for _ in range(arguments.runs)]
        painted, listed, busy = ([t[i] for t in times] for i in range(3))
        name = os.path.splitext(os.path.basename(model))[0]
        print(f"| {name} | {os.path.getsize(model) / 1e6:.1f} | {1e3 * statistics.median(painted):.0f} | "
              f"{1e3 * statistics.median(listed):.0f} | {1e3 * max(listed):.0f} | "
              f"{1e3 * statistics.median(busy):.0f} | {os.getloadavg()[0]:.1f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
