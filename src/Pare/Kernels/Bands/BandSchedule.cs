using System.Collections.Immutable;
using Pare.Kernels.Products;

namespace Pare.Kernels.Bands;

/// <summary>Which rows the kernels of a <see cref="BandChain"/> compute when: it follows from sizes alone, so it is gone through once, to know how much memory that needs.</summary>
internal sealed class BandSchedule
{
    private readonly ImmutableArray<BandGeometry> _sizes;
    private readonly int[] _first, _end;    // rows that each buffer holds
    private readonly long[] _rows, _calls;
    private readonly HashSet<int>[] _counts;

    /// <summary>Goes through a run.</summary>
    /// <param name="sizes">The kernels' sizes.</param>
    /// <param name="rows">Rows of the last one's result that a band has at most; bands become as equal as can be.</param>
    /// <param name="ranges">Ranges of bands that threads begin with.</param>
    public BandSchedule(ImmutableArray<BandGeometry> sizes, int rows, int ranges)
    {
        _sizes = sizes;
        BandGeometry last = sizes[^1];
        BandsOfPicture = Blocks.CeilDiv(last.OutputRows, Blocks.RoundUp(Math.Clamp(rows, 1, last.OutputRows), last.Together));
        BandRows = Blocks.RoundUp(Blocks.CeilDiv(last.OutputRows, BandsOfPicture), last.Together);
        BandsOfPicture = Blocks.CeilDiv(last.OutputRows, BandRows);
        Ranges = ranges;
        Capacities = new int[sizes.Length - 1];
        (_first, _end, _rows, _calls) = (new int[sizes.Length], new int[sizes.Length], new long[sizes.Length], new long[sizes.Length]);
        _counts = [.. sizes.Select(_ => new HashSet<int>())];
        var parts = new Dictionary<RowRange, int>();
        for (int range = 0; range < Ranges; range++)
            for (int band = FirstBand(range); band < FirstBand(range + 1);)
            {
                int begin = band % BandsOfPicture, count = Math.Min(BandsOfPicture - begin, FirstBand(range + 1) - band);
                RowRange part = new(begin, begin + count);
                parts[part] = parts.GetValueOrDefault(part) + 1;
                band += count;
            }
        foreach ((RowRange part, int times) in parts) Go(part, times);
        if (ranges == 1) return;
        // A thread that takes over what another one has not come to may begin anywhere, and go on where it ended.
        for (int band = 0; band < BandsOfPicture; band++) Go(new RowRange(band, band + 1), 0);
        Go(new RowRange(0, BandsOfPicture), 0);
    }

    /// <summary>Bands of a picture.</summary>
    public int BandsOfPicture { get; }

    /// <summary>Bands of all pictures.</summary>
    public int Bands => _sizes[^1].Pictures * BandsOfPicture;

    /// <summary>Rows of the last kernel's result that a band has; the last one of a picture may have fewer.</summary>
    public int BandRows { get; }

    /// <summary>Parts of a run, one for each thread, which it does from the first band to the last.</summary>
    public int Ranges { get; }

    /// <summary>For each kernel but the last the most rows of its result that are needed at the same time.</summary>
    public int[] Capacities { get; }

    /// <summary>The first band of a range; of the one behind the last: the number of bands.</summary>
    public int FirstBand(int range) => (int)((long)Bands * range / Ranges);

    /// <summary>The rows of a band.</summary>
    /// <param name="index">The band, counted in its picture.</param>
    public RowRange Rows(int index) => new(index * BandRows, Math.Min((index + 1) * BandRows, _sizes[^1].OutputRows));

    /// <summary>How often a kernel computes rows.</summary>
    public long Calls(int stage) => _calls[stage];

    /// <summary>How many rows a kernel computes at a time, each number once.</summary>
    public IReadOnlySet<int> Counts(int stage) => _counts[stage];

    /// <summary>How many rows a kernel computes at a time, on the average.</summary>
    public double RowsAtATime(int stage) => (double)_rows[stage] / Math.Max(1, _calls[stage]);

    /// <summary>What share of its rows a kernel computes more than once, where ranges meet; as long as no thread helps another one.</summary>
    public double Repeated(int stage) => Math.Max(0, (double)_rows[stage] / ((long)_sizes[stage].Pictures * _sizes[stage].OutputRows) - 1);

    /// <summary>What a buffer must do before rows of it are read.</summary>
    /// <param name="size">The kernel that fills it.</param>
    /// <param name="needed">The rows that are read.</param>
    /// <param name="first">The first row that it holds.</param>
    /// <param name="end">The row behind the last.</param>
    /// <param name="capacity">How many it can hold.</param>
    /// <returns>The rows to compute, and those held already that must move to its front, which is that row then.</returns>
    public static (RowRange Compute, RowRange Move) Next(in BandGeometry size, RowRange needed, int first, int end, int capacity)
    {
        RowRange none = new(first, first);
        if (needed.End <= end || needed.End == needed.First) return (new RowRange(end, end), none);
        int last = Math.Min(size.OutputRows, Blocks.RoundUp(needed.End, size.Together));
        if (needed.First >= end)
        {
            // Nothing of what it holds is needed, nor what lies between.
            int start = needed.First / size.Together * size.Together;
            return (new RowRange(start, last), new RowRange(start, start));
        }
        return (new RowRange(end, last), last - first > capacity ? new RowRange(needed.First, end) : none);
    }

    private void Go(RowRange part, int times)
    {
        Array.Clear(_first);
        Array.Clear(_end);
        for (int band = part.First; band < part.End; band++) Make(_sizes.Length - 1, Rows(band), times);
    }

    private void Make(int stage, RowRange rows, int times)
    {
        _rows[stage] += (long)times * (rows.End - rows.First);
        _calls[stage] += times;
        _counts[stage].Add(rows.End - rows.First);
        if (stage-- == 0) return;
        RowRange needed = _sizes[stage + 1].Read(rows);
        // No room: what is not needed goes at once.
        (RowRange compute, RowRange move) = Next(_sizes[stage], needed, _first[stage], _end[stage], capacity: 0);
        if (compute.First == compute.End) return;
        (_first[stage], _end[stage]) = (move.First, compute.End);
        Capacities[stage] = Math.Max(Capacities[stage], compute.End - move.First);
        Make(stage, compute, times);
    }
}
