using System.Collections.Immutable;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Training;

/// <summary>
/// A model that computes one training step: from samples, labels and trained weights (all of them inputs) to the loss, the logits, the
/// gradient of each trained weight, and the new statistics of batch norms (all of them outputs). It runs like any other model.
/// </summary>
public sealed class TrainingGraph
{
    private TrainingGraph(Model model, string input, Names names, ImmutableDictionary<string, string> gradients)
    {
        Model = model;
        Input = input;
        Labels = names.Labels;
        Position = names.Position;
        Targets = names.Targets;
        Loss = names.Loss;
        Logits = names.Logits;
        Statistics = [.. names.Statistics];
        Gradients = gradients;
    }

    /// <summary>The graph, for one batch length.</summary>
    public Model Model { get; }

    /// <summary>The input of samples, F32[N, ...].</summary>
    public string Input { get; }

    /// <summary>The input of labels, I32[N].</summary>
    public string Labels { get; }

    /// <summary>The input that dropout draws from, I64[2]: the seed and the step's number. Null where nothing is dropped.</summary>
    public string? Position { get; }

    /// <summary>The input of a teacher's softmax, F32[N, classes]. Null where there is no teacher.</summary>
    public string? Targets { get; }

    /// <summary>The output of the loss, an F32 scalar.</summary>
    public string Loss { get; }

    /// <summary>The output of logits, F32[N, classes].</summary>
    public string Logits { get; }

    /// <summary>For each trained weight, which is an input under its own name, the output of its gradient.</summary>
    public ImmutableDictionary<string, string> Gradients { get; }

    /// <summary>The statistics of batch norms, which are inputs under their own names, and the outputs of their new values.</summary>
    public ImmutableArray<RunningStatistic> Statistics { get; }

    /// <summary>Makes the graph.</summary>
    /// <param name="model">A network with one input; its first output is F32[N, classes], logits or the result of a softmax over them.</param>
    /// <param name="options">What for.</param>
    /// <exception cref="UnsupportedException">Nodes between a trained weight and the loss have no gradient; all are named.</exception>
    /// <exception cref="ModelException">Shapes do not fit that batch length, or no weight leads to the loss.</exception>
    public static TrainingGraph Build(Model model, TrainingGraphOptions options)
    {
        Model bound = Bind(model, options);
        string[] trained = [.. options.Weights ?? Candidates(model)];
        while (true)
        {
            (Model forward, Names names) = Forward(bound, trained, options);
            var editor = new ModelEditor(forward);
            Dictionary<string, string> gradients = ReverseMode.Add(forward, editor, names.Loss, trained);
            if (gradients.Count == 0) throw new ModelException("No weight that may train leads to the loss. Choose other layers.");
            if (gradients.Count < trained.Length)
            {
                // What the loss does not depend on stays an ordinary weight.
                trained = [.. trained.Where(gradients.ContainsKey)];
                continue;
            }
            HashSet<string> computed = [.. editor.Nodes.SelectMany(n => n.Outputs)];
            ImmutableDictionary<string, string> outputs = trained.ToImmutableDictionary(
                w => w, w => computed.Remove(gradients[w]) ? gradients[w] : Copy(editor, gradients[w], w));
            editor.SetOutputs([names.Loss, names.Logits, .. trained.Select(w => outputs[w]), .. names.Statistics.Select(s => s.Updated)]);
            editor.RemoveUnused();
            return new TrainingGraph(editor.Build(), model.Inputs[0].Name, names, outputs);
        }
    }

    /// <summary>The weights that can train: those that nodes read, but for the statistics of batch norms.</summary>
    internal static IEnumerable<string> Candidates(Model model)
    {
        HashSet<string> fixedByNodes = [.. model.Nodes.SelectMany(n => n.Inputs.Where((_, i) => !n.Operator.IsTrained(i)))];
        return model.WeightsInOrder().Where(w => !fixedByNodes.Contains(w));
    }

    private static Model Bind(Model model, TrainingGraphOptions options)
    {
        if (model.Inputs is not [var (name, type)])
            throw new ModelException($"The model has {model.Inputs.Length} inputs; training needs one.");
        var editor = new ModelEditor(model);
        Shape shape = type.Shape.Bind(options.Bindings).With(0, options.Batch);
        editor.SetInput(name, type with { Shape = shape });
        editor.SetOutputs([model.Outputs[0]]);
        editor.RemoveUnused();
        ForeignNodes.Refuse(editor.Build(), "be trained");
        // With the batch bound, all shape arithmetic of exporters is constant.
        return DeadCode.Apply(SimplifyShapes.Apply(FoldConstants.ApplyForTraining(FakeQuantization.Join(editor.Build()))));
    }

