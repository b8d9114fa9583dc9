using Pare.Compression.Data;

namespace Pare.Compression.Tests.Data;

public sealed class BatchLoaderTests
{
    private static readonly DataSet Pictures =
        DataSet.FromBytes("t", [2, 6, 6], 7, Bytes.Random(103 * 72), [.. Enumerable.Range(0, 103).Select(i => i % 7)]);

    private static readonly BatchOptions Training = new()
    {
        BatchSize = 10,
        Shuffle = true,
        DropLast = true,
        Seed = 42,
        EndEpoch = 3,
        Augmentation = new Augmentation { CropPadding = 2, ShiftPixels = 1, HorizontalFlip = true },
    };

    private sealed record Copy(int Epoch, int Index, float[] Inputs, int[] Labels, int[] Samples);

    private static List<Copy> All(DataSet data, BatchOptions options, Action? between = null)
    {
        using var loader = new BatchLoader(data, new Preprocessing(), options);
        var copies = new List<Copy>();
        while (loader.TryNext(out Batch? batch))
        {
            copies.Add(new Copy(batch.Epoch, batch.Index, batch.Inputs.ToArray(), batch.Labels.ToArray(), batch.Samples.ToArray()));
            between?.Invoke();
        }

        loader.TryNext(out _).ShouldBeFalse();
        return copies;
    }

    private static void ShouldEqual(IReadOnlyList<Copy> found, IReadOnlyList<Copy> expected)
    {
        found.Count.ShouldBe(expected.Count);
        for (int i = 0; i < found.Count; i++)
        {
            (found[i].Epoch, found[i].Index).ShouldBe((expected[i].Epoch, expected[i].Index));
            found[i].Inputs.ShouldBe(expected[i].Inputs);
            found[i].Labels.ShouldBe(expected[i].Labels);
            found[i].Samples.ShouldBe(expected[i].Samples);
        }
    }

    [Fact]
    public void TryNext_Sequential_GivesEachSampleOnceInOrder()
    {
        List<Copy> batches = All(Pictures, new BatchOptions { BatchSize = 10 });
        batches.Count.ShouldBe(11);
        batches[^1].Samples.Length.ShouldBe(3);
        batches.SelectMany(b => b.Samples).ShouldBe(Enumerable.Range(0, 103));
        batches.SelectMany(b => b.Labels).ShouldBe(Enumerable.Range(0, 103).Select(Pictures.Label));
        var expected = new float[72];
        new Preprocessing().Apply(Pictures, 57, expected);
        batches[5].Inputs.AsSpan(7 * 72, 72).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void TryNext_Shuffled_GivesEachSampleOnceAndEpochsDiffer()
    {
        List<Copy> batches = All(Pictures, Training with { DropLast = false });
        int[][] orders = [.. batches.GroupBy(b => b.Epoch).Select(g => g.SelectMany(b => b.Samples).ToArray())];
        orders.Length.ShouldBe(3);
        foreach (int[] order in orders)
            order.Order().ShouldBe(Enumerable.Range(0, 103));
        orders[0].ShouldNotBe(orders[1]);
        foreach (Copy b in batches)
            b.Labels.ShouldBe(b.Samples.Select(Pictures.Label));
    }

    [Fact]
    public void TryNext_DropLast_LeavesTheShortBatchOut()
    {
        List<Copy> batches = All(Pictures, Training);
        batches.Count.ShouldBe(30);
        batches.ShouldAllBe(b => b.Samples.Length == 10);
    }

    [Fact]
    public void TryNext_SameSeed_SameBatchesAtAnyPace()
    {
        List<Copy> fast = All(Pictures, Training);
        using var pause = new ManualResetEventSlim();
        ShouldEqual(All(Pictures, Training, () => pause.Wait(2)), fast); // the producer runs into its bound each time
        All(Pictures, Training with { Seed = 43 })[0].Samples.ShouldNotBe(fast[0].Samples);
    }

    [Fact]
    public void TryNext_StartedInTheMiddle_GoesOnExactly()
    {
        List<Copy> whole = All(Pictures, Training);
        foreach ((int epoch, int batch) in new[] { (0, 0), (0, 7), (1, 0), (2, 9), (1, 10) })
            ShouldEqual(All(Pictures, Training with { StartEpoch = epoch, StartBatch = batch }), whole[(epoch * 10 + batch)..]);
    }

    [Fact]
    public void TryNext_Augmented_DrawDependsOnEpochAndSampleOnly()
    {
        // The same sample looks the same whether the epoch is shuffled or not, and different in the next epoch.
        Dictionary<(int, int), float[]> Samples(BatchOptions options) => All(Pictures, options)
            .SelectMany(b => b.Samples.Select((s, i) => ((b.Epoch, s), b.Inputs.AsSpan(i * 72, 72).ToArray()))).ToDictionary(p => p.Item1, p => p.Item2);
        Dictionary<(int, int), float[]> shuffled = Samples(Training with { DropLast = false });
        Dictionary<(int, int), float[]> sequential = Samples(Training with { DropLast = false, Shuffle = false, BatchSize = 17 });
        foreach ((var key, float[] inputs) in shuffled)
            inputs.ShouldBe(sequential[key]);
        Enumerable.Range(0, 103).Count(s => shuffled[(0, s)].AsSpan().SequenceEqual(shuffled[(1, s)])).ShouldBeLessThan(10);
    }

    [Fact]
    public void TryNext_WithoutLabels_GivesMinusOne()
    {
        DataSet data = DataSet.FromFloats("t", [2], 0, new float[] { 1, 2, 3, 4 }, null);
        Copy batch = All(data, new BatchOptions { BatchSize = 100 }).ShouldHaveSingleItem();
        batch.Labels.ShouldBe([-1, -1]);
        batch.Inputs.Length.ShouldBe(4);
    }

    [Fact]
    public void TryNext_SteadyState_AllocatesNothingAtTheConsumer()
    {
        using var loader = new BatchLoader(Pictures, new Preprocessing(), Training with { EndEpoch = int.MaxValue });
        for (int i = 0; i < 200; i++)
            loader.TryNext(out _).ShouldBeTrue();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            loader.TryNext(out _);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000); // not one object a batch; Monitor may make a few once
    }

