using System.Runtime.Versioning;
using Pare.Jit.Memory;
using Pare.Jit.Sparsity;

namespace Pare.Jit.Tests.Sparsity;

[SupportedOSPlatform("linux")]
public sealed unsafe class SparseEmitterTests
{
    private const int Lanes = 16;

    /// <summary>The code reads and writes its buffers only, each of which ends at a page that cannot be touched, and its sums are exact.</summary>
    [EmissionFact]
    public void Emit_AnyTile_StaysWithinItsBuffersAndIsExact()
    {
        Rng rng = new(13);
        for (int vectors = 1; vectors <= 8; vectors++)
        {
            var function = MachineFunctions.Of(SparseEmitter.Emit(vectors));
            for (int round = 0; round < 20; round++) Check(function, vectors, rng);
        }
    }

    [EmissionFact]
    public void Emit_Twice_GivesTheSameBytes()
    {
        for (int vectors = 1; vectors <= 8; vectors++)
            MachineFunctions.Encode(SparseEmitter.Emit(vectors)).ShouldBe(MachineFunctions.Encode(SparseEmitter.Emit(vectors)));
    }

    private static void Check(MachineFunctions function, int vectors, Rng rng)
    {
        int units = 1 + rng.NextInt32(60), outputs = 1 + rng.NextInt32(9), each = vectors * Lanes;
        int[] counts = [.. Enumerable.Range(0, outputs).Select(_ => rng.NextInt32(units + 1))];
        using GuardedMemory area = new(units * each * sizeof(int)), rows = new(outputs * sizeof(SparseRow)), sums = new(outputs * each * sizeof(int));
        using GuardedMemory values = new(counts.Sum() * sizeof(uint)), offsets = new(counts.Sum() * sizeof(ushort));
        foreach (ref byte x in area.Span) x = (byte)rng.NextInt32(256);
        foreach (ref byte w in values.Span) w = (byte)rng.NextInt32(256);
        foreach (ref byte s in sums.Span) s = (byte)rng.NextInt32(256);
        int[] order = [.. Enumerable.Range(0, outputs).OrderBy(_ => rng.NextSingle())];
        for (int row = 0; row < outputs; row++) ((SparseRow*)rows.Start)[row] = new SparseRow(counts[row], order[row] * each * sizeof(int));
        for (int i = 0; i < counts.Sum(); i++) ((ushort*)offsets.Start)[i] = (ushort)(rng.NextInt32(units) * each * sizeof(int));
        int[] expected = new ReadOnlySpan<int>(sums.Start, outputs * each).ToArray();
        for (int row = 0, at = 0; row < outputs; row++)
        {
            for (int i = 0; i < counts[row]; i++, at++)
                for (int pixel = 0; pixel < each; pixel++)
                    for (int b = 0; b < sizeof(uint); b++)
                        expected[order[row] * each + pixel] += area.Start[((ushort*)offsets.Start)[at] + pixel * sizeof(uint) + b] * ((sbyte*)values.Start)[at * sizeof(uint) + b];
        }

        SparseRun run = new()
        {
            Area = area.Start,
            Rows = (SparseRow*)rows.Start,
            Values = (uint*)values.Start,
            Offsets = (ushort*)offsets.Start,
            Sums = (int*)sums.Start,
            Outputs = outputs,
        };
        function.Call(0, &run);

        new ReadOnlySpan<int>(sums.Start, outputs * each).ToArray().ShouldBe(expected);
    }
}
