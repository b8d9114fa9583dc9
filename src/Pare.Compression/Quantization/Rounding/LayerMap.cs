using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Compression.Quantization.Rounding;

/// <summary>A convolution or product as linear maps of rows: which weight stands where, and which inputs meet it at an output position.</summary>
internal sealed class LayerMap
{
    private readonly Node _node;
    private readonly int[] _kernel = [];
    private readonly bool _transposed;

    private LayerMap(Node node, Shape weight)
    {
        _node = node;
        (Weight, Bias) = (node.Inputs[1], node.Input(2));
        if (node.Operator is Conv conv)
        {
            (Groups, Outputs, Depth) = (conv.Groups, weight.Fixed[0] / conv.Groups, checked((int)(weight.Elements / Math.Max(1, weight.Fixed[0]))));
            _kernel = [.. weight.Fixed.Skip(2)];
        }
        else
        {
            _transposed = node.Operator is not Gemm { TransB: true };
            (Groups, Outputs, Depth) = (1, weight.Fixed[_transposed ? 1 : 0], weight.Fixed[_transposed ? 0 : 1]);
        }
    }

    /// <summary>The weight's name.</summary>
    public string Weight { get; }

    /// <summary>The bias's name, or "".</summary>
    public string Bias { get; }

    /// <summary>Groups of a convolution, else 1.</summary>
    public int Groups { get; }

    /// <summary>Output channels of a group.</summary>
    public int Outputs { get; }

    /// <summary>Numbers that an output channel reads.</summary>
    public int Depth { get; }

    /// <summary>True where a bias can be added: a product of more than two axes has none.</summary>
    public bool TakesBias => _node.Operator is Conv or Gemm;

    /// <summary>The map of a node, or null where it is none, or not one of a weight that stands alone.</summary>
    public static LayerMap? Of(Model model, Node node) => model.IsTyped(node) && node.Operator switch
    {
        Conv => model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? w) && w.Shape.Rank is >= 3 and <= 5,
        Gemm { Alpha: 1, Beta: 1, TransA: false } => model.Weights.ContainsKey(node.Inputs[1]) && IsPlainBias(model, node.Input(2)),
        MatMul => model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? w) && w.Shape.Rank == 2,
        _ => false,
    } ? new LayerMap(node, model.Weights[node.Inputs[1]].Shape) : null;

    /// <summary>Where the weight of output o and input k of a group stands.</summary>
    public int Place(int group, int o, int k) => _transposed ? k * Outputs + o : (group * Outputs + o) * Depth + k;

    /// <summary>Positions of a sample at which the layer makes numbers.</summary>
    /// <param name="y">The layer's result.</param>
    /// <param name="samples">Samples in it.</param>
    public int Positions(Tensor y, int samples) => y.Length / Math.Max(1, samples * Groups * Outputs);

    /// <summary>Reads what meets the weights at a position.</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="y">Its result, for the shape.</param>
    /// <param name="samples">Samples in both.</param>
    /// <param name="sample">Which sample.</param>
    /// <param name="position">Which position of it.</param>
    /// <param name="row">[groups, depth].</param>
    public void ReadInputs(Tensor x, Tensor y, int samples, int sample, int position, Span<float> row)
    {
        if (_node.Operator is not Conv conv)
        {
            x.Floats.Slice((sample * Positions(y, samples) + position) * Depth, Depth).CopyTo(row);
            return;
        }
        ImmutableArray<WindowAxis> axes = conv.Window.Axes(x.Shape, _kernel);
        Span<int> at = stackalloc int[axes.Length];
        for (int a = axes.Length - 1, rest = position; a >= 0; a--) (rest, at[a]) = Math.DivRem(rest, axes[a].Output);
        int taps = 1, plane = 1;
        foreach (WindowAxis axis in axes) (taps, plane) = (taps * axis.Kernel, plane * axis.Input);
        Span<int> offsets = taps <= 512 ? stackalloc int[taps] : new int[taps];
        for (int t = 0; t < taps; t++)
        {
            int offset = 0, size = 1;
            for (int a = axes.Length - 1, rest = t; a >= 0; a--)
            {
                (rest, int tap) = Math.DivRem(rest, axes[a].Kernel);
                int input = axes[a].At(at[a], tap);
                offset = offset < 0 || !axes[a].Inside(input) ? -1 : offset + input * size;
                size *= axes[a].Input;
            }
            offsets[t] = offset;
        }
        int channels = x.Dims[1];
        ReadOnlySpan<float> values = x.Floats.Slice(sample * channels * plane, channels * plane);
        for (int c = 0, to = 0; c < channels; c++, values = values[plane..])
            foreach (int offset in offsets) row[to++] = offset < 0 ? 0 : values[offset];
    }

    /// <summary>Reads what the layer made at a position.</summary>
    /// <param name="y">The layer's result.</param>
    /// <param name="samples">Samples in it.</param>
    /// <param name="sample">Which sample.</param>
    /// <param name="position">Which position of it.</param>
    /// <param name="row">[groups, outputs].</param>
    public void ReadOutputs(Tensor y, int samples, int sample, int position, Span<float> row)
    {
        int positions = Positions(y, samples), channels = Groups * Outputs;
        ReadOnlySpan<float> values = y.Floats.Slice(sample * positions * channels, positions * channels);
        if (_node.Operator is not Conv) values.Slice(position * channels, channels).CopyTo(row);
        else
            for (int c = 0; c < channels; c++) row[c] = values[c * positions + position];
    }

    // One number for each column, or none.
    private static bool IsPlainBias(Model model, string bias) => bias.Length == 0 || (model.Weights.TryGetValue(bias, out WeightEncoding? b) && b.Shape.Rank == 1);
}
