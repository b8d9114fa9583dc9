using System.Collections.Immutable;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>Files that hold integer operators, QLinearConv and QLinearMatMul: with known parameters they are the same layers.</summary>
internal sealed partial class IntegerRewrite
{
    private void Unpack(Node node)
    {
        if (node.Operator is QLinearConv conv) Unpack(node, 0, node.Input(8), l => new IntegerConv(conv.Conv, l.X.Zero, l.Result));
        else if (_model.Types[node.Inputs[3]].Shape.Rank == 2 && _model.Types[node.Inputs[0]].Shape.Rank > 0) Unpack(node, 1, "", l => new IntegerGemm(false, l.X.Zero, l.Result));
    }

    private void Unpack(Node node, int axis, string bias, Func<(Affine X, IntegerResult Result), Operator> make)
    {
        ImmutableArray<string> n = node.Inputs;
        if (!IsComputed(n[0]) || Known(node, n[1], n[2], _model.Types[n[0]].DType) is not { } x) return;
        if (Known(node, n[6], n[7], _model.Types[n[7]].DType) is not { } y) return;
        if (!_model.Constants.TryGetValue(n[3], out Tensor? weight) || _model.Floats(n[4]) is not { } scales || !_model.Constants.TryGetValue(n[5], out Tensor? zeros)) return;
        int[]? offsets = null;
        if (bias.Length > 0)
        {
            if (!_model.Constants.TryGetValue(bias, out Tensor? known)) return;
            offsets = known.As<int>().ToArray();
        }
        short[] codes = Array.ConvertAll(Quantization.LessZero(weight, zeros, axis), c => (short)c);
        IntegerWeight.RequireFit(node, codes, AxisSlices.Of(weight.Shape, axis), offsets, x.Reach);
        float[] factors = [.. scales.Values.Select(s => Factor(node, x.Scale * s / y.Scale))];
        _editor.Remove(_editor.Nodes.First(other => other.Name == node.Name)); // it may read another value by now
        _editor.Add(node with
        {
            Operator = make((x, IntegerResult.Of(y.Type, y.Zero))),
            Inputs = [_same.GetValueOrDefault(n[0], n[0]), Constant($"{n[3]}@codes", IntegerWeight.Pack(weight.Shape, codes)), bias, Constant($"{node.Name}.factors", Tensor.Vector<float>(factors))],
        });
    }
}
