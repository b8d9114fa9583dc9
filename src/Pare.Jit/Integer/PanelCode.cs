using System.Runtime.Versioning;
using Pare.Jit.Memory;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Integer.Products;
using Pare.Kernels.Products;

namespace Pare.Jit.Integer;

/// <summary>The emitted code of one convolution of integers: a function for each width of a panel and each size of a tile that it needs.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class PanelCode : IntegerCode
{
    private readonly Dictionary<(int Channels, int Rows), MachineFunction> _functions = [];
    private readonly int _pitch;

    /// <summary>Emits it.</summary>
    public PanelCode(IntegerPixels pixels)
    {
        _pitch = pixels.Shape.OutChannels;
        foreach (int channels in pixels.Panels.Select(p => p.Channels).Distinct())
        {
            int vectors = Blocks.CeilDiv(channels, PanelInstructions.LanesOfVector);
            foreach (int rows in pixels.Counts.SelectMany(c => Sizes(c, vectors)).Distinct())
            {
                _functions.Add((channels, rows), MachineFunction.Of(PanelEmitter.Emit(new PanelSpec
                {
                    Vectors = vectors,
                    Channels = channels,
                    Rows = rows,
                    Units = pixels.UnitsOfRun,
                    Steps = [.. pixels.Runs[1..].ToArray().Zip(pixels.Runs.ToArray(), (next, run) => (int)(next - run))],
                    Result = pixels.Result,
                    Pitch = _pitch,
                })));
            }
        }
    }

    /// <inheritdoc/>
    public override void Run(in Panel panel, ref IntegerPanelRun run)
    {
        int count = (int)run.Count, tiles = Blocks.CeilDiv(count, PanelSpec.MostRows(panel.Vectors));
        (int rows, int larger) = Math.DivRem(count, tiles);
        fixed (IntegerPanelRun* at = &run)
        {
            // The functions move what they are given on.
            if (larger > 0) Call(panel, rows + 1, larger, at);
            Call(panel, rows, tiles - larger, at);
        }
    }

    private void Call(in Panel panel, int rows, int tiles, IntegerPanelRun* run)
    {
        run->Count = tiles;
        ((delegate* unmanaged<IntegerPanelRun*, void>)_functions[(panel.Channels, rows)].Address)(run);
    }

    private static IEnumerable<int> Sizes(int count, int vectors)
    {
        (int rows, int larger) = Math.DivRem(count, Blocks.CeilDiv(count, PanelSpec.MostRows(vectors)));
        return larger > 0 ? [rows, rows + 1] : [rows];
    }
}
