using System.Runtime.InteropServices;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last.Depthwise;
using Pare.Threading;

namespace Pare.Tests.Kernels.Convolutions;

public sealed unsafe class DepthwiseLastTests
{
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 5, 7, 3, 1, 1 }, { 16, 9, 3, 1, 1 }, { 37, 19, 3, 1, 1 }, { 67, 8, 3, 2, 1 }, { 20, 11, 3, 2, 1 }, { 33, 9, 5, 1, 2 }, { 18, 10, 5, 2, 2 }, { 19, 6, 3, 1, 4 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_EveryLevel_GivesTheSameBits(int channels, int size, int kernel, int stride, int pad)
    {
        ConvShape shape = Shape(channels, size, kernel, stride, pad);
        (float[] Y, float[] Dx, float[] Dw) expected = Compute(shape, CpuFeatures.Scalar);
        foreach (CpuFeatures cpu in CpuFeatures.Levels())
        {
            (float[] y, float[] dx, float[] dw) = Compute(shape, cpu);
            y.ShouldBe(expected.Y, $"y, {cpu}");
            dx.ShouldBe(expected.Dx, $"dx, {cpu}");
            dw.ShouldBe(expected.Dw, $"dw, {cpu}");
        }
    }

    [Fact]
    public void Run_InfinitiesAndNaN_ReachOnlyTheirWindows()
    {
        ConvShape shape = Shape(3, 5, 3, 1, 1);
        DepthwiseConv conv = DepthwiseConv.Forward(shape, CpuFeatures.Detect());
        float[] x = new float[shape.InputFloats], w = new float[shape.WeightFloats], y = new float[shape.OutputFloats], packed = new float[conv.PackedFloats];
        Array.Fill(x, 1);
        Array.Fill(w, 1);
        x[(2 * 5 + 4) * 3 + 1] = float.NaN;             // at the right border of row 2, channel 1
        w[2 * 9 + 0] = float.PositiveInfinity;          // the tap above and left, channel 2: in the padding along two borders
        Forward(conv, x, w, packed, y, low: 0);
        for (int row = 0; row < 5; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                int at = (row * 5 + column) * 3, rows = row is 0 or 4 ? 2 : 3, columns = column is 0 or 4 ? 2 : 3;
                y[at].ShouldBe(rows * columns);
                float.IsNaN(y[at + 1]).ShouldBe(row is >= 1 and <= 3 && column >= 3);
                float.IsPositiveInfinity(y[at + 2]).ShouldBe(row > 0 && column > 0);
            }
        }
    }

    // A read outside of the image ends the process: the image ends where no memory follows, then begins where none precedes.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_ImagesBesideForbiddenPages_ReadsNothingOutside(int channels, int size, int kernel, int stride, int pad)
    {
        ConvShape shape = Shape(channels, size, kernel, stride, pad);
        foreach (CpuFeatures cpu in CpuFeatures.Levels())
        {
            foreach (bool atEnd in new[] { true, false })
            {
                using ForbiddenPages x = new(shape.InputFloats, atEnd), y = new(shape.OutputFloats, atEnd);
                (float[] Y, float[] Dx, float[] Dw) expected = Compute(shape, cpu), got = Compute(shape, cpu, x.Floats, y.Floats);
                got.Y.ShouldBe(expected.Y);
                got.Dx.ShouldBe(expected.Dx);
                got.Dw.ShouldBe(expected.Dw);
            }
        }
    }

    private static ConvShape Shape(int channels, int size, int kernel, int stride, int pad) => new()
    {
        Batch = 2,
        Channels = channels,
        Height = size,
        Width = size,
        OutChannels = channels,
        KernelHeight = kernel,
        KernelWidth = kernel,
        PadTop = pad,
        PadLeft = pad,
        PadBottom = pad,
        PadRight = pad,
        StrideY = stride,
        StrideX = stride,
        Groups = channels,
    };

    private static (float[] Y, float[] Dx, float[] Dw) Compute(in ConvShape shape, CpuFeatures cpu)
    {
        fixed (float* x = new float[shape.InputFloats], y = new float[shape.OutputFloats])
            return Compute(shape, cpu, x, y);
    }

    private static (float[] Y, float[] Dx, float[] Dw) Compute(in ConvShape shape, CpuFeatures cpu, float* x, float* y)
    {
        DepthwiseConv forward = DepthwiseConv.Forward(shape, cpu), back = DepthwiseConv.InputGradient(shape, cpu);
        DepthwiseTapGradient taps = new(shape, cpu);
        Span<float> xs = new(x, (int)shape.InputFloats), ys = new(y, (int)shape.OutputFloats);
        Rng rng = new(3);
        foreach (ref float value in xs) value = rng.NextSingle() - 0.5f;
        float[] w = [.. Enumerable.Range(0, (int)shape.WeightFloats).Select(_ => rng.NextSingle() - 0.5f)], dw = new float[shape.WeightFloats];
        float[] packed = new float[Math.Max(forward.PackedFloats, back.PackedFloats)];
        byte[] scratch = new byte[taps.ScratchBytes];
        WorkerPool pool = WorkerPool.Shared(1);
        fixed (float* weights = w, room = packed, gradient = dw)
        fixed (byte* memory = scratch)
        {
            forward.Pack(weights, null, room);
            forward.Run(new DepthwiseOperands { Source = x, Destination = y, Weights = room, Low = -0.25f, High = 0.5f }, pool, null);
            float[] result = ys.ToArray();
            taps.Run(x, y, gradient, pool, memory);
            back.Pack(weights, null, room);
            back.Run(new DepthwiseOperands { Source = y, Destination = x, Weights = room, Low = float.NegativeInfinity, High = float.PositiveInfinity }, pool, null);
            return (result, xs.ToArray(), dw);
        }
    }

    private static void Forward(DepthwiseConv conv, float[] x, float[] w, float[] packed, float[] y, float low)
    {
        fixed (float* source = x, weights = w, room = packed, destination = y)
        {
            conv.Pack(weights, null, room);
            DepthwiseOperands operands = new() { Source = source, Destination = destination, Weights = room, Low = low, High = float.PositiveInfinity };
            conv.Run(operands, WorkerPool.Shared(1), null);
        }
    }

    /// <summary>Numbers in memory that begins or ends at a page which may not be read; plain memory where the system is not Linux.</summary>
    private sealed class ForbiddenPages : IDisposable
    {
        private const int ReadWrite = 3, PrivateAnonymous = 0x22;
        private readonly byte[]? _plain;
        private readonly nint _start;
        private readonly nint _length;

        public ForbiddenPages(long floats, bool atEnd)
        {
            nint bytes = (nint)floats * sizeof(float), page = Environment.SystemPageSize, room = (bytes + page - 1) / page * page;
            if (!OperatingSystem.IsLinux())
            {
                _plain = GC.AllocateArray<byte>((int)bytes, pinned: true);
                Floats = (float*)Marshal.UnsafeAddrOfPinnedArrayElement(_plain, 0);
                return;
            }
            _length = room + 2 * page;
            _start = Map(0, _length, ReadWrite, PrivateAnonymous, -1, 0);
            _start.ShouldNotBe(-1);
            Protect(_start, page, 0).ShouldBe(0);
            Protect(_start + page + room, page, 0).ShouldBe(0);
            Floats = (float*)(_start + page + (atEnd ? room - bytes : 0));
        }

        public float* Floats { get; }

        public void Dispose()
        {
            if (_plain is null)
                Unmap(_start, _length).ShouldBe(0);
        }

        [DllImport("libc", EntryPoint = "mmap")]
        private static extern nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

        [DllImport("libc", EntryPoint = "mprotect")]
        private static extern int Protect(nint address, nint length, int protection);

        [DllImport("libc", EntryPoint = "munmap")]
        private static extern int Unmap(nint address, nint length);
    }
}
