namespace Pare.Kernels.Bands;

/// <summary>What a band is read from and written to.</summary>
/// <remarks>Addresses are those of whole images, also where only some rows of these exist: then an address lies so far before the memory that each row that does exist is found where it is.</remarks>
internal unsafe struct BandOperands
{
    /// <summary>Input 0: all pictures.</summary>
    public byte* Source;

    /// <summary>Output 0: all pictures.</summary>
    public byte* Destination;

    /// <summary>Null, or what is added in the end; it lies as the destination does.</summary>
    public byte* Residual;

    /// <summary>Memory of the calling thread, <see cref="IBandKernel.BandScratchBytes"/>, 64-byte aligned.</summary>
    public byte* Scratch;
}
