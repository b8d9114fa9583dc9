using System.Runtime.CompilerServices;
using Pare.Kernels.Bands;
using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>Some rows of a picture at a time.</summary>
internal sealed unsafe partial class WinogradConv
{
    /// <summary>So many rows at a time are computed about as fast as a whole picture; null where weights are so many that threads share each block of tiles.</summary>
    public int? GoodRows => Cut.ByThread ? Math.Min(_shape.OutHeight, Math.Max(1, Cut.MostTiles / Cut.TileColumns) * _form.Size) : null;

    /// <summary>Bytes of scratch of a thread.</summary>
    public long BandScratchBytes => Scratch.Bytes(BlockFloats + WorkFloats);

    /// <summary>Computes rows of a picture's y on the calling thread.</summary>
    /// <param name="operands">What is read and written; the weights as <see cref="Pack"/> left them.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="rows">Which rows, whole tiles.</param>
    /// <param name="scratch">At least <see cref="BandScratchBytes"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RunRows(in PixelOperands operands, int picture, RowRange rows, byte* scratch)
    {
        Scratch pieces = new(scratch);
        float* work = pieces.Take(WorkFloats), area = pieces.Take(BlockFloats), bias = operands.Weights + WeightFloats;
        int top = picture * Cut.TileRows, begin = (top + rows.First / _form.Size) * Cut.TileColumns;
        int count = (top + Blocks.CeilDiv(rows.End, _form.Size)) * Cut.TileColumns - begin, blocks = Blocks.CeilDiv(count, Cut.MostTiles);
        for (int block = 0; block < blocks; block++)
        {
            int first = begin + (int)((long)count * block / blocks), end = begin + (int)((long)count * (block + 1) / blocks);
            Input(operands, bias + _width, area, work, first, first, end);
            Products(operands, area, end - first, 0, _form.Planes, 0, _vectors);
            Output(operands, bias, area, work, first, first, end, 0, _vectors);
        }
    }
}
