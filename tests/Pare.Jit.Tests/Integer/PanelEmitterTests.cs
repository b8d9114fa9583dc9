using System.Runtime.Versioning;
using Pare.Jit.Integer;
using Pare.Jit.Memory;
using Pare.Kernels.Integer.Products;
using Pare.Operators;

namespace Pare.Jit.Tests.Integer;

[SupportedOSPlatform("linux")]
public sealed unsafe class PanelEmitterTests
{
    private const int Lanes = 16, Unit = 4;

    private static PanelSpec Random(Rng rng)
    {
        int vectors = 1 + rng.NextInt32(4), runs = rng.NextInt32(4);
        PanelWeights weights = rng.NextInt32(4) switch
        {
            0 => new PanelWeights(4, []),
            1 => new PanelWeights(2, []),
            2 => new PanelWeights(4, [.. Enumerable.Range(0, 16).Select(i => i * 15 - 120)]),
            _ => new PanelWeights(8, []),
        };
        bool isSigned = rng.NextInt32(2) == 0;
        int zero = rng.NextInt32(256) - (isSigned ? 128 : 0), low = isSigned ? -128 : 0, step = 1 + rng.NextInt32(200);
        return new PanelSpec
        {
            Vectors = vectors,
            Channels = (vectors - 1) * Lanes + 1 + rng.NextInt32(Lanes),
            Rows = 1 + rng.NextInt32(PanelSpec.MostRows(vectors, weights)),
            Units = (1 + rng.NextInt32(20)) * weights.UnitsOfWord,
            Weights = weights,
            Steps = [.. Enumerable.Range(0, runs).Select(i => rng.NextInt32(2) == 0 ? step : 3 * i + 1)],
            Result = new IntegerResult(isSigned ? DType.I8 : DType.U8, zero, low + rng.NextInt32(2) * 9, low + 255 - rng.NextInt32(2) * 17),
            Pitch = vectors * Lanes + rng.NextInt32(30),
        };
    }

    /// <summary>Any code that can be emitted reads and writes its buffers only, each of which ends at a page that cannot be touched, and gives the integers of the definition.</summary>
    [EmissionFact]
    public void Emit_AnySpec_StaysWithinItsBuffersAndIsExact()
    {
        Rng rng = new(11);
        for (int round = 0; round < 300; round++) Check(Random(rng), 1 + rng.NextInt32(3), rng);
    }

    [EmissionFact]
    public void Emit_Twice_GivesTheSameBytes()
    {
        for (ulong seed = 0; seed < 30; seed++)
            MachineFunctions.Encode(PanelEmitter.Emit(Random(new Rng(seed)))).ShouldBe(MachineFunctions.Encode(PanelEmitter.Emit(Random(new Rng(seed)))));
    }

    private static void Check(PanelSpec spec, int tiles, Rng rng)
    {
        int width = spec.Vectors * Lanes, runs = spec.Steps.Count + 1, count = tiles * spec.Rows, pixel = 1 + rng.NextInt32(70);
        int reach = spec.Steps.Sum() + spec.Units * Unit, depth = runs * spec.Units;
        using GuardedMemory source = new((count - 1) * pixel + reach), offsets = new(count * sizeof(int)), destination = new((count - 1) * spec.Pitch + spec.Channels);
        using GuardedMemory weights = new(depth / spec.Weights.UnitsOfWord * width * Unit), start = new(width * sizeof(int)), factors = new(width * sizeof(float));
        foreach (ref byte x in source.Span) x = (byte)rng.NextInt32(256);
        for (int i = 0; i < count; i++) ((int*)offsets.Start)[i] = i * pixel;
        sbyte[] plain = new sbyte[depth * width * Unit];
        foreach (ref sbyte w in plain.AsSpan())
            w = (sbyte)(spec.Weights.HasTable ? spec.Weights.Table[rng.NextInt32(16)] : rng.NextInt32(1 << spec.Weights.Bits) - (1 << (spec.Weights.Bits - 1)));
        int word = width * Unit * spec.Weights.UnitsOfWord, unit = width * Unit;
        for (int i = 0; i < plain.Length / word; i++)
            spec.Weights.Compress(System.Runtime.InteropServices.MemoryMarshal.AsBytes(plain.AsSpan(i * word, word)), weights.Span.Slice(i * unit, unit));
        int shift = spec.Weights.SumShift;
        for (int o = 0; o < width; o++)
        {
            ((int*)start.Start)[o] = (rng.NextInt32(2001) - 1000) << shift;
            ((float*)factors.Start)[o] = MathF.ScaleB(rng.NextSingle() / (20 * spec.Units), -shift);
        }
        destination.Span.Fill(0x5A);

        IntegerPanelRun run = new()
        {
            Source = source.Start,
            Offsets = (int*)offsets.Start,
            Destination = destination.Start,
            Weights = (int*)weights.Start,
            Start = (int*)start.Start,
            Factors = (float*)factors.Start,
            Count = tiles,
        };
        var function = MachineFunctions.Of(PanelEmitter.Emit(spec));
        function.Call(0, &run);

        for (int p = 0; p < count; p++)
        {
            for (int o = 0; o < spec.Pitch && p * spec.Pitch + o < destination.Length; o++)
            {
                byte got = destination.Start[p * spec.Pitch + o], expected = 0x5A;
                if (o < spec.Channels)
                {
                    int sum = ((int*)start.Start)[o] >> shift;
                    for (int r = 0, at = p * pixel; r < runs; at += r < runs - 1 ? spec.Steps[r] : 0, r++)
                        for (int k = 0; k < spec.Units * Unit; k++)
                            sum += source.Start[at + k] * plain[((r * spec.Units + k / Unit) * width + o) * Unit + k % Unit];
                    expected = (byte)spec.Result.Round(sum * MathF.ScaleB(((float*)factors.Start)[o], shift));
                }
                if (got != expected) throw new ShouldAssertException($"{spec}: result {o} of pixel {p} is {got}, expected {expected}");
            }
        }
    }
}
