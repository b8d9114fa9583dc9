using System.Runtime.Versioning;
using Pare.Jit.Integer;
using Pare.Jit.Memory;
using Pare.Kernels.Convolutions;
using Pare.Operators;

namespace Pare.Jit.Tests.Integer;

[SupportedOSPlatform("linux")]
public sealed unsafe class DepthwiseEmitterTests
{
    private static DepthwiseSpec Random(Rng rng)
    {
        int width = rng.NextInt32(2) == 0 ? 32 : 64, channels = width + rng.NextInt32(40);
        ConvShape shape = new()
        {
            Batch = 1,
            Height = 1,
            Width = 1,
            Channels = channels,
            OutChannels = channels,
            Groups = channels,
            KernelHeight = 1 + rng.NextInt32(6),
            KernelWidth = 1 + rng.NextInt32(5),
            StrideY = 1 + rng.NextInt32(3),
            StrideX = 1 + rng.NextInt32(3),
            DilationY = 1 + rng.NextInt32(2),
            DilationX = 1 + rng.NextInt32(3),
        };
        int outputs = 1 + rng.NextInt32(20), seen = (outputs - 1) * shape.StrideX + (shape.KernelWidth - 1) * shape.DilationX + 1, rows = 4;
        shape = shape with { Width = seen, Height = (rows - 1) * shape.StrideY + (shape.KernelHeight - 1) * shape.DilationY + 1 };
        return new DepthwiseSpec { Shape = shape, Width = width, RowBytes = seen * channels, Result = new IntegerResult(DType.U8, rng.NextInt32(256), 3, 250) };
    }

    [EmissionFact]
    public void Emit_AnySpec_StaysWithinItsBuffersAndIsExact()
    {
        Rng rng = new(12);
        for (int round = 0; round < 150; round++) Check(Random(rng), rng);
    }

    [EmissionFact]
    public void Emit_Twice_GivesTheSameBytes()
    {
        for (ulong seed = 0; seed < 10; seed++)
            MachineFunctions.Encode(DepthwiseEmitter.Emit(Random(new Rng(seed)))).ShouldBe(MachineFunctions.Encode(DepthwiseEmitter.Emit(Random(new Rng(seed)))));
    }

    private static void Check(DepthwiseSpec spec, Rng rng)
    {
        ConvShape s = spec.Shape;
        int lanes = spec.Width / sizeof(int), taps = s.KernelHeight * s.KernelWidth;
        using GuardedMemory source = new(s.Height * spec.RowBytes), destination = new(s.OutHeight * s.OutWidth * s.Channels);
        using GuardedMemory weights = new((spec.WeightVectors + 2 * DepthwiseSpec.RowsOfQuad) * spec.Width);
        foreach (ref byte x in source.Span) x = (byte)rng.NextInt32(256);
        foreach (ref byte y in destination.Span) y = 0x5A;
        sbyte[] plain = [.. Enumerable.Range(0, spec.Width * taps).Select(_ => (sbyte)(rng.NextInt32(255) - 127))];
        int* start = (int*)(weights.Start + spec.WeightVectors * spec.Width);
        float* factors = (float*)(start + 4 * lanes);
        for (int i = 0; i < spec.Width; i++)
        {
            int channel = Channel(i);
            for (int row = 0; row < spec.Quads * 4; row++)
            {
                for (int column = 0; column < s.KernelWidth; column++)
                {
                    sbyte weight = row < s.KernelHeight ? plain[channel * taps + row * s.KernelWidth + column] : (sbyte)0;
                    ((sbyte*)weights.Start)[((row / 4 * s.KernelWidth + column) * 4 + i / lanes) * spec.Width + i % lanes * 4 + row % 4] = weight;
                }
            }
            start[i] = rng.NextInt32(2001) - 1000;
            factors[i] = rng.NextSingle() / 40 / taps;
        }
        DepthwiseRun run = new() { Source = source.Start, Destination = destination.Start, Weights = weights.Start, Rows = s.OutHeight };
        var function = MachineFunctions.Of(DepthwiseEmitter.Emit(spec));
        function.Call(0, &run);
        for (int row = 0; row < s.OutHeight; row++)
        {
            for (int pixel = 0; pixel < s.OutWidth; pixel++)
            {
                for (int i = 0; i < spec.Width; i++)
                {
                    int channel = Channel(i), sum = start[i];
                    for (int tap = 0; tap < taps; tap++)
                    {
                        int y = row * s.StrideY + tap / s.KernelWidth * s.DilationY, x = pixel * s.StrideX + tap % s.KernelWidth * s.DilationX;
                        sum += source.Start[y * spec.RowBytes + x * s.Channels + channel] * plain[channel * taps + tap];
                    }
                    byte got = destination.Start[(row * s.OutWidth + pixel) * s.Channels + channel];
                    if (got != spec.Result.Round(sum * factors[i])) throw new ShouldAssertException($"{spec}: channel {channel} of pixel {row}, {pixel} is {got}");
                }
                for (int channel = spec.Width; channel < s.Channels && row < s.OutHeight - 1; channel++)
                    destination.Start[(row * s.OutWidth + pixel) * s.Channels + channel].ShouldBe((byte)0x5A);
            }
        }

        // Four channels of each 16 lie in each vector of sums.
        int Channel(int i) => i % lanes / 4 * 16 + i / lanes * 4 + i % 4;
    }
}
