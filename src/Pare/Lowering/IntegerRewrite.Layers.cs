using System.Collections.Immutable;
using Pare.Encodings;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>What computes, with the rectifiers and clips between it and its QuantizeLinear.</summary>
internal sealed partial class IntegerRewrite
{
    private readonly Dictionary<string, string> _codes = new(StringComparer.Ordinal);

    private void Merge(Node quantizer, Affine to)
    {
        var taken = new List<Node> { quantizer };
        (float low, float high) = (float.NegativeInfinity, float.PositiveInfinity);
        Node? main = Before(quantizer.Inputs[0]);
        // From the last one back to the first: what an earlier one leaves is clipped by the later ones.
        while (main is not null && FuseEpilogues.Bounds(_model, main) is { } bounds && IsComputed(main.Inputs[0]))
        {
            (low, high) = (Math.Clamp(bounds.Low, low, high), Math.Clamp(bounds.High, low, high));
            taken.Add(main);
            main = Before(main.Inputs[0]);
        }
        if (main is null || main.Outputs.Skip(1).Any(o => o.Length > 0)) return;
        // Quantizing keeps order, q(clip(v, low, high)) = clip(q(v), q(low), q(high)): the clips become the range of the integers.
        var result = new IntegerResult(to.Type, to.Zero, to.Quantize(low), to.Quantize(high));
        taken.Add(main);
        var bias = "";
        if (IsSum(main) && Product(main) is { } product)
        {
            bias = main.Inputs[0] == product.Outputs[0] ? main.Inputs[1] : main.Inputs[0];
            taken.Add(product);
            main = product;
        }
        if (Integers(main, bias, result, to.Scale) is not { } made) return;
        foreach (Node node in taken) _editor.Remove(node);
        if (made.Operator is not IntegerAveragePool || _model.Types[main.Outputs[0]].Shape.Rank == _model.Types[main.Inputs[0]].Shape.Rank)
        {
            _editor.Add(main with { Operator = made.Operator, Inputs = made.Inputs, Outputs = quantizer.Outputs });
            return;
        }
        // A mean that drops its axes.
        string kept = _editor.FreshValue($"{quantizer.Outputs[0]}@mean");
        _editor.Add(main with { Operator = made.Operator, Inputs = made.Inputs, Outputs = [kept] });
        string shape = Constant($"{quantizer.Outputs[0]}_shape", Tensor.Vector<long>([.. _model.Types[main.Outputs[0]].Shape.Fixed.Select(d => (long)d)]));
        _editor.Add(quantizer with { Operator = new Reshape(), Inputs = [kept, shape] });
    }

    // The product of a matrix with more than two axes before the sum with a number for each column; what has two is one Gemm already.
    private Node? Product(Node sum)
    {
        for (int i = 0; i < 2; i++)
        {
            if (Before(sum.Inputs[i]) is not { Operator: MatMul } product || IsComputed(sum.Inputs[1 - i])) continue;
            if (_model.Floats(sum.Inputs[1 - i]) is { } bias && IsRow(bias.Shape, _model.Types[product.Outputs[0]].Shape)) return product;
        }
        return null;
    }

    private (Operator Operator, ImmutableArray<string> Inputs)? Integers(Node main, string bias, IntegerResult result, float scale) => main.Operator switch
    {
        Conv conv => Layer(main, main.Input(2), 0, result, scale) is { } l ? (new IntegerConv(conv, l.From.Of.Zero, result), l.Inputs) : null,
        Gemm { Alpha: 1, Beta: 1, TransA: false } gemm => Layer(main, main.Input(2), gemm.TransB ? 0 : 1, result, scale) is { } l
            ? (new IntegerGemm(gemm.TransB, l.From.Of.Zero, result), l.Inputs) : null,
        MatMul => Layer(main, bias, 1, result, scale) is { } l ? (new IntegerGemm(false, l.From.Of.Zero, result), l.Inputs) : null,
        AveragePool pool => Mean(main, pool.Window, pool.CountIncludePad, pool.Window.Kernel.Aggregate(1L, (n, k) => n * k), result, scale),
        GlobalAveragePool => Mean(main, null, false, Positions(main), result, scale),
        Reduction { Function: var f } reduction when f == ReductionFunction.Mean && IsOverPositions(main, reduction) => Mean(main, null, false, Positions(main), result, scale),
        Binary or Variadic when main.Inputs.Length == 2 => Pair(main, result, scale),
        _ => null,
    };

