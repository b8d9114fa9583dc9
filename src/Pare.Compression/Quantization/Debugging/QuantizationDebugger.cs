using Pare.Compression.Evaluation;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Finds out where a quantized network loses, node by node, against the floats that it was made of.</summary>
/// <remarks>
/// Quantized values are simulated: dequantized, computed with in floats and quantized again, at most one unit from integer arithmetic. Memory
/// follows from the network, not from the number of samples. A batch at the end that is short is filled with its own samples again.
/// </remarks>
public static class QuantizationDebugger
{
    /// <summary>Compares the two networks.</summary>
    /// <param name="quantized">The network with QuantizeLinear and DequantizeLinear, or with weights of integers, or both.</param>
    /// <param name="floats">The network before; batch normalizations may stand in it.</param>
    /// <param name="walk">Samples; labels are not read.</param>
    /// <param name="options">How many of them are used for what; null: the defaults.</param>
    /// <param name="progress">Hears the fraction that is done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelException">The networks do not belong together, nothing is quantized, or a scale is no positive finite number.</exception>
    /// <exception cref="DataException">Samples do not fit the network, or the float network makes numbers that are not finite.</exception>
    /// <exception cref="UnsupportedException">The network is in a form that hides what is quantized.</exception>
    public static QuantizationReport Run(
        Model quantized, Model floats, ActivationWalk walk, DebugOptions? options = null, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        options ??= new DebugOptions();
        if (quantized.Nodes.FirstOrDefault(n => n.Operator is QLinearConv or QLinearMatMul or ConvInteger or MatMulInteger) is { } fused)
            throw new UnsupportedException($"Node {fused} of the quantized network computes with integers itself, which hides the floats between nodes. Give the form with QuantizeLinear and DequantizeLinear (pare convert --quantized-form qdq), or the .pare file.");
        (floats, quantized) = (Simplify.ForInference(floats), Simplify.ForInference(quantized));
        CheckScales(quantized);
        var match = new NetworkMatch(floats, quantized);
        var units = new QuantizedUnits(match);
        if (units.All.IsEmpty)
            throw new ModelException("Nothing is quantized in the network: it has no QuantizeLinear whose value is read, and its weights are those of the float network. Give the quantized network first, and after --against that in floats.");
        try
        {
            var study = new QuantizationStudy(match, units, walk, options);
            study.WatchRanges(new Portion(progress, 0, 0.2), cancel);
            study.Compare(new Portion(progress, 0.2, 1), cancel);
            return study.Report();
        }
        catch (ModelException e)
        {
            // What was matched of the quantized network is put into the float network, which fails where they are strangers.
            throw new ModelException($"The networks do not belong together: parts of the quantized one do not fit into the other ({e.Message.TrimEnd('.')}). Give the network that was quantized, as it was then.", e);
        }
    }

    private static void CheckScales(Model quantized)
    {
        foreach (Node node in quantized.Nodes.Where(n => n.Operator is QuantizeLinear or DequantizeLinear))
            if (quantized.Constants.TryGetValue(node.Inputs[1], out Tensor? scales) && scales.Floats.ToArray().Any(s => !(s > 0) || float.IsInfinity(s)))
                throw new ModelException(FormattableString.Invariant(
                    $"Node {node} of the quantized network, behind '{node.Inputs[0]}': the scale '{node.Inputs[1]}' is {scales.Floats[0]}; a positive finite number is needed. Quantize the network again, or leave the node out."));
    }

    // A part of the way, from one fraction to another.
    private sealed class Portion(IProgress<double>? whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(from + value * (to - from));
    }
}
