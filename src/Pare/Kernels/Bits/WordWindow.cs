using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>What windows see of pictures of words, [Batch, Height, Width, words of Channels].</summary>
internal sealed unsafe class WordWindow
{
    /// <summary>Most runs of a window.</summary>
    public const int MostRuns = 256;

    private readonly ConvShape _shape;
    private readonly int _words;
    private readonly bool _wholeRows;

    /// <summary>Of a convolution.</summary>
    public WordWindow(in ConvShape shape)
    {
        _shape = shape;
        _words = Signs.Words(shape.GroupChannels);
        _wholeRows = shape.Groups == 1 && shape.DilationX == 1;
    }

    /// <summary>False for a window of more than <see cref="MostRuns"/>.</summary>
    public bool Fits => _shape.KernelHeight * (_wholeRows ? 1 : _shape.KernelWidth) <= MostRuns;

    /// <summary>What the window of an output pixel sees of the first group.</summary>
    /// <param name="source">The pictures.</param>
    /// <param name="pixel">The output pixel, those of pictures before its own counted.</param>
    /// <param name="runs">Where to write runs.</param>
    /// <param name="seen">How many numbers of a group are seen.</param>
    /// <returns>How many runs there are.</returns>
    public int Runs(uint* source, int pixel, WordRun* runs, out int seen)
    {
        (int picture, int place) = Math.DivRem(pixel, _shape.OutHeight * _shape.OutWidth);
        (int row, int column) = Math.DivRem(place, _shape.OutWidth);
        int inWords = Signs.Words(_shape.Channels), y = row * _shape.StrideY - _shape.PadTop, x = column * _shape.StrideX - _shape.PadLeft;
        uint* image = source + (nint)picture * _shape.Height * _shape.Width * inWords;
        // Columns of the window within the image: x + kx dilation from 0 on, below the width.
        int left = x >= 0 ? 0 : Blocks.CeilDiv(-x, _shape.DilationX), right = x >= _shape.Width ? 0 : Math.Min(_shape.KernelWidth, Blocks.CeilDiv(_shape.Width - x, _shape.DilationX));
        int count = 0, places = 0;
        for (int ky = 0; ky < _shape.KernelHeight && left < right; ky++)
        {
            int at = y + ky * _shape.DilationY;
            if ((uint)at >= (uint)_shape.Height) continue;
            places += right - left;
            for (int kx = left; kx < right; kx += _wholeRows ? right - left : 1)
            {
                runs[count++] = new WordRun
                {
                    From = image + ((nint)at * _shape.Width + x + kx * _shape.DilationX) * inWords,
                    Weights = (ky * _shape.KernelWidth + kx) * _words,
                    Words = _wholeRows ? (right - left) * _words : _words,
                };
            }
        }
        seen = places * _shape.GroupChannels;
        return count;
    }
}
