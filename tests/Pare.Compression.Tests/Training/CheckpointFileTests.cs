using System.Buffers.Binary;
using System.Security.Cryptography;
using Pare.Compression.Training;

namespace Pare.Compression.Tests.Training;

public sealed class CheckpointFileTests : IDisposable
{
    private static readonly byte[] Fingerprint = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private readonly string _folder = Directory.CreateTempSubdirectory("pare-checkpoint").FullName;

    private string Path => System.IO.Path.Combine(_folder, "run.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_WhatWriteWrote_IsTheSameState()
    {
        TrainingState state = Trained();
        CheckpointFile.Write(Path, Fingerprint, state);
        TrainingState read = Fresh();
        CheckpointFile.Read(Path, Fingerprint, read);
        (read.Epoch, read.Position, read.Step, read.LossSum, read.Correct, read.BestEpoch).ShouldBe((2, 7, 21L, 1.5, 99L, 1));
        read.ScheduleState.ShouldBe([0.5, double.PositiveInfinity]);
        read.History.ShouldBe(state.History);
        foreach (((string name, Memory<float> a), (string other, Memory<float> b)) in state.Arrays().Zip(read.Arrays()))
        {
            other.ShouldBe(name);
            b.ToArray().ShouldBe(a.ToArray(), name);
        }
        File.Exists(Path + ".partial").ShouldBeFalse();
    }

    [Fact]
    public void Read_OtherFingerprint_IsARecipeException()
    {
        CheckpointFile.Write(Path, Fingerprint, Trained());
        Should.Throw<RecipeException>(() => CheckpointFile.Read(Path, new byte[32], Fresh())).Message.ShouldContain("other settings");
    }

    [Fact]
    public void Read_AnyBitFlippedOrAnyLength_IsAModelExceptionAndChangesNothing()
    {
        CheckpointFile.Write(Path, Fingerprint, Trained());
        byte[] good = File.ReadAllBytes(Path);
        var rng = new Rng(5);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = i % 2 == 0 ? [.. good] : good[..rng.NextInt32(good.Length)];
            if (i % 2 == 0) bad[rng.NextInt32(bad.Length)] ^= (byte)(1 << rng.NextInt32(8));
            ShouldRefuse(bad);
        }
    }

    [Fact]
    public void Read_RightChecksumOverChangedNumbers_NeverCrashesOrAllocatesMoreThanTheFile()
    {
        CheckpointFile.Write(Path, Fingerprint, Trained());
        byte[] good = File.ReadAllBytes(Path);
        int values = Fresh().Arrays().Sum(a => a.Values.Length) * sizeof(float);
        var rng = new Rng(6);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = [.. good];
            int at = 40 + rng.NextInt32(bad.Length - 40 - 32 - 4);
            BinaryPrimitives.WriteInt32LittleEndian(bad.AsSpan(at), i % 3 == 0 ? int.MaxValue : i % 3 == 1 ? -1 : rng.NextInt32(1000));
            SHA256.HashData(bad.AsSpan(0, bad.Length - 32)).CopyTo(bad.AsSpan(bad.Length - 32));
            File.WriteAllBytes(Path, bad);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                CheckpointFile.Read(Path, Fingerprint, Fresh());
            }
            catch (ModelException e)
            {
                e.Message.ShouldContain("damaged");
            }
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(400_000 + 8 * values);
        }
    }

    [Fact]
    public void Write_CannotBeDone_LeavesTheOldFileWhole()
    {
        CheckpointFile.Write(Path, Fingerprint, Trained());
        byte[] old = File.ReadAllBytes(Path);
        Directory.CreateDirectory(Path + ".partial");
        Should.Throw<UnauthorizedAccessException>(() => CheckpointFile.Write(Path, Fingerprint, Fresh()));
        File.ReadAllBytes(Path).ShouldBe(old);
    }

    private void ShouldRefuse(byte[] bytes)
    {
        File.WriteAllBytes(Path, bytes);
        TrainingState state = Fresh();
        Should.Throw<ModelException>(() => CheckpointFile.Read(Path, Fingerprint, state));
        state.Epoch.ShouldBe(0);
        state.Arrays().First().Values.Span[0].ShouldBe(0);
    }

    private static TrainingState Fresh()
    {
        TrainableLeaf Leaf(string name, int count) => new(name, LeafScope.Of(name, Shape.Of(count), 0), new float[count], trains: true, decays: true);
        return new TrainingState(
            [Leaf("fc.weight", 40), Leaf("fc.bias", 3)], 2, [new RunningStatistic("bn.running_mean", "bn/updated")], [new Tensor(DType.F32, Shape.Of(5))])
        { ScheduleState = [1, 2] };
    }

    private static TrainingState Trained()
    {
        TrainingState state = Fresh();
        (state.Epoch, state.Position, state.Step, state.LossSum, state.Correct, state.BestEpoch) = (2, 7, 21, 1.5, 99, 1);
        state.ScheduleState = [0.5, double.PositiveInfinity];
        state.History.Add(new EpochResult(1, 0.1, 0.7, 0.8, double.NaN, double.NaN));
        state.History.Add(new EpochResult(2, 0.05, 0.6, 0.85, 0.5, 0.9));
        var rng = new Rng(4);
        foreach ((_, Memory<float> values) in state.Arrays())
            for (int i = 0; i < values.Length; i++) values.Span[i] = 1 + rng.NextSingle();
        return state;
    }
}
