"""Exports the networks of nets.py with what PyTorch computes. export.py FOLDER [PART OF A NAME ...]

FOLDER/NAME.opsetK.onnx, FOLDER/NAME.KIND_I.bin (raw little-endian values), and FOLDER/cases.tsv with a line for each file:
name, opset, file, inputs, outputs; a value is graph name|type|lengths with x|file."""
import os
import sys
import warnings
import torch
from nets import NETS

warnings.filterwarnings("ignore")
TYPES = {torch.float32: "f32", torch.float64: "f64", torch.int64: "i64", torch.int32: "i32", torch.bool: "bool"}
OPSETS = (9, 11, 13, 17)


def save(folder, name, kind, tensors):
    lines = []
    for i, t in enumerate(tensors):
        t = t.detach().contiguous()
        file = f"{name}.{kind}_{i}.bin"
        t.numpy().tofile(os.path.join(folder, file))
        lines.append((TYPES[t.dtype], "x".join(map(str, t.shape)), file))
    return lines


def randomize(model):
    """Statistics and affine numbers that matter: fresh ones are zeros and identities."""
    for n, b in model.named_buffers():
        if n.endswith("running_mean"):
            b.uniform_(-0.3, 0.3)
        if n.endswith("running_var"):
            b.uniform_(0.6, 1.8)


def main():
    folder, parts = sys.argv[1], sys.argv[2:]
    os.makedirs(folder, exist_ok=True)
    cases = []
    for name, make in NETS.items():
        if parts and not any(p in name for p in parts):
            continue
        torch.manual_seed(1)
        model, inputs, dynamic = make()
        randomize(model)
        model.eval()
        with torch.no_grad():
            outputs = model(*[i.clone() for i in inputs])
        outputs = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
        given, expected = save(folder, name, "input", inputs), save(folder, name, "output", outputs)
        ins, outs = [f"input_{i}" for i in range(len(inputs))], [f"output_{i}" for i in range(len(outputs))]
        for opset in OPSETS:
            file = f"{name}.opset{opset}.onnx"
            axes = {n: {0: "batch"} for n in ins} if dynamic else None
            try:
                # At opset 9 as old scripts do: nothing folded, weights listed as inputs.
                torch.onnx.export(
                    model, inputs, os.path.join(folder, file), input_names=ins, output_names=outs, opset_version=opset,
                    dynamic_axes=axes, do_constant_folding=opset > 9, keep_initializers_as_inputs=opset == 9)
            except Exception as e:
                print(f"{name} opset {opset}: PyTorch does not export it: {str(e).splitlines()[0][:140]}", file=sys.stderr)
                continue
            text = [";".join("|".join((n, *v)) for n, v in zip(names, values)) for names, values in ((ins, given), (outs, expected))]
            cases.append("\t".join([name, str(opset), file, *text]))
    with open(os.path.join(folder, "cases.tsv"), "w") as f:
        f.write("\n".join(cases) + "\n")
    print(f"{len(cases)} files of {len(NETS)} networks")


main()
