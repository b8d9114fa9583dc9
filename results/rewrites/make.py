#!/usr/bin/env python3
"""Makes the table of structural rewrites again: PARE_DATA=... results/rewrites/make.py [NETWORK/METHOD ...]

Each case (cases.json) takes what `pare advise` says of a network, by itself or of a method that is asked for, does it, checks that
MACs, bytes and parameters are what was predicted, to the unit, retrains three epochs, and measures the test error once. lenet-5 is
trained here as results/lenet-5 is.
PARE is the program (default: ./pare), THREADS the number of threads (default: one for each processor; the results are the same).
A case whose row is there already is left out, so that an interrupted run goes on; delete table.tsv to begin anew.
"""
import json
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "artifacts" / "results" / "rewrites"
PARE = shlex.split(os.environ.get("PARE", str(ROOT / "pare")))
THREADS = ["--threads", os.environ.get("THREADS", "0")]
EPOCHS = 3
COLUMNS = ["network", "method", "parameters before", "parameters", "MACs before", "MACs", "bytes before", "bytes",
           "validation error before", "validation error", "test error before", "test error"]


def pare(*arguments):
    print("+ pare", *arguments, file=sys.stderr, flush=True)
    return subprocess.run([*PARE, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def network(name):
    """The trained network, the data, and how its inputs are made."""
    if name == "resnet-20":
        file = pathlib.Path(os.environ["PARE_DATA"]) / "models/resnet-cifar10/resnet20-cifar10.onnx"
        return file, ["--data", "cifar10", "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225"]
    trained = WORK / f"{name}.onnx"
    if not trained.exists():
        fresh = WORK / f"{name}.new.onnx"
        pare("new", name, "-o", str(fresh), "--seed", "1")
        pare("train", str(fresh), "--data", "mnist", "-o", str(trained), "--seed", "1", "--epochs", "12", "--lr", "0.02", "--shift", "2",
             "--weight-decay", "0.0001", *THREADS)
    return trained, ["--data", "mnist"]


def cost(file):
    return json.loads(pare("advise", str(file), "--json"))["cost"]


def run(case):
    file, data = network(case["network"])
    # A method with settings is weighed as it stands; a bare name is what Pare recommends by itself.
    name, _, given = case["method"].partition(":")
    asked = ["-m", case["method"]] if given else []
    advice = json.loads(pare("advise", str(file), "--json", "--top", "99", *asked))
    told = next(r for r in advice["recommendations"] if r["method"].split(":")[0] == name)
    settings = [s for s in told["method"].split(":", 1)[1].split(",") if not s.startswith("retrain.")]
    step = f"{name}:{','.join(settings)}" if settings else name
    stem = WORK / f"{case['network']}-{name.split('.')[1]}"

    pare("compress", str(file), "-m", step, "-o", f"{stem}.built.onnx", "--seed", "1")
    built = cost(f"{stem}.built.onnx")
    for unit in ("parameters", "bytes", "macs"):
        if built[unit] != told["after"][unit]:
            sys.exit(f"{stem.name}: advise predicted {told['after'][unit]} {unit}, the network has {built[unit]}.")

    retrain = [f"retrain.epochs={EPOCHS}", *(f"retrain.{s}" for s in case["retrain"].split(","))]
    pare("compress", str(file), "-m", f"{name}:{','.join(settings + retrain)}", *data, "-o", f"{stem}.onnx", "--report", f"{stem}.report.json",
         "--seed", "1", *THREADS)
    report = json.loads(pathlib.Path(f"{stem}.report.json").read_text())
    before, after = report["before"], report["after"]
    return [case["network"], step, advice["cost"]["parameters"], built["parameters"], advice["cost"]["macs"], built["macs"],
            advice["cost"]["bytes"], built["bytes"], *(f"{m[part]['error']:.4f}" for part in ("validation", "test") for m in (before, after))]


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    table = HERE / "table.tsv"
    rows = [line.split("\t") for line in table.read_text().splitlines()[1:]] if table.exists() else []
    for case in json.loads((HERE / "cases.json").read_text()):
        label = f"{case['network']}/{case['method']}"
        done = any(row[0] == case["network"] and row[1].split(":")[0] == case["method"].split(":")[0] for row in rows)
        if done or (len(sys.argv) > 1 and label not in sys.argv[1:]):
            continue
        rows.append([str(value) for value in run(case)])
        table.write_text("\n".join("\t".join(row) for row in [COLUMNS, *rows]) + "\n")
        print("\t".join(rows[-1]), flush=True)


main()