    [Fact]
    public void TryNext_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        using var loader = new BatchLoader(Pictures, new Preprocessing(), Training with { EndEpoch = int.MaxValue }, cancel.Token);
        loader.TryNext(out _).ShouldBeTrue();
        cancel.Cancel();
        Should.Throw<OperationCanceledException>(() => loader.TryNext(out _));
    }

    [Fact]
    public void TryNext_ThreadFails_SurfacesAtTheConsumer()
    {
        DataSet broken = DataSet.FromBytes("t", [1, 1, 4], 2, new BrokenMemory(40).Memory, new int[10]);
        using var loader = new BatchLoader(broken, new Preprocessing(), new BatchOptions { BatchSize = 5 });
        Should.Throw<InvalidTimeZoneException>(() => loader.TryNext(out _)).Message.ShouldBe("broken");
    }

    [Fact]
    public void Dispose_UnstartedRunningTwice_Ends()
    {
        new BatchLoader(Pictures, new Preprocessing(), Training).Dispose();
        var loader = new BatchLoader(Pictures, new Preprocessing(), Training with { EndEpoch = int.MaxValue });
        loader.TryNext(out _).ShouldBeTrue();
        loader.Dispose();
        loader.Dispose();
        Should.Throw<ObjectDisposedException>(() => loader.TryNext(out _));
    }

    [Fact]
    public void Constructor_WrongOptions_Throws()
    {
        void Make(BatchOptions options) => new BatchLoader(Pictures, new Preprocessing(), options).Dispose();
        Should.Throw<RecipeException>(() => Make(new BatchOptions { BatchSize = 0 })).Message.ShouldContain("at least 1");
        Should.Throw<RecipeException>(() => Make(Training with { StartBatch = 11 })).Message.ShouldContain("batches 0 to 9");
        Should.Throw<DataException>(() => Make(Training with { BatchSize = 104 })).Message.ShouldContain("fewer than one batch");
        Should.Throw<RecipeException>(() => new BatchLoader(Pictures, new Preprocessing { Mean = [1, 2, 3] }, Training)).Message.ShouldContain("--mean");
    }

    private sealed class BrokenMemory(int length) : System.Buffers.MemoryManager<byte>
    {
        private int _reads;

        public override Memory<byte> Memory => CreateMemory(length);

        public override Span<byte> GetSpan() => ++_reads > 1 ? throw new InvalidTimeZoneException("broken") : new byte[length];

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
