using System.Runtime.Versioning;
using Iced.Intel;
using Pare.Jit.Emission;
using Pare.Jit.Memory;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Integer.Products;

namespace Pare.Jit.Integer;

/// <summary>The emitted code of one convolution of integers: a function for each kind of panel and each size of a tile that it needs.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class PanelCode : IntegerCode
{
    private readonly MachineFunctions _functions;
    private readonly PanelWeights _weights;

    /// <summary>Emits it.</summary>
    /// <param name="pixels">The convolution.</param>
    /// <param name="weights">How weights lie.</param>
    public PanelCode(IntegerPixels pixels, PanelWeights weights)
    {
        _weights = weights;
        nint[] runs = pixels.Runs.ToArray();
        var functions = new List<(int Number, Assembler Code)>();
        foreach (Panel panel in pixels.Panels.DistinctBy(p => NumberOf(p, 0)))
        {
            foreach (int rows in pixels.Counts.SelectMany(c => CutOf(c, panel).Sizes).Distinct())
            {
                functions.Add((NumberOf(panel, rows), PanelEmitter.Emit(new PanelSpec
                {
                    Vectors = panel.Vectors,
                    Channels = panel.Channels,
                    Rows = rows,
                    Units = pixels.UnitsOfRun,
                    Steps = [.. runs.Skip(1).Zip(runs, (next, run) => (int)(next - run))],
                    Result = pixels.Result,
                    Pitch = pixels.Shape.OutChannels,
                    Weights = weights,
                })));
            }
        }
        _functions = MachineFunctions.Of(functions);
    }

    /// <inheritdoc/>
    public override void Run(in Panel panel, ref IntegerPanelRun run)
    {
        TileCut cut = CutOf((int)run.Count, panel);
        fixed (IntegerPanelRun* at = &run)
        {
            // The functions move what they are given on.
            at->Count = cut.Larger;
            if (cut.Larger > 0) _functions.Call(NumberOf(panel, cut.Rows + 1), at);
            at->Count = cut.Others;
            _functions.Call(NumberOf(panel, cut.Rows), at);
        }
    }

    private TileCut CutOf(int pixels, in Panel panel) => TileCut.Of(pixels, PanelSpec.MostRows(panel.Vectors, _weights));

    // Panels of one number of vectors are whole, but for the last one of a group.
    private static int NumberOf(in Panel panel, int rows) => (2 * panel.Vectors + (panel.Channels < panel.Width ? 1 : 0)) * (TileEmitter.MostRows + 1) + rows;
}
