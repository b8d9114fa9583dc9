using System.Collections.Immutable;
using Pare.Kernels;
using Pare.Kernels.Bands;
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
                if (ChainOf(taken.AsSpan(first, end - first), kernels[first..end]!, rule, threads) is not { } chain) break;
                double gain = best[first].Seconds + (rule.AnyRows ? end - first - 1 : Gain(taken.AsSpan(first, end - first), kernels[first..end]!, chain, rule, threads));
                if (gain > best[end].Seconds) best[end] = (gain, first, chain);
            }
        }
        for (int end = taken.Length; end > 0; end = best[end].First)
            if (best[end].Chain is { } chain) found.Insert(0, new JoinedNodes(best[end].First, end - best[end].First, chain));
        return found.ToImmutable();

        bool Follows(int node) =>
            kernels[node - 1] is { } maker && kernels[node] is { } reader && lowered.Nodes[node - 1] is { Operator: not IntoChannels, Outputs: [var value] }
            && readers.Only(value) == lowered.Nodes[node] && lowered.Nodes[node].Inputs[0] == value && lowered.Nodes[node].Inputs.Count(i => i == value) == 1
            && BandChain.Follows(maker.Geometry, reader.Geometry);
    }

    // Seconds of a run: what lies between two nodes is neither written to memory nor read from there; but constants come from the second cache for every
    // band, and where threads' ranges meet, rows are computed twice.
    private static double Gain(ReadOnlySpan<KernelWay> ways, IBandKernel[] kernels, BandChain chain, BandRule rule, int threads)
    {
        BandGeometry[] sizes = kernels.Map(k => k.Geometry);
        int[] halo = BandChain.HaloRows(sizes);
        double gain = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (i < sizes.Length - 1 && sizes[i].OutputBytes >= rule.LeastBetween / Math.Min(threads, 2)) gain += 2 * sizes[i].OutputBytes / MemoryBytesPerSecond / threads;
            gain -= chain.Bands * kernels[i].BandConstantBytes / CacheBytesPerSecond / threads;
            if (threads > 1) gain -= ways[i].Offer.PredictedSeconds * halo[i] / ((double)sizes[i].Pictures * sizes[i].OutputRows);
        }
        return gain;
    }

    // Bands as large as buffers may be, and where kernels are slow on few rows, larger; null where that is more than stays near.
    private static BandChain? ChainOf(ReadOnlySpan<KernelWay> ways, IBandKernel[] kernels, BandRule rule, int threads)
    {
        BandGeometry[] sizes = kernels.Map(k => k.Geometry);
        long constants = 0;
        foreach (IBandKernel kernel in kernels) constants += kernel.BandConstantBytes;
        ImmutableArray<int>.Builder firstInputs = ImmutableArray.CreateBuilder<int>();
        int inputs = 0;
        foreach (KernelWay way in ways)
        {
            firstInputs.Add(inputs);
            inputs += way.Query.Inputs.Length;
        }
        BandGeometry last = sizes[^1];
        // Threads share the bands.
        int most = Math.Max(last.Together, (int)Math.Min(last.OutputRows, (long)last.Pictures * last.OutputRows / (threads == 1 ? 1 : 2 * threads)));
        BandChain? best = null;
        for (int rows = last.Together; ; rows += last.Together)
        {
            var chain = new BandChain([.. kernels], firstInputs.ToImmutable(), rows, threads);
            if (best is not null && chain.BandRows == best.BandRows && rows < last.OutputRows) continue;
            if (constants + chain.WorkerBytes > rule.NearBytes) return best;
            if (best is not null && chain.BufferBytes > rule.BufferBytes) return best;
            if (IsGood(BandChain.Made(sizes, chain.BandRows))) best = chain;
            if (best is not null && (rule.AnyRows || chain.BandRows >= most)) return best;
            if (rows >= last.OutputRows) return best;
        }

        bool IsGood(int[] made)
        {
            if (rule.AnyRows) return true;
            for (int i = 0; i < made.Length; i++)
                if (made[i] < Math.Min(sizes[i].GoodRows, sizes[i].OutputRows)) return false;
            return true;
        }
    }
}
