using System.Collections.Immutable;
using Pare.Compression.Data;

namespace Pare.Compression.Evaluation;

/// <summary>The input and the output of a network that classifies, held against a data set.</summary>
/// <param name="Input">The only input.</param>
/// <param name="Output">The first output: one number for each class.</param>
/// <param name="Batch">The name of the batch length, or null where the model fixes it.</param>
/// <param name="FixedBatch">The batch length where the model fixes it.</param>
/// <param name="Bindings">Values of the other names in the input's shape, as the data set has them.</param>
/// <param name="Probabilities">Whether the output comes from a softmax.</param>
internal sealed record ClassifierPorts(
    string Input, string Output, string? Batch, int FixedBatch, ImmutableDictionary<string, long> Bindings, bool Probabilities)
{
    /// <summary>Finds the ports and checks that samples fit the input.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data set.</param>
    /// <param name="preprocessing">How samples become inputs.</param>
    /// <param name="labelled">Labels are needed.</param>
    /// <exception cref="ModelException">The model has not one float input [N, ...].</exception>
    /// <exception cref="DataException">The samples have another shape, or no labels.</exception>
    public static ClassifierPorts Of(Model model, DataSet data, Preprocessing preprocessing, bool labelled = true)
    {
        if (model.Inputs is not [var (input, type)] || type.DType != DType.F32 || type.Shape.Rank < 2)
            throw new ModelException(
                $"The model's inputs are {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}' {i.Type}"))}; classifying needs one input F32[N, ...].");
        if (labelled && data.Classes == 0) throw new DataException($"Data '{data.Name}' has no labels; measuring and training need one class number a sample.");
        Dim batch = type.Shape[0];
        ImmutableDictionary<string, long> bindings = Fit(type.Shape, preprocessing.InputShape(data), data);
        string output = model.Outputs[0];
        return new ClassifierPorts(
            input, output, batch.IsKnown ? null : batch.Names.Single(), batch.IsKnown ? (int)batch.Value : 0, bindings,
            model.Producer(output)?.Operator.Name == "Softmax");
    }

    /// <summary>The bindings of a plan for that batch length.</summary>
    public ImmutableDictionary<string, long> For(int batch) => Batch is null ? Bindings : Bindings.SetItem(Batch, batch);

    /// <summary>How many classes the output has, held against the labels.</summary>
    /// <param name="output">The output's shape with all names bound.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="ModelException">The output is not [N, classes].</exception>
    /// <exception cref="DataException">Labels reach beyond the classes.</exception>
    public int Classes(TensorType output, DataSet data)
    {
        if (output.DType != DType.F32 || output.Shape.Rank < 2 || output.Shape.Skip(2).Any(d => d.Value != 1))
            throw new ModelException($"The output '{Output}' is {output}; classifying needs F32[N, classes].");
        int classes = output.Shape.Fixed[1];
        return data.Classes <= classes ? classes : throw new DataException(
            $"Data '{data.Name}' has labels 0 to {data.Classes - 1}, but the model's output '{Output}' has {classes} classes. Use the data set that the model was made for.");
    }

    /// <summary>Samples fit where the lengths are equal but for axes of 1, or where the input is [N, D] with as many numbers.</summary>
    private static ImmutableDictionary<string, long> Fit(Shape input, ImmutableArray<int> sample, DataSet data)
    {
        ImmutableDictionary<string, long> bound = ImmutableDictionary<string, long>.Empty;
        Dim[] lengths = [.. input.Skip(1)];
        if (lengths.Length == sample.Length && lengths.Any(d => !d.IsKnown))
            for (int i = 0; i < lengths.Length; i++)
                if (!lengths[i].IsKnown && lengths[i].Names.Count() == 1 && lengths[i].Equals(Dim.Named(lengths[i].Names.Single())))
                    bound = bound.SetItem(lengths[i].Names.Single(), sample[i]);
        Dim[] known = [.. lengths.Select(d => d.Bind(bound))];
        bool fits = known.All(d => d.IsKnown)
            && (known.Length == 1
                ? known[0].Value == data.SampleLength
                : known.Select(d => d.Value).Where(d => d != 1).SequenceEqual(sample.Select(d => (long)d).Where(d => d != 1)));
        return fits ? bound : throw new DataException(
            $"Data '{data.Name}': samples are [{string.Join(", ", sample)}] after preprocessing, but the model's input is {input} (the first axis is the batch). "
            + "Use the data set that the model was made for, or another --layout.");
    }
}
