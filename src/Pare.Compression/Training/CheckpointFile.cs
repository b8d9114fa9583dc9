using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pare.Compression.Training;

/// <summary>Writes and reads checkpoints. A file appears whole or not at all, and nothing is taken from one that is damaged.</summary>
/// <remarks>
/// Little-endian throughout. "PARETRN1" (8 bytes); fingerprint of settings, model and data (32 bytes); epoch i64, position i64,
/// step i64, loss sum f64, correct i64, best epoch i64; schedule state: count i32, f64 each; history: count i32, then 6 f64 each (epoch,
/// rate, loss, accuracy, validation loss, validation accuracy); arrays: count i32, then each the length of its name i32, name (UTF-8),
/// count of floats i32, f32 each; SHA-256 of all before (32 bytes). The generator needs no entry: order, augmentation and dropout draw
/// from (seed, epoch, sample) and (seed, step).
/// </remarks>
internal static class CheckpointFile
{
    private const int HashBytes = 32;
    private const int HistoryFields = 6;

    private static ReadOnlySpan<byte> Magic => "PARETRN1"u8;

    /// <summary>Writes a checkpoint beside the path and then renames it; where that fails, the old file is still there and nothing else.</summary>
    public static void Write(string path, ReadOnlySpan<byte> fingerprint, TrainingState state)
    {
        string partial = path + ".partial";
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                Write(new Writer(file), fingerprint, state);
                file.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Reads a checkpoint into the state; on any fault the state is as it was.</summary>
    /// <exception cref="ModelException">The file is damaged, or no checkpoint.</exception>
    /// <exception cref="RecipeException">It belongs to other settings, another model or other data.</exception>
    public static void Read(string path, ReadOnlySpan<byte> fingerprint, TrainingState state)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        CheckHash(path, file);
        file.Position = 0;
        var r = new Reader(path, file, file.Length - HashBytes);
        r.Bytes(Magic.Length);
        if (!r.Bytes(HashBytes).AsSpan().SequenceEqual(fingerprint))
            throw new RecipeException($"Checkpoint '{path}' belongs to other settings, another model or other data. Delete it, or name another file.");
        int epoch = r.Count64("epoch"), position = r.Count64("position");
        long step = r.Int64();
        double lossSum = r.Double();
        long correct = r.Int64();
        int best = r.Count64("best epoch");
        double[] schedule = r.Doubles(r.Count(sizeof(double), "schedule state"));
        var history = new EpochResult[r.Count(HistoryFields * sizeof(double), "history")];
        for (int i = 0; i < history.Length; i++)
        {
            double[] e = r.Doubles(HistoryFields);
            history[i] = new EpochResult((int)e[0], e[1], e[2], e[3], e[4], e[5]);
        }
        if (history.Length != epoch || best > epoch || schedule.Length != state.ScheduleState.Length)
            throw Damaged(path, $"it tells of {history.Length} epochs in epoch {epoch}, the best being {best}, with {schedule.Length} numbers of the schedule");
        List<float[]> read = ReadArrays(path, r, [.. state.Arrays()]);
        (state.Epoch, state.Position, state.Step, state.LossSum, state.Correct, state.BestEpoch) = (epoch, position, step, lossSum, correct, best);
        state.ScheduleState = schedule;
        state.History.Clear();
        state.History.AddRange(history);
        foreach (((_, Memory<float> values), float[] from) in state.Arrays().Zip(read)) from.CopyTo(values);
    }

    private static void Write(Writer w, ReadOnlySpan<byte> fingerprint, TrainingState state)
    {
        w.Bytes(Magic);
        w.Bytes(fingerprint);
        w.Int64(state.Epoch);
        w.Int64(state.Position);
        w.Int64(state.Step);
        w.Double(state.LossSum);
        w.Int64(state.Correct);
        w.Int64(state.BestEpoch);
        w.Int32(state.ScheduleState.Length);
        foreach (double value in state.ScheduleState) w.Double(value);
        w.Int32(state.History.Count);
        foreach (EpochResult e in state.History)
            foreach (double value in (ReadOnlySpan<double>)[e.Epoch, e.LearningRate, e.Loss, e.Accuracy, e.ValidationLoss, e.ValidationAccuracy])
                w.Double(value);
        (string Name, Memory<float> Values)[] arrays = [.. state.Arrays()];
        w.Int32(arrays.Length);
        foreach ((string name, Memory<float> values) in arrays)
        {
            byte[] text = System.Text.Encoding.UTF8.GetBytes(name);
            w.Int32(text.Length);
            w.Bytes(text);
            w.Int32(values.Length);
            w.Bytes(MemoryMarshal.AsBytes(values.Span));
        }
        w.Finish();
    }

