using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Runtime;

namespace Pare.Compression.Training;

/// <summary>A trained network that says of each batch what it thinks, for a student to follow.</summary>
internal sealed class Teacher
{
    private readonly Session _session;
    private readonly Tensor _input, _logits;
    private readonly bool _isProbability;
    private readonly float _cooling;
    private readonly int _classes;

    /// <summary>Plans the teacher for batches of one length.</summary>
    /// <exception cref="RecipeException">It has other classes than the student.</exception>
    public Teacher(Model model, DataSet data, Preprocessing preprocessing, int batch, int classes, double temperature, int threads)
    {
        ClassifierPorts ports = ClassifierPorts.Of(model, data, preprocessing);
        Model fixedBatch = Batched(model, batch);
        _session = new Session(ExecutionPlan.Build(fixedBatch, new PlanOptions { Threads = threads }, ports.Bindings));
        _input = _session.Input(model.Inputs[0].Name);
        _logits = _session.Output(model.Outputs[0]);
        _isProbability = ports.Probabilities;
        _cooling = (float)(1 / temperature);
        _classes = classes;
        if (_logits.Length != batch * classes)
            throw new RecipeException($"The teacher's output is {_logits.Type}, the student tells {classes} classes apart; both must have the same classes.");
    }

    /// <summary>Computes softmax(logits / T) of a batch.</summary>
    /// <param name="inputs">The samples as the student sees them.</param>
    /// <param name="targets">[N, classes].</param>
    /// <returns>The mean entropy of the targets: the least that a cross-entropy with them can be.</returns>
    public double Answer(ReadOnlySpan<float> inputs, Span<float> targets)
    {
        inputs.CopyTo(_input.Floats);
        _session.Run();
        ReadOnlySpan<float> logits = _logits.Floats;
        double entropy = 0;
        for (int row = 0; row < targets.Length; row += _classes) entropy += Cool(logits.Slice(row, _classes), targets.Slice(row, _classes));
        return entropy * _classes / targets.Length;
    }

    private double Cool(ReadOnlySpan<float> logits, Span<float> to)
    {
        float most = float.NegativeInfinity, sum = 0;
        for (int c = 0; c < to.Length; c++)
        {
            to[c] = _cooling * (_isProbability ? MathF.Log(MathF.Max(logits[c], float.Epsilon)) : logits[c]);
            most = MathF.Max(most, to[c]);
        }
        for (int c = 0; c < to.Length; c++) sum += to[c] = MathF.Exp(to[c] - most);
        double entropy = 0;
        for (int c = 0; c < to.Length; c++)
        {
            to[c] /= sum;
            if (to[c] > 0) entropy -= to[c] * Math.Log(to[c]);
        }
        return entropy;
    }

    private static Model Batched(Model model, int batch)
    {
        var editor = new ModelEditor(model);
        (string name, TensorType type) = model.Inputs[0];
        editor.SetInput(name, type with { Shape = type.Shape.With(0, batch) });
        editor.SetOutputs([model.Outputs[0]]);
        editor.RemoveUnused();
        return editor.Build();
    }
}
