using System.Runtime.CompilerServices;
using Pare.Kernels.Bands;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Some rows of a picture at a time.</summary>
internal sealed unsafe partial class PixelConv
{
    /// <summary>Computes rows of a picture's y on the calling thread.</summary>
    /// <param name="operands">What is read and written; weights are packed.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="rows">Which rows.</param>
    public void RunRows(in PixelOperands operands, int picture, RowRange rows) =>
        Compute(operands, 0, _panels.Length * _shape.Groups, new Part { Picture = picture, First = rows.First, End = rows.End, OfRows = true }, null);

    // Those rows of each region.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(in Pass pass, PixelTile* tile, in Part part)
    {
        for (int r = 0; r < _regions.Length; r++)
        {
            PixelRegion region = _regions[r];
            int first = Math.Max(region.Top, part.First), end = Math.Min(region.Top + region.Height, part.End);
            if (first >= end) continue;
            tile->Runs = _chunks.Runs(pass.Chunk, r, out tile->RunCount, out tile->Length);
            if (tile->RunCount == 0 && tile->Start == null && pass.Residual == null && !tile->Clip) continue;
            PixelRegion rows = region with { Top = first, Height = end - first };
            Region(pass, tile, part.Picture, rows, 0, rows.Count);
        }
    }
}
