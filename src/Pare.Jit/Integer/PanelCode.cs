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
    private readonly PanelWeights _weights;

    /// <summary>Emits it.</summary>
    /// <param name="pixels">The convolution.</param>
    /// <param name="weights">How weights lie.</param>
    public PanelCode(IntegerPixels pixels, PanelWeights weights)
    {
        _weights = weights;
        foreach (int channels in pixels.Panels.Select(p => p.Channels).Distinct())
        {
            int vectors = Blocks.CeilDiv(channels, PanelInstructions.LanesOfVector);
            foreach (int rows in pixels.Counts.SelectMany(c => Sizes(c, PanelSpec.MostRows(vectors, weights))).Distinct())
            {
                _functions.Add((channels, rows), MachineFunction.Of(PanelEmitter.Emit(new PanelSpec
                {
                    Vectors = vectors,
                    Channels = channels,
                    Rows = rows,
                    Units = pixels.UnitsOfRun,
                    Steps = [.. pixels.Runs[1..].ToArray().Zip(pixels.Runs.ToArray(), (next, run) => (int)(next - run))],
                    Result = pixels.Result,
                    Pitch = pixels.Shape.OutChannels,
                    Weights = weights,
                })));
            }
        }
    }

    /// <inheritdoc/>
    public override void Run(in Panel panel, ref IntegerPanelRun run)
    {
        int count = (int)run.Count, tiles = Blocks.CeilDiv(count, PanelSpec.MostRows(panel.Vectors, _weights));
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

    private static IEnumerable<int> Sizes(int count, int most)
    {
        (int rows, int larger) = Math.DivRem(count, Blocks.CeilDiv(count, most));
        return larger > 0 ? [rows, rows + 1] : [rows];
    }
}