    private static List<float[]> ReadArrays(string path, Reader r, (string Name, Memory<float> Values)[] expected)
    {
        int count = r.Count(2 * sizeof(int), "arrays");
        if (count != expected.Length) throw Damaged(path, $"it holds {count} arrays, {expected.Length} are expected");
        var read = new List<float[]>(count);
        foreach ((string name, Memory<float> values) in expected)
        {
            string found = System.Text.Encoding.UTF8.GetString(r.Bytes(r.Count(1, "name")));
            int length = r.Count(sizeof(float), "floats");
            if (found != name || length != values.Length) throw Damaged(path, $"it holds '{found}' of {length} floats where '{name}' of {values.Length} is expected");
            var array = new float[length];
            r.Fill(MemoryMarshal.AsBytes(array.AsSpan()));
            read.Add(array);
        }
        return r.Left == 0 ? read : throw Damaged(path, $"{r.Left} bytes follow the last array");
    }

    private static void CheckHash(string path, FileStream file)
    {
        Span<byte> start = stackalloc byte[Magic.Length];
        if (file.Length < Magic.Length + HashBytes || file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.SequenceEqual(Magic))
            throw new ModelException($"'{path}' is no checkpoint of Pare: it does not begin with 'PARETRN1'. Name another file.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(start);
        var buffer = new byte[1 << 16];
        for (long left = file.Length - HashBytes - start.Length; left > 0;)
        {
            int got = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (got == 0) throw Damaged(path, "it ends too early");
            hash.AppendData(buffer, 0, got);
            left -= got;
        }
        Span<byte> stored = stackalloc byte[HashBytes];
        file.ReadExactly(stored);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(stored)) throw Damaged(path, "its checksum does not fit its content");
    }

    private static ModelException Damaged(string path, string how) =>
        new($"Checkpoint '{path}' is damaged: {how}. Delete it to begin anew.");

    private sealed class Writer(Stream to)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            to.Write(bytes);
            _hash.AppendData(bytes);
        }

        public void Int32(int value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            Bytes(bytes);
        }

        public void Int64(long value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            Bytes(bytes);
        }

        public void Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

        public void Finish()
        {
            to.Write(_hash.GetHashAndReset());
            _hash.Dispose();
        }
    }

    /// <summary>Every count is held against the bytes that are left before anything is allocated for it.</summary>
    private sealed class Reader(string path, Stream from, long length)
    {
        public long Left { get; private set; } = length;

        public void Fill(Span<byte> bytes)
        {
            if (bytes.Length > Left) throw Damaged(path, "it ends too early");
            from.ReadExactly(bytes);
            Left -= bytes.Length;
        }

        public byte[] Bytes(int count)
        {
            if (count > Left) throw Damaged(path, "it ends too early");
            var bytes = new byte[count];
            Fill(bytes);
            return bytes;
        }

        public long Int64()
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            Fill(bytes);
            return BinaryPrimitives.ReadInt64LittleEndian(bytes);
        }

        public double Double() => BitConverter.Int64BitsToDouble(Int64());

        public double[] Doubles(int count)
        {
            var values = new double[count];
            for (int i = 0; i < count; i++) values[i] = Double();
            return values;
        }

        public int Count64(string what) => Int64() is >= 0 and <= int.MaxValue and long value ? (int)value : throw Damaged(path, $"its {what} is out of range");

        public int Count(int size, string what)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            Fill(bytes);
            int count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            return count >= 0 && (long)count * size <= Left ? count : throw Damaged(path, $"it says {count} for {what}, more than its length allows");
        }
    }
}
