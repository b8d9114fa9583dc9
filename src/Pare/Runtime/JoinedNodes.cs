using System.Collections.Immutable;
using Pare.Kernels;
using Pare.Kernels.Bands;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Runtime;

/// <summary>Nodes of a plan that follow each other and run band by band.</summary>
/// <param name="First">The first node.</param>
/// <param name="Count">How many.</param>
/// <param name="Chain">What runs them.</param>
internal sealed record JoinedNodes(int First, int Count, BandChain Chain)
{
    private const double MemoryBytesPerSecond = 5e10, CacheBytesPerSecond = 6e10;    // beside arithmetic
    private const double Enough = 0.75;
    private const int BandsPerThread = 2;      // so that threads can help each other

    /// <summary>The node behind the last.</summary>
    public int End => First + Count;

    /// <summary>The chains of a plan, in order.</summary>
    /// <param name="lowered">Its model.</param>
    /// <param name="taken">How each node runs.</param>
    /// <param name="rule">When it pays.</param>
    /// <param name="threads">Threads of a run.</param>
    public static ImmutableArray<JoinedNodes> Of(Model lowered, KernelWay[] taken, BandRule rule, int threads)
    {
        var found = ImmutableArray.CreateBuilder<JoinedNodes>();
        if (rule == BandRule.Never) return found.ToImmutable();
        var readers = new Readers(lowered);
        IBandKernel?[] kernels = taken.Map(w => (w.Offer.Plan as PlannedKernel)?.Bands);
        // best[end]: what the chains among the first nodes gain, and where the last of these chains begins.
        var best = new (double Seconds, int First, BandChain? Chain)[taken.Length + 1];
        for (int end = 1; end <= taken.Length; end++)
        {
            best[end] = (best[end - 1].Seconds, end - 1, null);
            for (int first = end - 2; first >= 0 && end - first <= BandChain.MostStages && Follows(first + 1); first--)
            {
                // What neither begins nor ends with a value that is worth it is better cut there.
                if (!IsWorthIt(first) || !IsWorthIt(end - 2)) continue;
                if (ChainOf(taken.AsSpan(first, end - first), kernels[first..end]!, rule, threads) is not { } chain) continue;
                double gain = best[first].Seconds + chain.Gain;
                if (gain > best[end].Seconds) best[end] = (gain, first, chain.Chain);
            }
        }
        for (int end = taken.Length; end > 0; end = best[end].First)
            if (best[end].Chain is { } chain) found.Insert(0, new JoinedNodes(best[end].First, end - best[end].First, chain));
        return found.ToImmutable();

        bool IsWorthIt(int node) => kernels[node]!.Geometry.OutputBytes >= rule.LeastOn(threads);

        bool Follows(int node) =>
            kernels[node - 1] is { } maker && kernels[node] is { } reader && lowered.Nodes[node - 1] is { Operator: not IntoChannels, Outputs: [var value] }
            && readers.Only(value) == lowered.Nodes[node] && lowered.Nodes[node].Inputs[0] == value && lowered.Nodes[node].Inputs.Count(i => i == value) == 1
            && BandChain.Follows(maker.Geometry, reader.Geometry);
    }

    // Seconds of a run: what lies between two nodes is neither written to memory nor read from there; but constants are read for every band, from the
    // second cache, and where threads' ranges meet, rows are computed twice.
    private static double Gain(ReadOnlySpan<KernelWay> ways, IBandKernel[] kernels, BandSchedule schedule, BandRule rule, int threads)
    {
        double gain = 0;
        for (int i = 0; i < kernels.Length; i++)
        {
            IBandKernel kernel = kernels[i];
            long between = i < kernels.Length - 1 ? kernel.Geometry.OutputBytes : 0;
            if (between >= rule.LeastOn(threads)) gain += 2 * between / MemoryBytesPerSecond;
            gain -= Math.Max(0, schedule.Calls(i) - kernel.ConstantReads) * kernel.BandConstantBytes / CacheBytesPerSecond + schedule.Repeated(i) * ways[i].Offer.PredictedSeconds;
        }
        return gain / threads;
    }

    // Of bands as large as buffers may be, and where kernels are slow on few rows, larger, those that gain most; null where none do.
    private static (BandChain Chain, double Gain)? ChainOf(ReadOnlySpan<KernelWay> ways, IBandKernel[] kernels, BandRule rule, int threads)
    {
        ImmutableArray<BandGeometry> sizes = [.. kernels.Select(k => k.Geometry)];
        ImmutableArray<int>.Builder firstInputs = ImmutableArray.CreateBuilder<int>();
        int inputs = 0;
        foreach (KernelWay way in ways)
        {
            firstInputs.Add(inputs);
            inputs += way.Query.Inputs.Length;
        }
        long constants = kernels.Sum(k => k.BandConstantBytes);
        BandGeometry last = sizes[^1];
        // Threads share the bands.
        int most = (int)Math.Clamp((long)last.Pictures * last.OutputRows / (threads == 1 ? 1 : BandsPerThread * threads), 1, last.OutputRows), step;
        (BandChain Chain, double Gain)? best = null;
        int tried = 0;
        for (int rows = last.Together; ; rows += step)
        {
            step = Blocks.RoundUp(Math.Max(1, rows / 8), last.Together);
            var schedule = new BandSchedule(sizes, Math.Min(rows, last.OutputRows), threads);
            if (schedule.BandRows != tried && (rule.AnyRows || IsGood(schedule)))
            {
                tried = schedule.BandRows;
                var chain = new BandChain([.. kernels], firstInputs.ToImmutable(), schedule, threads);
                if (rule.AnyRows) return (chain, kernels.Length - 1);
                if (constants + chain.WorkerBytes > rule.NearBytes || (best is not null && chain.BufferBytes > rule.BufferBytes)) return best;
                double gain = rule.AnyGain ? chain.BufferBytes : Gain(ways, kernels, schedule, rule, threads);
                if (gain > (best?.Gain ?? 0)) best = (chain, gain);
            }
            if (rows >= most) return best;
        }

        bool IsGood(BandSchedule schedule)
        {
            for (int i = 0; i < sizes.Length; i++)
                if (schedule.RowsAtATime(i) < Enough * Math.Min(sizes[i].GoodRows, sizes[i].OutputRows)) return false;
            return true;
        }
    }
}