    /// <summary>The forward pass as it trains: weights and statistics as inputs, batch norm and dropout in their training form, and the loss.</summary>
    private static (Model Model, Names Names) Forward(Model bound, string[] trained, TrainingGraphOptions options)
    {
        var editor = new ModelEditor(bound);
        foreach (string weight in trained) ToInput(editor, weight);
        var names = new Names
        {
            Labels = editor.AddInput(editor.FreshValue("labels"), new TensorType(DType.I32, Shape.Of(options.Batch))),
            Logits = LogitsOf(bound, editor),
        };
        foreach (Node node in bound.Nodes)
            if (node.Operator is BatchNormalization norm && !options.FreezeBatchNorm) TrainBatchNorm(editor, node, norm, names);
            else if (node.Operator is Dropout) TrainDropout(editor, node, names);
        names.Loss = options.Loss.Add(editor, names.Logits, names.Labels);
        if (options.Distillation is { } distillation) Follow(editor, distillation, names, ClassesOf(bound, names.Logits), options.Batch);
        editor.SetOutputs([names.Loss, names.Logits, .. names.Statistics.Select(s => s.Updated)]);
        editor.RemoveUnused();
        return (editor.Build(), names);
    }

    private static void Follow(ModelEditor editor, Distillation distillation, Names names, int classes, int batch)
    {
        names.Targets = editor.AddInput(editor.FreshValue("targets"), new TensorType(DType.F32, Shape.Of(batch, classes)));
        names.Loss = distillation.Add(editor, names.Loss, names.Logits, names.Targets, batch);
    }

    // Logits that were flattened for the loss are not in the model yet; its output has as many numbers.
    private static int ClassesOf(Model bound, string logits) =>
        (int)(bound.Types.TryGetValue(logits, out TensorType? type) ? type : bound.Types[bound.Outputs[0]]).Shape.Skip(1).Aggregate(1L, (product, d) => product * d.Value);

    /// <summary>A softmax at the end belongs to the loss; axes of length 1 behind the classes are dropped.</summary>
    private static string LogitsOf(Model bound, ModelEditor editor)
    {
        string logits = bound.Producer(bound.Outputs[0]) is { Operator: Softmax } softmax ? softmax.Inputs[0] : bound.Outputs[0];
        return bound.Types[logits].Shape.Rank > 2 ? editor.Add(new Flatten(), "logits/flat", logits) : logits;
    }

    private static void TrainBatchNorm(ModelEditor editor, Node node, BatchNormalization norm, Names names)
    {
        if (names.Statistics.Any(s => node.Inputs.Contains(s.Weight)))
            throw new UnsupportedException($"Node {node} shares its statistics with another batch norm, which cannot be trained. Freeze batch norms.");
        string[] updated = [.. node.Inputs.Skip(3).Select(s => editor.FreshValue($"{s}/updated"))];
        foreach ((string statistic, string output) in node.Inputs.Skip(3).Zip(updated))
        {
            ToInput(editor, statistic);
            names.Statistics.Add(new RunningStatistic(statistic, output));
        }
        editor.Replace(node, node with
        {
            Operator = new BatchNormTraining { Epsilon = norm.Epsilon, Momentum = norm.Momentum },
            Outputs = [node.Outputs[0], editor.FreshValue($"{node.Name}/mean"), editor.FreshValue($"{node.Name}/deviation"), .. updated],
        });
    }

    private static void TrainDropout(ModelEditor editor, Node node, Names names)
    {
        if (node.Outputs.Length > 1 && node.Outputs[1].Length > 0)
            throw new UnsupportedException($"Node {node} gives its mask to other nodes, which cannot be trained. Export the model without.");
        names.Position ??= editor.AddInput(editor.FreshValue("position"), new TensorType(DType.I64, Shape.Of(2)));
        string ratio = node.Input(1) is { Length: > 0 } given
            ? given
            : editor.SetConstant(editor.FreshValue($"{node.Name}/ratio"), Tensor.Scalar(Dropout.DefaultRatio));
        editor.Replace(node, node with
        {
            Operator = new DropoutTraining { Stream = names.Dropouts++ },
            Inputs = [node.Inputs[0], ratio, names.Position],
            Outputs = [node.Outputs[0]],
        });
    }

    private static void ToInput(ModelEditor editor, string weight)
    {
        Shape shape = editor.Weights[weight].Shape;
        editor.RemoveInitializer(weight);
        editor.AddInput(weight, new TensorType(DType.F32, shape));
    }

    /// <summary>An output of a name of its own, where two weights have one gradient (both summands of an Add), or the gradient is no node's.</summary>
    private static string Copy(ModelEditor editor, string gradient, string weight)
    {
        string output = editor.FreshValue($"{weight}/gradient");
        editor.Add(new Node(editor.FreshNode(output), new Identity(), [gradient], [output]));
        return output;
    }

    private sealed class Names
    {
        public required string Labels { get; init; }
        public required string Logits { get; init; }
        public string? Position { get; set; }
        public string? Targets { get; set; }
        public int Dropouts { get; set; }
        public string Loss { get; set; } = "";
        public List<RunningStatistic> Statistics { get; } = [];
    }
}
