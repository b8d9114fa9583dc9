using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training.Optimizers;

namespace Pare.Compression.Training;

/// <summary>One step: a batch through the training graph, then every leaf a little against its gradient. Allocates nothing.</summary>
internal sealed class TrainingStep
{
    private readonly TrainingState _state;
    private readonly TrainableWeights _weights;
    private readonly TrainableLeaf[] _leaves;
    private readonly float[] _decays;
    private readonly Session _session;
    private readonly Optimizer _optimizer;
    private readonly Tensor _input, _labels, _loss, _logits;
    private readonly Tensor? _position, _targets;
    private readonly Teacher? _teacher;
    private readonly (Tensor Value, Tensor Updated)[] _statistics;
    private readonly double _clipNorm, _teacherFactor;
    private readonly int _classes; // 0 where labels are not read

    public TrainingStep(
        TrainingSettings settings, TrainingGraph graph, TrainableWeights weights, ImmutableArray<TrainableLeaf> leaves, Session session, Optimizer optimizer,
        TrainingState state, Teacher? teacher = null, bool classifies = true)
    {
        (_weights, _session, _optimizer, _state, _clipNorm, _teacher) = (weights, session, optimizer, state, settings.ClipNorm, teacher);
        _leaves = [.. leaves];
        _decays = [.. leaves.Select(l => l.Decays || settings.DecayAll ? (float)settings.WeightDecay : 0)];
        (_input, _labels) = (session.Input(graph.Input), session.Input(graph.Labels));
        (_loss, _logits) = (session.Output(graph.Loss), session.Output(graph.Logits));
        _position = graph.Position is { } position ? session.Input(position) : null;
        _targets = graph.Targets is { } targets ? session.Input(targets) : null;
        if (_position is not null) _position.As<long>()[0] = unchecked((long)settings.Seed);
        _statistics = [.. graph.Statistics.Select(s => (session.Input(s.Weight), session.Output(s.Updated)))];
        _classes = classifies ? _logits.Dims[1] : 0;
        _teacherFactor = settings.TeacherShare * settings.Temperature * settings.Temperature;
    }

    /// <summary>The loss of the last step; without the teacher's own entropy, so that 0 is what a student like it reaches.</summary>
    public float LastLoss { get; private set; }

    /// <summary>Does the step.</summary>
    /// <param name="batch">As many samples as the graph takes.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>False where the loss is no finite number; the weights are as they were then.</returns>
    public bool Run(Batch batch, double rate)
    {
        batch.Inputs.Span.CopyTo(_input.Floats);
        batch.Labels.Span.CopyTo(_labels.As<int>());
        if (_position is not null) _position.As<long>()[1] = _state.Step;
        double least = _teacher is null ? 0 : _teacherFactor * _teacher.Answer(batch.Inputs.Span, _targets!.Floats);
        _weights.Decode();
        _session.Run();
        LastLoss = (float)(_loss.Floats[0] - least);
        if (!float.IsFinite(LastLoss)) return false;
        var score = new Score();
        if (_classes > 0) score.Count(_logits.Floats, batch.Labels.Span, _classes);
        _weights.PullBack();
        Update(rate);
        foreach ((Tensor value, Tensor updated) in _statistics) updated.Bytes.CopyTo(value.Bytes);
        _state.Position++;
        _state.LossSum += LastLoss;
        _state.Correct += score.Samples - score.Errors;
        return true;
    }

    private void Update(double rate)
    {
        float factor = ClipFactor();
        long number = ++_state.Step;
        for (int i = 0; i < _leaves.Length; i++)
        {
            var step = new OptimizerStep((float)rate, _decays[i], factor, number);
            _optimizer.Update(_leaves[i].Values, _leaves[i].Gradient, _state.First(i), _state.Second(i), step);
        }
    }

    /// <summary>Summed in one fixed order, so that it does not depend on threads.</summary>
    private float ClipFactor()
    {
        if (_clipNorm == 0) return 1;
        double squares = 0;
        foreach (TrainableLeaf leaf in _leaves)
            foreach (float g in leaf.Gradient) squares += (double)g * g;
        double norm = Math.Sqrt(squares);
        return norm > _clipNorm ? (float)(_clipNorm / norm) : 1;
    }
}
