namespace Pare.Kernels.Bands;

/// <summary>A planned kernel that can compute some rows of one picture on the calling thread; all its inputs but the picture and a residual are constants. See <see cref="BandChain"/>.</summary>
/// <remarks>Every number must have the same bits whatever rows are computed together, and those of a run of the whole kernel.</remarks>
internal unsafe interface IBandKernel
{
    /// <summary>The sizes.</summary>
    BandGeometry Geometry { get; }

    /// <summary>Memory that a thread needs for a band, however many rows it has.</summary>
    long BandScratchBytes => 0;

    /// <summary>Bytes of packed constants, which are read for every band.</summary>
    long BandConstantBytes { get; }

    /// <summary>How often a run of the whole kernel reads its constants.</summary>
    int ConstantReads => 1;

    /// <summary>The input that is added in the end, -1 for none.</summary>
    int ResidualInput => -1;

    /// <summary>Is told how many rows it will be asked for at a time, before its constants are packed.</summary>
    /// <param name="counts">Each number once.</param>
    void Expect(IReadOnlySet<int> counts) { }

    /// <summary>Does what comes before the first band of a run, where the kernel's result lies in memory as a whole.</summary>
    /// <param name="arguments">Of the kernel; input 0 and scratch may be absent.</param>
    void Begin(in KernelArguments arguments) { }

    /// <summary>Computes rows of a picture.</summary>
    /// <param name="operands">Where images lie.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="rows">Which rows of the result: from a multiple of <see cref="BandGeometry.Together"/> to another, or to the last row.</param>
    void RunRows(in BandOperands operands, int picture, RowRange rows);
}
