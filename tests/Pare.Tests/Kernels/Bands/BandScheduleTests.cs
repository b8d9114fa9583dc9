using System.Collections.Immutable;
using Pare.Kernels.Bands;

namespace Pare.Tests.Kernels.Bands;

public sealed class BandScheduleTests
{
    /// <summary>A thread may begin at any band, and go on from it: buffers have room for what it needs then, and kernels compute the rows that they were told of, each once.</summary>
    [Fact]
    public void Next_FromAnyBandOn_StaysWithinTheCapacities()
    {
        var rng = new Rng(11);
        for (int i = 0; i < 300; i++)
        {
            ImmutableArray<BandGeometry> sizes = Random(rng, stages: 2 + rng.NextInt32(4));
            int threads = 2 + rng.NextInt32(3);
            var schedule = new BandSchedule(sizes, 1 + rng.NextInt32(6), threads);
            schedule.FirstBand(0).ShouldBe(0);
            schedule.FirstBand(threads).ShouldBe(schedule.Bands);
            for (int start = 0; start < schedule.BandsOfPicture; start++)
            {
                var held = new (int First, int End)[sizes.Length];
                for (int band = start; band < schedule.BandsOfPicture; band++) Make(sizes, schedule, held, sizes.Length - 1, schedule.Rows(band));
            }
        }
    }

    [Fact]
    public void Repeated_OneRange_IsNothing()
    {
        var rng = new Rng(12);
        for (int i = 0; i < 100; i++)
        {
            ImmutableArray<BandGeometry> sizes = Random(rng, stages: 3);
            BandSchedule one = new(sizes, 2, 1), three = new(sizes, 2, 3);
            for (int stage = 0; stage < 3; stage++)
            {
                one.Repeated(stage).ShouldBe(0);
                three.Repeated(stage).ShouldBeGreaterThanOrEqualTo(one.Repeated(stage));
            }
        }
    }

    private static void Make(ImmutableArray<BandGeometry> sizes, BandSchedule schedule, (int First, int End)[] held, int stage, RowRange rows)
    {
        schedule.Counts(stage).ShouldContain(rows.End - rows.First);
        if (stage-- == 0) return;
        RowRange needed = sizes[stage + 1].Read(rows);
        (int first, int end) = held[stage];
        (RowRange compute, RowRange move) = BandSchedule.Next(sizes[stage], needed, first, end, schedule.Capacities[stage]);
        if (compute.First < compute.End)
        {
            move.First.ShouldBeGreaterThanOrEqualTo(first);
            (compute.First % sizes[stage].Together).ShouldBe(0);
            (compute.First == end || move.First == compute.First).ShouldBeTrue("rows must not be left out, unless those held are not needed");
            held[stage] = (move.First, compute.End);
            Make(sizes, schedule, held, stage, compute);
        }
        (first, end) = held[stage];
        (end - first).ShouldBeLessThanOrEqualTo(schedule.Capacities[stage]);
        if (needed.First < needed.End) (needed.First >= first && needed.End <= end).ShouldBeTrue("what is read must be there");
    }

    private static ImmutableArray<BandGeometry> Random(Rng rng, int stages)
    {
        var sizes = ImmutableArray.CreateBuilder<BandGeometry>();
        int rows = 1 + rng.NextInt32(40), pictures = 1 + rng.NextInt32(3);
        for (int stage = 0; stage < stages; stage++)
        {
            int stride = 1 + rng.NextInt32(3), pad = rng.NextInt32(3), reach = Math.Min(1 + rng.NextInt32(6), rows + 2 * pad), outputs = (rows + 2 * pad - reach) / stride + 1;
            int together = stride == 1 && rng.NextInt32(2) == 1 ? 4 : 1;
            sizes.Add(new BandGeometry(pictures, rows, 64, outputs, 64, 1) { Reach = reach, Stride = stride, PadTop = pad, Together = together });
            rows = outputs;
        }
        return sizes.ToImmutable();
    }
}
