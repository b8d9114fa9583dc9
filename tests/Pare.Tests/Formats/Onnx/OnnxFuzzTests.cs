using System.Diagnostics;
using Google.Protobuf;
using Pare.Operators;

namespace Pare.Tests.Formats.Onnx;

public class OnnxFuzzTests
{
    /// <summary>Objects for names, nodes and messages, per byte of the file: the parser makes some 300 bytes of an empty node of 2.</summary>
    private const long AllocatedPerByte = 600, AllocatedAnyway = 4 << 20;

    [Fact]
    public void Read_MutatedSmallFile_FailsCleanlyOrReads()
    {
        byte[] file = OnnxWriterTests.Rich(17).ToByteArray();
        (int read, int refused) = Mutate(file, Echo.Catalog, cases: 8_000, seed: 1);
        read.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(4_000);
    }

    [Fact]
    public void Read_TruncatedAnywhere_FailsCleanly()
    {
        byte[] file = OnnxWriterTests.Rich(17).ToByteArray();
        for (int length = 0; length < file.Length; length++) Try(file[..length], Echo.Catalog);
    }

    [Fact]
    public void Read_MutatedBodiesAndForeignNodes_FailsCleanlyOrReads()
    {
        foreach (byte[] file in (byte[][])[ControlFlowReadingTests.Nested().ToByteArray(), ForeignNodeTests.Capturing().ToByteArray()])
        {
            (int read, int refused) = Mutate(file, OperatorCatalog.Default, cases: 4_000, seed: 3);
            read.ShouldBeGreaterThan(0);
            refused.ShouldBeGreaterThan(1_000);
        }
    }

    [Fact]
    public void Read_MutatedQuantizedFiles_FailsCleanlyOrReads()
    {
        foreach (Model model in (Model[])[QuantizedModels.Network(4), QuantizedModels.Line(QuantizedModels.Integers(4, 0, 5, 16, 6))])
        {
            byte[] file = model.Write(operators: OperatorCatalog.Default);
            (int read, int refused) = Mutate(file, OperatorCatalog.Default, cases: 3_000, seed: 4);
            read.ShouldBeGreaterThan(0);
            refused.ShouldBeGreaterThan(500);
        }
    }

    [Fact]
    public void Read_TruncatedQuantizedFile_FailsCleanly()
    {
        byte[] file = QuantizedModels.Line(QuantizedModels.Integers(4, 0, 5, 16, 6)).Write(operators: OperatorCatalog.Default);
        for (int length = 0; length < file.Length; length++) Try(file[..length], OperatorCatalog.Default);
    }

    [SharedDataFact("models/mnist-8.onnx")]
    public void Read_MutatedRealFile_FailsCleanlyOrReads()
    {
        byte[] file = File.ReadAllBytes(SharedData.PathOf("models/mnist-8.onnx"));
        (_, int refused) = Mutate(file, OperatorCatalog.Default, cases: 3_000, seed: 2);
        refused.ShouldBeGreaterThan(100);
    }

    private static (int Read, int Refused) Mutate(byte[] file, Catalog<OperatorSpec> operators, int cases, ulong seed)
    {
        var rng = new Rng(seed);
        int read = 0;
        for (int i = 0; i < cases; i++)
            if (Try(Mutated(file, rng), operators)) read++;
        return (read, cases - read);
    }

    /// <summary>One to four changes: a bit flipped, a byte set, bytes cut out, bytes doubled, a length made huge.</summary>
    private static byte[] Mutated(byte[] file, Rng rng)
    {
        byte[] bytes = [.. file];
        for (int changes = 1 + rng.NextInt32(4); changes > 0 && bytes.Length > 0; changes--)
        {
            int at = rng.NextInt32(bytes.Length), count = Math.Min(1 + rng.NextInt32(8), bytes.Length - at);
            switch (rng.NextInt32(6))
            {
                case 0: bytes[at] ^= (byte)(1 << rng.NextInt32(8)); break;
                case 1: bytes[at] = (byte)rng.NextInt32(256); break;
                case 2: bytes = [.. bytes[..at], .. bytes[(at + count)..]]; break;
                case 3: bytes = [.. bytes[..at], .. bytes[at..(at + count)], .. bytes[at..]]; break;
                case 4: bytes = bytes[..(at + 1)]; break;
                default: bytes = [.. bytes[..at], 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. bytes[(at + count)..]]; break;
            }
        }
        return bytes;
    }

    /// <summary>True where the file was read. Anything but Pare's own exceptions fails the test, and so do time and memory out of proportion.</summary>
    private static bool Try(byte[] bytes, Catalog<OperatorSpec> operators)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        bool read = true;
        try
        {
            OnnxFiles.Read(bytes, operators);
        }
        catch (Exception e) when (e is ModelException or UnsupportedException)
        {
            read = false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.GetType().Name} for the file {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 3000)))}", e);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(AllocatedAnyway + AllocatedPerByte * bytes.Length);
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(5);
        return read;
    }
}
