using System.Collections.Immutable;

namespace Pare.Passes.Channels;

/// <summary>
/// Really takes channels out: every weight, vector and constant that they reach loses their indices, in whatever form it is encoded;
/// nothing else changes. Where the channels made zeros (or were scaled by zero) the outputs stay what they were, but for means over channels,
/// as in normalizations, which count what is left.
/// </summary>
public static class CutChannels
{
    /// <summary>Applies the cut.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="analysis">Its analysis.</param>
    /// <param name="classes">The classes to cut, see <see cref="ChannelSource.Classes"/>.</param>
    /// <exception cref="ArgumentException">A class is one that stays.</exception>
    /// <exception cref="UnsupportedException">What is left of a value would have holes.</exception>
    public static Model Apply(Model model, ChannelAnalysis analysis, IReadOnlySet<int> classes)
    {
        if (classes.Contains(ChannelMap.Kept)) throw new ArgumentException("Channels that are held cannot be cut.", nameof(classes));
        if (classes.Count == 0) return model;
        bool IsCut(int channel) => classes.Contains(analysis.ClassOf(channel));
        CheckWhole(analysis, IsCut);
        var editor = new ModelEditor(model);
        foreach ((string weight, int axis, ImmutableArray<int> of) in analysis.WeightAxes)
        {
            int[] keep = [.. Enumerable.Range(0, of.Length).Where(i => !classes.Contains(of[i]))];
            if (keep.Length < of.Length) editor.SetWeight(weight, editor.Weights[weight].Select(axis, keep));
        }
        foreach ((Node node, Node bound) in model.Nodes.Zip(analysis.Nodes))
        {
            var scope = new Scope(analysis, bound, model, IsCut);
            Operator op = bound.Operator.Cut(scope);
            if (op.Equals(node.Operator) && scope.Constants.Count == 0) continue;
            ImmutableArray<string> inputs = node.Inputs;
            foreach ((int input, Tensor value) in scope.Constants)
            {
                while (inputs.Length <= input) inputs = inputs.Add("");
                string wish = inputs[input].Length > 0 ? inputs[input] : $"{node.Name}.{input}";
                inputs = inputs.SetItem(input, editor.SetConstant(editor.FreshValue(wish), value));
            }
            editor.Replace(node, node with { Operator = op, Inputs = inputs });
        }
        editor.RemoveUnused();
        return editor.Build();
    }

    private static void CheckWhole(ChannelAnalysis analysis, Func<int, bool> isCut)
    {
        foreach (Node node in analysis.Nodes)
            foreach (string output in node.Outputs)
                if (analysis.MapOf(output) is { } map && !map.CutsWhole(isCut))
                    throw new UnsupportedException(
                        $"Node {node}: after the cut '{output}' would be no whole tensor any more, because its channels lie across several axes. Leave the layers before it out.");
    }

    private sealed class Scope(ChannelAnalysis analysis, Node node, Model model, Func<int, bool> isCut) : CutScope
    {
        public Dictionary<int, Tensor> Constants { get; } = [];

        public override Node Node => node;

        public override InferScope Types { get; } = analysis.TypesOf(node);

        public override bool[]? InputStays(int input, int axis) => analysis.MapOf(node.Input(input))?.Stays(axis, isCut);

        public override bool[]? OutputStays(int output, int axis) => analysis.MapOf(node.Outputs[output])?.Stays(axis, isCut);

        public override bool IsConstant(int input) => model.Constants.ContainsKey(node.Input(input));

        public override void SetInput(int input, Tensor value) => Constants[input] = value;
    }
}
