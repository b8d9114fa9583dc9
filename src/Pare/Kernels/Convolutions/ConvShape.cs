namespace Pare.Kernels.Convolutions;

/// <summary>The sizes of a two-dimensional convolution.</summary>
/// <remarks>
/// x [Batch, Channels, Height, Width], weights [OutChannels, Channels/Groups, KernelHeight, KernelWidth]. A one-dimensional convolution has height 1. Use <see cref="Validate"/> before kernels are made of it.
/// </remarks>
internal readonly record struct ConvShape()
{
    public required int Batch { get; init; }

    public required int Channels { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int OutChannels { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public int StrideY { get; init; } = 1;

    public int StrideX { get; init; } = 1;

    public int DilationY { get; init; } = 1;

    public int DilationX { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int PadBottom { get; init; }

    public int PadRight { get; init; }

    public int Groups { get; init; } = 1;

    public int OutHeight => (Height + PadTop + PadBottom - (KernelHeight - 1) * DilationY - 1) / StrideY + 1;

    public int OutWidth => (Width + PadLeft + PadRight - (KernelWidth - 1) * DilationX - 1) / StrideX + 1;

    public int Taps => KernelHeight * KernelWidth;

    public int GroupChannels => Channels / Groups;

    public int GroupOutChannels => OutChannels / Groups;

    /// <summary>Each group reads one channel and writes few: planes are convolved directly, a matrix product would be too thin.</summary>
    public bool IsDepthwise => Groups > 1 && GroupChannels == 1 && GroupOutChannels <= 4;

    public long InputFloats => (long)Batch * Channels * Height * Width;

    public long OutputFloats => (long)Batch * OutChannels * OutHeight * OutWidth;

    public long WeightFloats => (long)OutChannels * GroupChannels * Taps;

    /// <summary>Numbers of input, weights and output.</summary>
    public long AllFloats => InputFloats + WeightFloats + OutputFloats;

    /// <summary>Multiply-adds of the forward pass.</summary>
    public long MultiplyAdds => OutputFloats * GroupChannels * Taps;

    /// <summary>Checks what kernels rely on.</summary>
    /// <exception cref="ArgumentException">
    /// A size, stride or dilation is not positive, padding is negative, channels do not divide into groups, or the kernel does not fit.
    /// </exception>
    public ConvShape Validate()
    {
        if (Batch < 1 || Channels < 1 || Height < 1 || Width < 1 || OutChannels < 1 || KernelHeight < 1 || KernelWidth < 1
            || StrideY < 1 || StrideX < 1 || DilationY < 1 || DilationX < 1 || Groups < 1)
            throw new ArgumentException($"Convolution {this}: sizes, strides, dilations and groups must be positive.");
        if (PadTop < 0 || PadLeft < 0 || PadBottom < 0 || PadRight < 0)
            throw new ArgumentException($"Convolution {this}: padding must not be negative; crop the input instead.");
        if (Channels % Groups != 0 || OutChannels % Groups != 0)
            throw new ArgumentException($"Convolution {this}: {Channels} input and {OutChannels} output channels do not divide into {Groups} groups.");
        if (Height + PadTop + PadBottom <= (KernelHeight - 1) * DilationY || Width + PadLeft + PadRight <= (KernelWidth - 1) * DilationX)
            throw new ArgumentException($"Convolution {this}: the kernel is larger than the padded input.");
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"x [{Batch}, {Channels}, {Height}, {Width}], w [{OutChannels}, {Channels}/{Groups}, {KernelHeight}, {KernelWidth}], stride [{StrideY}, {StrideX}], "
        + $"dilation [{DilationY}, {DilationX}], padding [{PadTop}, {PadLeft}, {PadBottom}, {PadRight}]";

    /// <summary>The same convolution with fewer image rows where nothing tells them apart: 1 x 1, stride 1, unpadded becomes one long row.</summary>
    public ConvShape Flattened() =>
        Taps == 1 && StrideX == 1 && StrideY == 1 && PadTop == 0 && PadLeft == 0 && PadBottom == 0 && PadRight == 0
            ? this with { Height = 1, Width = Height * Width } : this;
}
