using System.Numerics;
using System.Runtime.Versioning;
using Pare.Jit.Bits;
using Pare.Jit.Emission;
using Pare.Jit.Memory;

namespace Pare.Jit.Tests.Bits;

[SupportedOSPlatform("linux")]
public sealed unsafe class BitEmitterTests
{
    private static BitSpec Random(Rng rng)
    {
        bool isBits = rng.NextInt32(2) == 0;
        int channels = 1 + rng.NextInt32(BitSpec.Outputs), runs = rng.NextInt32(4), step = 4 * (1 + rng.NextInt32(30));
        return new BitSpec
        {
            Rows = 1 + rng.NextInt32(TileEmitter.MostRows),
            Words = 1 + rng.NextInt32(20),
            Steps = [.. Enumerable.Range(0, runs).Select(i => rng.NextInt32(2) == 0 ? step : 4 * i)],
            IsBits = isBits,
            Channels = channels,
            Pitch = isBits ? 4 * (1 + rng.NextInt32(3)) : 4 * (channels + rng.NextInt32(9)),
        };
    }

    /// <summary>The code reads and writes its buffers only, each of which ends at a page that cannot be touched, and its counts are exact.</summary>
    [EmissionFact]
    public void Emit_AnySpec_StaysWithinItsBuffersAndIsExact()
    {
        Rng rng = new(14);
        for (int round = 0; round < 200; round++) Check(Random(rng), 1 + rng.NextInt32(3), rng);
    }

    [EmissionFact]
    public void Emit_Twice_GivesTheSameBytes()
    {
        for (ulong seed = 0; seed < 20; seed++)
            MachineFunctions.Encode(BitEmitter.Emit(Random(new Rng(seed)))).ShouldBe(MachineFunctions.Encode(BitEmitter.Emit(Random(new Rng(seed)))));
    }

    private static void Check(BitSpec spec, int tiles, Rng rng)
    {
        const int Classes = 3, Outputs = BitSpec.Outputs, ClassBytes = Outputs * sizeof(int);
        int runs = spec.Steps.Count + 1, count = tiles * spec.Rows, pixel = 4 * (1 + rng.NextInt32(20)), resultBytes = spec.IsBits ? sizeof(uint) : spec.Channels * sizeof(float);
        using GuardedMemory source = new((count - 1) * pixel + spec.Steps.Sum() + spec.Words * sizeof(uint)), weights = new(runs * spec.Words * Outputs * sizeof(uint));
        using GuardedMemory offsets = new(count * sizeof(int)), classes = new(count * sizeof(int)), starts = new(Classes * ClassBytes), seen = new((Classes - 1) * ClassBytes + sizeof(int));
        using GuardedMemory factors = new(ClassBytes), biases = new(ClassBytes), destination = new((count - 1) * spec.Pitch + resultBytes);
        foreach (GuardedMemory memory in (GuardedMemory[])[source, weights])
            foreach (ref byte value in memory.Span) value = (byte)rng.NextInt32(256);
        for (int p = 0; p < count; p++) (((int*)offsets.Start)[p], ((int*)classes.Start)[p]) = (p * pixel, rng.NextInt32(Classes) * ClassBytes);
        int terms = runs * spec.Words * 32;
        for (int i = 0; i < Classes * Outputs; i++) ((int*)starts.Start)[i] = -rng.NextInt32(terms);
        for (int i = 0; i < Classes; i++) *(int*)(seen.Start + i * ClassBytes) = terms - rng.NextInt32(terms);
        for (int i = 0; i < Outputs; i++) (((float*)factors.Start)[i], ((float*)biases.Start)[i]) = (rng.NextSingle() - 0.5f, rng.NextSingle() - 0.5f);
        destination.Span.Fill(0x5A);

        BitRun run = new()
        {
            Source = source.Start,
            Offsets = (int*)offsets.Start,
            Classes = (int*)classes.Start,
            Destination = destination.Start,
            Weights = (uint*)weights.Start,
            Starts = starts.Start,
            Seen = seen.Start,
            Factors = (float*)factors.Start,
            Biases = (float*)biases.Start,
            Count = tiles,
        };
        var function = MachineFunctions.Of(BitEmitter.Emit(spec));
        function.Call(0, &run);

        for (int p = 0; p < count; p++)
        {
            uint bits = 0;
            int ofClass = ((int*)classes.Start)[p];
            byte* result = destination.Start + p * spec.Pitch;
            for (int o = 0; o < Outputs; o++)
            {
                int differ = ((int*)(starts.Start + ofClass))[o];
                for (int r = 0, at = p * pixel; r < runs; at += r < runs - 1 ? spec.Steps[r] : 0, r++)
                    for (int k = 0; k < spec.Words; k++)
                        differ += BitOperations.PopCount(((uint*)(source.Start + at))[k] ^ ((uint*)weights.Start)[(r * spec.Words + k) * Outputs + o]);
                bits |= (differ <= 0 ? 1u : 0) << o;
                if (spec.IsBits || o >= spec.Channels) continue;
                float product = (*(int*)(seen.Start + ofClass) - 2 * differ) * ((float*)factors.Start)[o];
                if (((float*)result)[o] != product + ((float*)biases.Start)[o]) throw new ShouldAssertException($"{spec}: output {o} of pixel {p}");
            }
            if (spec.IsBits) (*(uint*)result).ShouldBe(bits, spec.ToString());
            for (int i = resultBytes; i < spec.Pitch && p < count - 1; i++) result[i].ShouldBe((byte)0x5A);
        }
    }
}
