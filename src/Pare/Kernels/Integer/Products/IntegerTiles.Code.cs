using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Products;

namespace Pare.Kernels.Integer.Products;

internal sealed unsafe partial class IntegerTiles
{
    private const int MostLanes = 16;

    /// <summary>Tiles of pixels, one after the other.</summary>
    private sealed class TiledCode(IntegerTiles tiles, IntegerPixels pixels) : IntegerCode
    {
        private readonly int _step = pixels.Shape.OutChannels;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(in Panel panel, ref IntegerPanelRun run)
        {
            byte** windows = stackalloc byte*[IntegerTile.MostRows];
            byte* aside = stackalloc byte[IntegerTile.MostRows * MostVectors * MostLanes];    // where a panel's last vector has padded channels
            fixed (nint* runs = pixels.Runs)
            {
                IntegerTile tile = new()
                {
                    Pixels = windows,
                    Runs = runs,
                    RunCount = pixels.Runs.Length,
                    Length = pixels.UnitsOfRun * IntegerTile.Unit,
                    Weights = run.Weights,
                    Start = run.Start,
                    Factors = run.Factors,
                    Range = pixels.Range,
                };
                bool isWhole = panel.Channels == panel.Width;
                byte* to = run.Destination;
                tile.Destination = isWhole ? to : aside;
                tile.Step = isWhole ? _step : panel.Width;
                int count = (int)run.Count, strips = Blocks.CeilDiv(count, tiles.MaxRows(panel.Vectors)), done = 0;
                for (int strip = 0; strip < strips; strip++)
                {
                    int end = (int)((long)count * (strip + 1) / strips), some = end - done;
                    for (int i = 0; done < end; i++, done++)
                        windows[i] = run.Source + run.Offsets[done];
                    tiles.CodeOf(panel.Vectors, some)(&tile);
                    if (isWhole) tile.Destination += some * tile.Step;
                    else to = Part(aside, panel.Width, panel.Channels, some, to);
                }
            }
        }

        private byte* Part(byte* from, int width, int channels, int rows, byte* to)
        {
            for (; rows > 0; rows--, from += width, to += _step)
            {
                for (int i = 0; i < channels; i++)
                    to[i] = from[i];
            }
            return to;
        }
    }
}
