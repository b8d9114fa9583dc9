namespace Pare.Kernels.Products;

/// <summary>The innermost loop of matrix products for one instruction set.</summary>
internal interface IMicroKernel
{
    /// <summary>Whether this machine has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The most rows of a tile; every count from 1 up to it works.</summary>
    static abstract int MaxRows { get; }

    /// <summary>The columns of a tile.</summary>
    static abstract int Columns { get; }

    /// <summary>Computes a tile of <paramref name="rows"/> rows.</summary>
    static abstract void Run(int rows, in Tile tile);
}

/// <summary>A number known when the code is compiled, so that one kernel text becomes one machine code per number of rows or vectors.</summary>
internal interface ICount
{
    /// <summary>The number.</summary>
    static abstract int Value { get; }
}