    private (Operator Operator, ImmutableArray<string> Inputs)? Pair(Node main, IntegerResult result, float scale)
    {
        if (SourceOf(main.Inputs[0]) is not { } a || SourceOf(main.Inputs[1]) is not { } b) return null;
        ImmutableArray<string> inputs = [a.Value, b.Value];
        if (main.Operator is Binary { Function: var function })
        {
            if (function == BinaryFunctions.Mul) return (new IntegerMultiply(a.Of.Zero, b.Of.Zero, Factor(main, a.Of.Scale * b.Of.Scale / scale), result), inputs);
            if (function == BinaryFunctions.Sub) return (Sum(-b.Of.Scale), inputs);
        }
        return IsSum(main) ? (Sum(b.Of.Scale), inputs) : null;

        IntegerAdd Sum(float right) => new(a.Of.Zero, Factor(main, a.Of.Scale / scale), b.Of.Zero, Factor(main, right / scale), result);
    }

    private (Operator Operator, ImmutableArray<string> Inputs)? Mean(Node main, Window? window, bool countsPadding, long count, IntegerResult result, float scale)
    {
        if (SourceOf(main.Inputs[0]) is not { } x) return null;
        IntegerWeight.RequireFit(main, count * x.Of.Reach, "the mean of fewer numbers at a time (a pool before it)");
        return (new IntegerAveragePool(window, countsPadding, x.Of.Zero, Factor(main, x.Of.Scale / scale), result), [x.Value]);
    }

    private (Source From, ImmutableArray<string> Inputs)? Layer(Node main, string bias, int axis, IntegerResult result, float scale)
    {
        if (SourceOf(main.Inputs[0]) is not { } x || !_model.Weights.TryGetValue(main.Inputs[1], out WeightEncoding? encoding)) return null;
        if (main.Operator is not Conv && encoding.Shape.Rank != 2) return null;
        if (QuantizedWeight.Of(encoding) is not { Block: 0 } weight || (weight.Axis != axis && weight.Axis != Scaled.WholeWeight)) return null;
        float[]? offsets = null;
        if (bias.Length > 0)
        {
            if (_model.Floats(bias) is not { } known || !IsRow(known.Shape, Shape.Of(weight.Shape.Fixed[axis]))) return null;
            offsets = known.Values;
        }
        IntegerWeight made = IntegerWeight.Of(main, weight, axis, offsets, x.Of.Scale, x.Of.Reach, scale);
        return (x, [x.Value, Codes(main.Inputs[1], made), made.Bias is null ? "" : Constant($"{main.Name}.bias@integers", Tensor.Vector<int>(made.Bias)),
            Constant($"{main.Name}.factors", Tensor.Vector<float>(made.Factors))]);
    }

    // The codes of a weight that several layers share are held once.
    private string Codes(string weight, IntegerWeight made)
    {
        if (!made.IsAsStored) return Constant($"{weight}@codes", made.Codes);
        return _codes.TryGetValue(weight, out string? known) ? known : _codes[weight] = Constant($"{weight}@codes", made.Codes);
    }

    private static bool IsSum(Node node) => node.Inputs.Length == 2 && (node.Operator is Binary { Function: var f } && f == BinaryFunctions.Add || node.Operator is Variadic { Function.Name: "Sum" });

    // One number, or one for each place of the last axis.
    private static bool IsRow(Shape bias, Shape y) => bias.Rank <= Math.Max(2, y.Rank) && (bias.Elements == 1 || (bias.Elements == y.Fixed[^1] && bias[^1] == y[^1]));

    private long Positions(Node main) => _model.Types[main.Inputs[0]].Shape.Fixed.Skip(2).Aggregate(1L, (n, d) => n * d);

    private bool IsOverPositions(Node main, Reduction mean)
    {
        Shape x = _model.Types[main.Inputs[0]].Shape;
        if (x.Rank < 3 || (main.Input(1).Length > 0 && !_model.Constants.ContainsKey(main.Input(1)))) return false;
        long[] wish = main.Input(1).Length == 0 ? [] : _model.Constants[main.Input(1)].ToInt64s();
        return mean.Reduced([.. wish.Select(x.Axis)], x.Rank).Select((reduced, a) => reduced == a >= 2).All(fits => fits);
    }

    private static float Factor(Node node, float factor) => float.IsFinite(factor) ? IntegerWeight.Plain(factor)
        : throw new ModelException($"Node {node}: the scales of its inputs over that of its result are not a finite number; calibrate it anew.");
}
