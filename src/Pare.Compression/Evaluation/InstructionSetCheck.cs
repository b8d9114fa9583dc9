using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Evaluation;

/// <summary>Runs a model by the scalar definitions of its operators and on every instruction set of the machine, and counts the numbers that differ.</summary>
/// <remarks>
/// Codes of values between integer layers must not differ: docs/integer-arithmetic.md. Floats may, within the bounds of their kernels, and with
/// them the codes of what is computed in floats first.
/// </remarks>
public static class InstructionSetCheck
{
    private const int BatchSize = 10;

    /// <summary>Compares.</summary>
    /// <param name="model">The model: one float input.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="preprocessing">How they become inputs; null: as the model says.</param>
    /// <param name="threads">Threads of a run; results do not depend on it.</param>
    /// <param name="others">Further ways to run it, by name: with machine code, for example.</param>
    /// <param name="progress">Hears the share that is done, or null.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A result for each of <see cref="CpuFeatures.Levels"/>, then for each of <paramref name="others"/>.</returns>
    /// <exception cref="DataException">The samples do not fit the model.</exception>
    public static ImmutableArray<InstructionSetResult> Run(
        Model model, DataSet samples, Preprocessing? preprocessing, int threads, IEnumerable<(string Name, PlanOptions Plan)>? others = null,
        Action<double>? progress = null, CancellationToken cancel = default)
    {
        preprocessing = EvaluationOptions.PreprocessingFor(model, samples, preprocessing);
        string[] values = [.. model.Nodes.Where(n => n.Operator is QuantizeLinear).Select(n => n.Outputs[0]), .. model.Outputs];
        (string Name, PlanOptions Plan)[] ways = [.. CpuFeatures.Levels().Select(l => (l.Describe(), new PlanOptions { Cpu = l })), .. others ?? []];
        ActivationProbe Probe(PlanOptions plan) => new(model, values, samples, preprocessing, BatchSize, plan with { Threads = threads });
        ActivationProbe definitions = Probe(new PlanOptions { DefinitionsOnly = true });
        ActivationProbe[] probes = [.. ways.Select(w => Probe(w.Plan))];
        var results = ways.Select(w => new InstructionSetResult(w.Name, 0, 0, 0, 0, 0)).ToArray();
        using var loader = new BatchLoader(samples, preprocessing, new BatchOptions { BatchSize = probes.Append(definitions).Min(p => p.BatchSize) }, cancel);
        int done = 0;
        while (loader.TryNext(out Batch? batch))
        {
            definitions.Run(batch.Inputs.Span, batch.Count, cancel);
            for (int i = 0; i < probes.Length; i++)
            {
                probes[i].Run(batch.Inputs.Span, batch.Count, cancel);
                foreach (string value in values) results[i] = Compare(results[i], definitions[value], probes[i][value]);
            }
            progress?.Invoke((double)(done += batch.Count) / samples.Count);
        }
        return [.. results];
    }

    private static InstructionSetResult Compare(InstructionSetResult sum, Tensor defined, Tensor computed)
    {
        if (defined.DType != DType.F32)
        {
            long differ = defined.Bytes.SequenceEqual(computed.Bytes) ? 0 : defined.ToInt64s().Zip(computed.ToInt64s()).LongCount(p => p.First != p.Second);
            return sum with { Codes = sum.Codes + defined.Length, DifferingCodes = sum.DifferingCodes + differ };
        }
        (long floats, double difference, double largest) = (0, 0, 0);
        ReadOnlySpan<float> a = defined.Floats, b = computed.Floats;
        for (int i = 0; i < a.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(a[i]) == BitConverter.SingleToInt32Bits(b[i])) continue;
            floats++;
            difference = Math.Max(difference, Math.Abs((double)a[i] - b[i]));
        }
        foreach (float value in a) largest = Math.Max(largest, Math.Abs(value));
        double relative = difference == 0 ? 0 : difference / largest;
        return sum with { Floats = sum.Floats + a.Length, DifferingFloats = sum.DifferingFloats + floats, LargestDifference = Math.Max(sum.LargestDifference, relative) };
    }
}
