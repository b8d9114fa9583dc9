namespace Pare.Kernels.Sparsity;

/// <summary>Finds whether the zeros of a weight leave blocks of output channels: pruning in the pattern 1x4, or of whole filters.</summary>
internal static class SparseBlocks
{
    /// <summary>Output channels of a block.</summary>
    public const int Outputs = 4;

    private const int LeastPlaces = 4096;
    private const double MostFilled = 1.25; // numbers that blocks hold for each that is stored: with more, blocks of zeros cost what they save

    /// <summary>How many blocks of four output channels hold a number; null where blocks do not pay.</summary>
    /// <param name="positions">Ascending positions of the numbers that are stored.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="outputStep">Numbers between the weights of two output channels: 1, or as many as a channel has.</param>
    public static int? Count(ReadOnlySpan<int> positions, int outputs, nint outputStep)
    {
        // A weight of which next to nothing is stored may claim any size.
        if (outputs % Outputs != 0 || outputStep > (long)positions.Length * Outputs + LeastPlaces) return null;
        int most = (int)(positions.Length * MostFilled / Outputs), blocks = 0;
        if (outputStep == 1)
        {
            for (int i = 0, last = -1; i < positions.Length && blocks <= most; i++)
                if (positions[i] / Outputs is var block && block != last) (last, blocks) = (block, blocks + 1);
            return blocks <= most ? blocks : null;
        }
        var seen = new int[outputStep];     // by the four output channels that came to a place last, counted from 1
        int quad = 0;
        long begin = -outputStep * Outputs, end = 0;
        foreach (int position in positions)
        {
            if (position >= end)
            {
                quad = (int)(position / (outputStep * Outputs)) + 1;
                (begin, end) = ((quad - 1) * outputStep * Outputs, quad * outputStep * Outputs);
            }
            ref int place = ref seen[(position - begin) % outputStep];
            if (place == quad) continue;
            place = quad;
            if (++blocks > most) return null;
        }
        return blocks;
    }
}
