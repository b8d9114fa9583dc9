using System.Collections.Immutable;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>
/// Lets convolutions whose results are only joined along the channels write into the joined image at once; what else is joined is copied in.
/// </summary>
internal static class JoinInPlace
{
    /// <summary>Applies the pass, after layouts are assigned.</summary>
    public static Model Apply(Model model)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        Dictionary<string, Node> makers = model.Nodes.Where(n => n.Outputs.Length == 1).ToDictionary(n => n.Outputs[0], StringComparer.Ordinal);
        bool changed = false;
        foreach (Node join in model.Nodes)
        {
            if (join.Operator is not Concat concat || model.Types[join.Outputs[0]] is not { DType: DType.F32, Shape.Rank: 4 } whole) continue;
            if (whole.Shape.Axis(concat.Axis) != 3 || join.Inputs.Length < 2) continue;
            Node?[] parts = [.. join.Inputs.Select(n => readers.Only(n) is not null && makers.TryGetValue(n, out Node? maker) && Writes(maker.Operator) ? maker : null)];
            if (2 * join.Inputs.Where((_, i) => parts[i] is not null).Sum(n => model.Types[n].Shape.Fixed[3]) < whole.Shape.Fixed[3]) continue;
            if (parts.Count(p => p is not null) != parts.OfType<Node>().Distinct().Count()) continue;
            Join(model, editor, join, parts, whole.Shape.Fixed[3]);
            changed = true;
        }
        return changed ? editor.Build() : model;
    }

    /// <summary>True for an operator with a kernel that writes into a wider image. Residuals lie as the result does, so they keep it from that.</summary>
    private static bool Writes(Operator op) => op is ChannelsLast { Inner: Conv { Groups: 1 } or Fused { Main: Conv { Groups: 1 }, Residual: false } };

    private static void Join(Model model, ModelEditor editor, Node join, Node?[] parts, int channels)
    {
        editor.Remove(join);
        int first = 0;
        // The convolutions in their order, then what is copied: it is there by then.
        (Node? Part, string Input, int At)[] pieces = [.. join.Inputs
            .Select((input, i) => (Part: parts[i], input, Advance(ref first, model.Types[input].Shape.Fixed[3])))
            .OrderBy(p => p.Part is null ? int.MaxValue : model.Nodes.IndexOf(p.Part))];
        string before = "";
        foreach ((Node? part, string input, int at) in pieces)
        {
            Node node = part ?? new Node(editor.FreshNode($"{join.Name}.{input}"), new Identity(), [input], [input]);
            string output = at == pieces[^1].At ? join.Outputs[0] : editor.FreshValue($"{join.Outputs[0]}@{at}");
            // What lies in the joined image already stands behind the bias, also where there is none.
            ImmutableArray<string> inputs = part is not null && node.Inputs.Length == 2 ? [.. node.Inputs, ""] : node.Inputs;
            Node into = node with
            {
                Operator = new IntoChannels(node.Operator, inputs.Length, at, model.Types[input].Shape.Fixed[3], channels),
                Inputs = before.Length == 0 ? inputs : [.. inputs, before],
                Outputs = [output],
            };
            if (part is null) editor.Add(into);
            else editor.Replace(part, into);
            before = output;
        }
    }

    private static int Advance(ref int first, int by) => (first += by) - by;
}
