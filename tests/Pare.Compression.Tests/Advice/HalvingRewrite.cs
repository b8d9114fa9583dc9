using System.Collections.Immutable;
using Pare.Compression.Rewriting;
using Pare.Compression.Settings;
using Pare.Operators;

namespace Pare.Compression.Tests.Advice;

/// <summary>Makes dense 3 x 3 convolutions 1 x 1 by their centre, under the name of a real rewrite.</summary>
internal sealed class HalvingRewrite : GraphRewrite<HalvingSettings>
{
    public override string Name => "rewrite.separable";

    public override string Summary => "for tests";

    protected override ImmutableArray<RewriteSite> Sites(Model model, HalvingSettings settings) =>
        [.. model.Nodes.Where(n => Fits(model, n)).Select(n => new RewriteSite([n.Inputs[1]], "3 x 3 convolution"))];

    protected override Model Rewrite(
        Model model, ImmutableArray<RewriteSite> sites, Layers where, HalvingSettings settings, NewWeight weight, CompressionContext context, CancellationToken cancel)
    {
        if (settings.Refuse) throw new ModelException("it was told to refuse.");
        var editor = new ModelEditor(model);
        foreach (Node node in model.Nodes.Where(n => Fits(model, n) && sites.Any(s => s.Layers.Contains(n.Inputs[1]))))
        {
            string name = node.Inputs[1];
            WeightEncoding old = model.Weights[name];
            var shape = Shape.Of(old.Shape.Fixed[0], old.Shape.Fixed[1], 1, 1);
            string made = editor.FreshValue(name + ".centre");
            editor.SetWeight(made, weight(shape, () =>
            {
                float[] all = old.ToArray();
                return [.. Enumerable.Range(0, (int)shape.Elements).Select(i => all[9 * i + 4])];
            }));
            var conv = (Conv)node.Operator;
            editor.Replace(node, node with { Operator = conv with { Window = Window.Square(1, conv.Window.Strides[0]) }, Inputs = node.Inputs.SetItem(1, made) });
        }
        editor.RemoveUnused();
        return editor.Build();
    }

    private static bool Fits(Model model, Node node) =>
        node.Operator is Conv { Groups: 1 } && model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? w) && w.Shape.Rank == 4 && w.Shape.Fixed[2] == 3;
}

internal sealed record HalvingSettings : MethodSettings
{
    [Setting]
    public bool Refuse { get; init; }
}
