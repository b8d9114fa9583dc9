using System.Collections.Immutable;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>dx of a convolution, fp32, channels last, any window and groups; a residual may be added.</summary>
/// <remarks>
/// Row i of dx gets dy from the kernel rows k with i + pad = stride * o + dilation * k. Rows with the same (i + pad) mod stride see the same
/// k: a phase. Each phase, of rows and columns, is a convolution of dy with stride 1 by the turned weights that it sees, so nothing is
/// multiplied by zeros. Positions of phases that see no weight are 0.
/// </remarks>
internal sealed unsafe class InputGradient
{
    private readonly ConvShape _shape;
    private readonly ImmutableArray<PixelConv> _phases;
    private readonly bool _hasGaps;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="shape">The convolution's.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    /// <exception cref="ArgumentException">The shape is not valid.</exception>
    public InputGradient(in ConvShape shape, CpuFeatures cpu)
    {
        _shape = shape.Validate();
        var phases = ImmutableArray.CreateBuilder<PixelConv>();
        Phase[] rows = Phases(shape.Height, shape.OutHeight, shape.KernelHeight, shape.StrideY, shape.DilationY, shape.PadTop);
        Phase[] columns = Phases(shape.Width, shape.OutWidth, shape.KernelWidth, shape.StrideX, shape.DilationX, shape.PadLeft);
        foreach (Phase y in rows)
        {
            foreach (Phase x in columns)
            {
                if (y.Count == 0 || x.Count == 0)
                    _hasGaps = true;
                else
                    phases.Add(Convolution(shape, cpu, y, x));
            }
        }
        _phases = phases.ToImmutable();
    }

    /// <summary>Numbers of scratch memory.</summary>
    public long ScratchFloats => _phases.Sum(p => Scratch.Bytes(p.PackedFloats)) / sizeof(float);

    /// <summary>Multiply-adds with those of padded channels: what the time follows from.</summary>
    public double WorkWithPadding => _phases.Sum(p => p.WorkWithPadding);

    /// <summary>Computes dx.</summary>
    /// <param name="operands">Source is dy, Destination dx.</param>
    /// <param name="weights">[OutChannels, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="scratch">Room for <see cref="ScratchFloats"/>.</param>
    /// <param name="pool">Threads.</param>
    public void Run(PixelOperands operands, float* weights, byte* scratch, WorkerPool pool)
    {
        if (_hasGaps)
            pool.Run(
                _shape.Batch, SliceWork.Floats((double)_shape.InputFloats / _shape.Batch),
                new FillJob { Operands = operands, Count = (int)(_shape.InputFloats / _shape.Batch) });
        Scratch pieces = new(scratch);
        operands.ResultStep = _shape.Channels;
        foreach (PixelConv phase in _phases)
        {
            operands.Weights = pieces.Take(phase.PackedFloats);
            phase.Pack(weights, null, operands.Weights, pool);
            phase.Run(operands, pool);
        }
    }

    // The rows i = First, First + Stride, ... of dx (Rows of them) get dy[Offset + j + t * Dilation] through the kernel row Taps[t], j-th row.
    private readonly record struct Phase(int First, int Rows, int Offset, int Dilation, int[] Taps)
    {
        public int Count => Taps.Length;
    }

    private static Phase[] Phases(int inputs, int outputs, int kernel, int stride, int dilation, int pad)
    {
        int common = Common(stride, dilation);
        var phases = new List<Phase>();
        for (int first = 0; first < Math.Min(stride, inputs); first++)
        {
            int rest = (first + pad) % stride;
            int[] taps = [.. Enumerable.Range(0, kernel).Where(k => k * dilation % stride == rest).Reverse()];
            int offset = taps.Length == 0 ? 0 : (first + pad - taps[0] * dilation) / stride;
            phases.Add(new Phase(first, (inputs - first + stride - 1) / stride, offset, dilation / common, taps));
        }
        return [.. phases];
    }

    private static int Common(int a, int b) => b == 0 ? a : Common(b, a % b);

    private static PixelConv Convolution(in ConvShape shape, CpuFeatures cpu, Phase y, Phase x)
    {
        int taps = shape.Taps, width = shape.KernelWidth;
        ConvShape turned = new()
        {
            Batch = shape.Batch,
            Channels = shape.OutChannels,
            Height = shape.OutHeight,
            Width = shape.OutWidth,
            OutChannels = shape.Channels,
            KernelHeight = y.Count,
            KernelWidth = x.Count,
            DilationY = y.Dilation,
            DilationX = x.Dilation,
            PadTop = -y.Offset,
            PadLeft = -x.Offset,
            PadBottom = y.Rows + y.Offset - shape.OutHeight + (y.Count - 1) * y.Dilation,
            PadRight = x.Rows + x.Offset - shape.OutWidth + (x.Count - 1) * x.Dilation,
            Groups = shape.Groups,
        };
        nint row = shape.Width;
        PixelPlacing placing = new(y.First * row + x.First, shape.Height * row, shape.StrideY * row, shape.StrideX);
        WeightOrder order = new(
            (nint)shape.GroupOutChannels * shape.GroupChannels * taps, taps, (nint)shape.GroupChannels * taps,
            [.. y.Taps.SelectMany(ky => x.Taps.Select(kx => ky * width + kx))]);
        return new PixelConv(turned, cpu, placing, order);
    }

    // What the positions get that no kernel position reaches; the others are written again.
    private struct FillJob : ISliceJob
    {
        public PixelOperands Operands;
        public int Count;

        public readonly void Execute(int slice, int worker)
        {
            Span<float> to = new(Operands.Destination + (nint)slice * Count, Count);
            if (Operands.Residual == null)
                to.Clear();
            else
                new Span<float>(Operands.Residual + (nint)slice * Count, Count).CopyTo(to);
            if (!Operands.Clip)
                return;
            foreach (ref float value in to)
                value = Math.Min(Math.Max(value, Operands.Low), Operands.High);
        }
    }
}
