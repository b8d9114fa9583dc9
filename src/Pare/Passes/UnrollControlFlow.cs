using Pare.Operators;

namespace Pare.Passes;

/// <summary>
/// Puts plain nodes in the place of If with a known condition, of Loop whose rounds and conditions are known, and of Scan over a known length,
/// so that plans and training see them. Conditions count as known where they follow from constants and shapes.
/// </summary>
public static class UnrollControlFlow
{
    /// <summary>Applies the pass. What is not known, or would be too much, stays.</summary>
    public static Model Apply(Model model)
    {
        if (!model.Nodes.Any(n => n.Operator is If or Loop or Scan)) return model;
        var unroller = new Unroller(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
            if (model.IsTyped(node)) changed |= unroller.TryUnroll(node);
        if (!changed) return model;
        unroller.Editor.RemoveUnused();
        return unroller.Editor.Build();
    }

    private sealed class Unroller(Model model)
    {
        private const int MostBodies = 1000, MostNodes = 50_000;

        private readonly TypeInference _inference = TypeInference.Of(model);
        private readonly List<Node> _nodes = [];
        private readonly List<string> _constants = [];

        // For the whole model: loops within loops would multiply limits of their own.
        private int _nodesLeft = MostNodes - model.Nodes.Length;

        public ModelEditor Editor { get; } = new(model);

        public bool TryUnroll(Node node)
        {
            _nodes.Clear();
            _constants.Clear();
            string?[]? results = node.Operator switch
            {
                If choice => Choose(node, choice),
                Loop loop => Rounds(node, loop),
                Scan scan => Steps(node, scan),
                _ => null,
            };
            bool given = results is not null && node.Outputs.Zip(results).All(p => p.First.Length == 0 || p.Second is not null);
            if (!given)
            {
                foreach (Node added in _nodes) Editor.Remove(added);
                foreach (string added in _constants) Editor.RemoveInitializer(added);
                return false;
            }
            _nodesLeft -= _nodes.Count;
            Editor.Remove(node);
            for (int i = 0; i < node.Outputs.Length; i++)
                if (node.Outputs[i].Length > 0) Editor.Add(new Node(Editor.FreshNode($"{node.Name}/{i}"), new Identity(), [results![i]!], [node.Outputs[i]]));
            return true;
        }

        private string[]? Choose(Node node, If choice) => Truth(node.Inputs[0]) is { } known
            ? Add(known ? choice.Then : choice.Else, [.. node.Inputs.Skip(1)], node.Name)
            : null;

        private string?[]? Rounds(Node node, Loop loop)
        {
            if (node.Input(0).Length > 0 && Number(node.Inputs[0]) is null) return null;
            long rounds = node.Input(0).Length > 0 ? Number(node.Inputs[0])!.Value : long.MaxValue;
            bool? goesOn = node.Input(1).Length == 0 ? true : Truth(node.Inputs[1]);
            string[] given = [.. node.Inputs];
            List<string>[] stacks = [.. Enumerable.Range(0, loop.Round.Outputs.Length - 1 - loop.Carried).Select(_ => new List<string>())];
            for (long round = 0; round < rounds; round++)
            {
                if (goesOn is null || round >= MostBodies || _nodes.Count > _nodesLeft) return null;
                if (goesOn == false) break;
                (given[0], given[1]) = (Constant(node, Tensor.Scalar(round)), Constant(node, Tensor.Scalar(true)));
                string[] made = Add(loop.Round, given, $"{node.Name}.{round}");
                goesOn = Truth(made[0]);
                for (int i = 0; i < loop.Carried; i++) given[2 + i] = made[1 + i];
                for (int i = 0; i < stacks.Length; i++) stacks[i].Add(made[1 + loop.Carried + i]);
            }
            return [.. given[2..loop.Round.Formal], .. stacks.Select((s, i) => Stack(node, loop.Carried + i, s, 0))];
        }

        private string?[]? Steps(Node node, Scan scan)
        {
            Shape first = _inference.Types[node.Inputs[scan.States]].Shape;
            Dim length = first[scan.InputAxis(0, first.Rank)];
            if (!length.IsKnown || length.Constant > MostBodies || length.Constant * scan.Step.Nodes.Length > _nodesLeft) return null;
            string[] given = [.. node.Inputs];
            List<string>[] stacks = [.. Enumerable.Range(0, scan.Step.Outputs.Length - scan.States).Select(_ => new List<string>())];
            for (int place = 0; place < length.Constant; place++)
            {
                for (int i = 0; i < scan.Sequences; i++)
                {
                    string sequence = node.Inputs[scan.States + i];
                    int axis = scan.InputAxis(i, _inference.Types[sequence].Shape.Rank);
                    long at = i < scan.InputReversed.Count && scan.InputReversed[i] != 0 ? length.Constant - 1 - place : place;
                    given[scan.States + i] = Add(new Gather { Axis = axis }, $"{node.Name}.{place}.in{i}", sequence, Constant(node, Tensor.Scalar(at)));
                }
                string[] made = Add(scan.Step, given, $"{node.Name}.{place}");
                for (int i = 0; i < scan.States; i++) given[i] = made[i];
                for (int i = 0; i < stacks.Length; i++) stacks[i].Add(made[scan.States + i]);
            }
            return [.. given[..scan.States], .. stacks.Select((s, i) => Stacked(i, s))];

            string? Stacked(int i, List<string> stack)
            {
                if (stack.Count == 0) return null;
                if (i < scan.OutputReversed.Count && scan.OutputReversed[i] != 0) stack.Reverse();
                return Stack(node, scan.States + i, stack, scan.OutputAxis(i, _inference.Types[stack[0]].Shape.Rank + 1));
            }
        }

        /// <summary>Values side by side on a new axis; null where there are none.</summary>
        private string? Stack(Node node, int output, List<string> parts, int axis)
        {
            if (parts.Count == 0) return null;
            string axes = Constant(node, Tensor.Vector<long>(axis));
            string[] raised = [.. parts.Select((p, k) => Add(new Unsqueeze(), $"{node.Name}.{k}.out{output}", p, axes))];
            return Add(new Concat(axis), $"{node.Name}.out{output}", raised);
        }

        private string[] Add(Subgraph body, string[] inputs, string prefix)
        {
            (var nodes, var outputs) = body.Under(inputs, n => Editor.FreshNode($"{prefix}/{Tail(n.Name)}"), (name, i) => Editor.FreshValue(i == 0 ? name : $"{name}:{i}"));
            foreach (Node node in nodes) Add(node);
            return [.. outputs];
        }

        private string Add(Operator op, string name, params string[] inputs)
        {
            string output = Editor.FreshValue(name);
            Add(new Node(Editor.FreshNode(name), op, [.. inputs], [output]));
            return output;
        }

        private void Add(Node node)
        {
            Editor.Add(node);
            _nodes.Add(node);
            _inference.Infer(node);
        }

        private string Constant(Node node, Tensor value)
        {
            string name = Editor.SetConstant(Editor.FreshValue($"{node.Name}/constant"), value);
            _constants.Add(name);
            _inference.Add(name, value);
            return name;
        }

        private bool? Truth(string value) => Number(value) is { } known ? known != 0 : null;

        private long? Number(string value) => _inference.Integers.TryGetValue(value, out var known) && known is [{ IsKnown: true } only] ? only.Constant : null;

        private static string Tail(string name) => name[(name.LastIndexOf('/') + 1)..];
    }
}
