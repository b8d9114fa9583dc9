using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Formats.Container;
using Pare.Inspection;
using Pare.Runtime;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>The runs of a comparison and what they add up to.</summary>
internal sealed class QuantizationStudy
{
    // What a batch's values may take, in the three networks whose values are kept together.
    private const long MostBytes = 512L << 20;
    private const int RangeBatch = 32;

    // Outputs this near to the floats are all alike to the order of culprits.
    private const double Alike = 0.05;

    private readonly NetworkMatch _match;
    private readonly QuantizedUnits _units;
    private readonly ActivationWalk _walk;
    private readonly DebugOptions _options;
    private readonly ClassifierPorts _ports, _otherPorts;
    private readonly PlanOptions _plan;
    private readonly Dictionary<string, QuantizedUnit> _byNode;
    private readonly Tally[] _tallies;
    private readonly List<string> _faults;
    private readonly List<(ImmutableArray<string> Nodes, NoiseSum Sum)> _trials = [];
    private Dictionary<string, RangeWatch> _ranges = [];
    private ILookup<string, LayerProfile> _profile = Array.Empty<LayerProfile>().ToLookup(_ => "");
    private HybridNetwork _hybrid;
    private NoiseSum _whole;
    private int _samples, _compared;

    public QuantizationStudy(NetworkMatch match, QuantizedUnits units, ActivationWalk walk, DebugOptions options)
    {
        (_match, _units, _walk, _options) = (match, units, walk, options);
        _faults = [.. match.Faults];
        _ports = ClassifierPorts.Of(match.Floats, walk.Data, walk.Preprocessing, labelled: false);
        _otherPorts = ClassifierPorts.Of(match.Quantized, walk.Data, walk.Preprocessing, labelled: false);
        _plan = new PlanOptions { Threads = walk.Threads, IntegerArithmetic = false };
        _byNode = units.All.SelectMany(u => QuantizedUnits.NodesOf(u).Select(n => (n, u))).ToDictionary(p => p.n, p => p.u, StringComparer.Ordinal);
        _tallies = [.. units.All.Select(_ => new Tally())];
        _hybrid = new HybridNetwork(match, _ports.For(1));
    }

    /// <summary>Holds every quantized value against its quantizer, on all samples.</summary>
    public void WatchRanges(IProgress<double> progress, CancellationToken cancel)
    {
        _ranges = _units.All.SelectMany(u => u.Values).Select(v => (v, q: _units.ChainOf(v)!.Quantizer(_match.Quantized))).Where(p => p.q is not null)
            .ToDictionary(p => p.v, p => new RangeWatch(p.v, p.q!.Value), StringComparer.Ordinal);
        if (_ranges.Count == 0)
        {
            _samples = _walk.Data.Count;
            return;
        }
        RangeWatch[] watches = [.. _ranges.Values];
        (_walk with { BatchSize = RangeBatch }).Run(_match.Floats, _ranges.Keys, probe =>
        {
            Concurrently.For(watches.Length, _walk.Threads, cancel, i => Watch(watches[i], probe[watches[i].Value].Floats));
            _samples += probe.Samples;
            progress.Report(Math.Min(1, _samples / (double)_walk.Data.Count));
        }, cancel);
        _samples = _walk.Data.Count;
    }

    /// <summary>Runs nodes alone, and the network with and without each.</summary>
    public void Compare(IProgress<double> progress, CancellationToken cancel)
    {
        HashSet<string> inQuantized = [.. _units.All.Select(Counterpart).OfType<string>().Where(v => _match.Quantized.Inputs.All(i => i.Name != v))];
        long perSample = Math.Max(1, (WholeRun.Bytes(Bound(_match.Floats, _ports, 1), _plan) + WholeRun.Bytes(_hybrid.Quantized(), _plan)
            + WholeRun.Bytes(Bound(_match.Quantized, _otherPorts, 1), _plan, inQuantized)) / FixedOr(1));
        int most = Math.Min(_options.OutputSamples, _walk.Data.Count), fitting = (int)Math.Clamp(MostBytes / perSample, 1, most), batch = FixedOr(most / ((most + fitting - 1) / fitting));
        _hybrid = new HybridNetwork(_match, _ports.For(batch));
        Model floats = Bound(_match.Floats, _ports, batch);
        _profile = Profile.Of(floats).Layers.ToLookup(l => l.Node.Name, l => l with { Macs = l.Macs / batch }, StringComparer.Ordinal);
        var known = new Known(new WholeRun(floats, _plan), new WholeRun(_hybrid.Quantized(), _plan), new WholeRun(Bound(_match.Quantized, _otherPorts, batch), _plan, inQuantized));
        int rounds = Math.Max(1, most / batch), round = 0;
        using var loader = new BatchLoader(_walk.Data, _walk.Preprocessing, new BatchOptions { BatchSize = batch }, cancel);
        for (; round < rounds && loader.TryNext(out Batch? samples); round++)
        {
            foreach (WholeRun run in new[] { known.Floats, known.All, known.Quantized }) run.Run(samples.Inputs.Span[..(samples.Count * _walk.Data.SampleLength)], cancel);
            _whole.AddOutput(Output(known.Floats), Output(known.Quantized));
            Check(known);
            for (int i = 0; i < _tallies.Length; i++)
            {
                Alone(_units.All[i], _tallies[i], known, cancel);
                _tallies[i].Output = Added(_tallies[i].Output, known, Only(_units.All[i]), known.Floats, cancel);
                progress.Report((round + 0.7 * (i + 1) / _tallies.Length) / rounds);
            }
            // What is left out follows from the first batch, so that all batches leave out the same.
            if (round == 0)
                foreach ((QuantizedUnit unit, Tally tally) in _units.All.Zip(_tallies)) tally.Exclude = Excluded(unit, tally);
            for (int i = 0; i < _tallies.Length; i++)
            {
                _tallies[i].Without = Added(_tallies[i].Without, known, Without(_tallies[i].Exclude), known.All, cancel);
                progress.Report((round + 0.7 + 0.3 * (i + 1) / _tallies.Length) / rounds);
            }
            Try(known, first: round == 0, cancel);
            _compared += batch;
        }
    }

    /// <summary>What all came to.</summary>
    public QuantizationReport Report()
    {
        PartSizes sizes = new ModelMeter(new EvaluationOptions()).Measure(_match.Quantized, new ContainerSettings());
        ImmutableArray<NodeDiagnosis> nodes = [.. _units.All.Select((u, i) => Diagnosis(u, _tallies[i], sizes))];
        return new QuantizationReport
        {
            Nodes = nodes,
            Culprits = [.. Ranked().Select(i => nodes[i])],
            Output = _whole.Fidelity,
            Exclusions = [.. _trials.Select((t, i) => new ExclusionTrial(i + 1, t.Nodes, t.Sum.Fidelity, Bytes(t.Nodes, sizes), Macs(t.Nodes)))],
            Unmatched = [.. _faults],
            Samples = _samples,
            OutputSamples = _compared,
            Macs = _profile.SelectMany(l => l).Sum(l => l.Macs),
        };
    }

    // The output of the network with one node quantized says what it does; where that is equal the earlier node comes first.
    private IEnumerable<int> Ranked() => Enumerable.Range(0, _tallies.Length)
        .OrderBy(i => Rounded(_tallies[i].Output.Decibels)).ThenBy(i => Rounded(_tallies[i].Alone.Decibels)).ThenBy(i => i);

    private static double Rounded(double decibels) => double.IsFinite(decibels) ? Math.Round(decibels / Alike) * Alike : decibels;

    private static void Watch(RangeWatch watch, ReadOnlySpan<float> numbers)
    {
        try
        {
            watch.Add(numbers);
        }
        catch (DataException)
        {
            throw new DataException($"The value '{watch.Value}' of the float network is NaN or infinite on these samples, before anything is quantized. Look at the network and at how samples become inputs.");
        }
    }

    private int FixedOr(int batch) => _ports.Batch is null ? _ports.FixedBatch : _otherPorts.Batch is null ? _otherPorts.FixedBatch : batch;

    private static Model Bound(Model model, ClassifierPorts ports, int batch)
    {
        if (ports.For(batch).IsEmpty) return model;
        var editor = new ModelEditor(model);
        foreach ((string name, TensorType type) in model.Inputs) editor.SetInput(name, type with { Shape = type.Shape.Bind(ports.For(batch)) });
        return editor.Build();
    }

    private static Tensor Output(WholeRun run) => run[run.Model.Outputs[0]];

    // The float network with everything quantized must be the quantized network; where it is not, some of it was not matched.
    private void Check(Known known)
    {
        var sum = default(NoiseSum);
        sum.Add(Output(known.Quantized).Floats, Output(known.All).Floats);
        if (_compared == 0 && sum.Decibels < 60 && !double.IsNegativeInfinity(_whole.Decibels))
            _faults.Add(FormattableString.Invariant($"with all that was matched quantized the float network comes within {sum.Decibels:0.#} dB of the quantized one: some of the difference lies elsewhere"));
    }

    // One node in several ways, fed with floats.
    private void Alone(QuantizedUnit unit, Tally tally, Known known, CancellationToken cancel)
    {
        HashSet<string> own = [.. QuantizedUnits.NodesOf(unit)];
        string result = unit.Result;
        QuantizerChain? chain = unit.Values.IsEmpty ? null : _units.ChainOf(result);
        bool Parameter(Node n, int i) => n == unit.Node;
        bool Operand(Edge e) => e.Reader == unit.Node?.Name;
        void Add(ref NoiseSum sum, Func<Node, int, bool> parameter, Func<Edge, bool> edge, QuantizerChain? quantizer)
        {
            var part = new PartialNetwork(_hybrid.Build(parameter, edge, result, quantizer), known.Floats, _plan);
            part.Run(cancel);
            sum.Add(known.Floats[result].Floats, part.Output().Floats);
        }
        Add(ref tally.Alone, Parameter, Operand, chain);
        if (unit.Weight >= 0) Add(ref tally.Weight, (n, i) => n == unit.Node && i == unit.Weight, _ => false, null);
        if (!unit.Others.IsEmpty) Add(ref tally.Bias, (n, i) => n == unit.Node && unit.Others.Contains(i), _ => false, null);
        tally.HasOperands = unit.Node is not null && _match.Chains.Keys.Any(e => e.Reader == unit.Node.Name);
        if (tally.HasOperands) Add(ref tally.Operands, (_, _) => false, Operand, null);
        if (chain is not null) Add(ref tally.Result, (_, _) => false, _ => false, chain);
        string? other = Counterpart(unit);
        tally.HasCounterpart = other is not null && known.Quantized.Has(other) && known.Quantized[other].Length == known.Floats[result].Length;
        if (tally.HasCounterpart) tally.Accumulated.Add(known.Floats[result].Floats, known.Quantized[other!].Floats);
    }

    // The value of the quantized network that a unit's result is compared with.
    private string? Counterpart(QuantizedUnit unit) =>
        (unit.Values.IsEmpty ? null : _units.ChainOf(unit.Result)?.End) ?? _match.Values.GetValueOrDefault(unit.Result);

    private NoiseSum Added(NoiseSum sum, Known known, Model hybrid, WholeRun from, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var part = new PartialNetwork(hybrid, from, _plan);
        part.Run(cancel);
        sum.AddOutput(Output(known.Floats), part.Output());
        return sum;
    }

    // Its parameters, and its values wherever they are read; operands are their makers' business.
    private Model Only(QuantizedUnit unit) => _hybrid.Build((n, _) => n == unit.Node, e => unit.Values.Any(v => _units.ReadersOf(v).Contains(e)));

    private Model Without(IEnumerable<string> nodes)
    {
        HashSet<string> left = [.. nodes.SelectMany(n => _byNode.TryGetValue(n, out QuantizedUnit? unit) ? QuantizedUnits.NodesOf(unit) : [n])];
        Dictionary<string, Node> all = _match.Floats.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        string Value(Edge e) => e.Reader.Length == 0 ? _match.Floats.Outputs[e.Input] : all[e.Reader].Inputs[e.Input];
        return _hybrid.Build((n, _) => !left.Contains(n.Name), e => _units.StaysQuantized(e, Value(e), left));
    }

    // Leaving a node out keeps its result quantized for those that read it: to be rid of that, they must be left out.
    private ImmutableArray<string> Excluded(QuantizedUnit unit, Tally tally)
    {
        double parameters = Math.Min(unit.Weight >= 0 ? tally.Weight.Decibels : double.PositiveInfinity, unit.Others.IsEmpty ? double.PositiveInfinity : tally.Bias.Decibels);
        string[] users = [.. _units.Users(unit)];
        bool byResult = users.Length > 0 && !unit.Values.IsEmpty && tally.Result.Decibels < parameters;
        return byResult || unit.Node is null ? [.. users] : [unit.Node.Name];
    }

    private void Try(Known known, bool first, CancellationToken cancel)
    {
        if (first)
        {
            int[] ranked = [.. Ranked().Take(_options.MostExcluded)];
            for (int k = 1; k <= ranked.Length; k++) _trials.Add(([.. ranked.Take(k).SelectMany(i => _tallies[i].Exclude).Distinct(StringComparer.Ordinal)], default));
        }
        for (int k = 0; k < _trials.Count; k++) _trials[k] = (_trials[k].Nodes, Added(_trials[k].Sum, known, Without(_trials[k].Nodes), known.All, cancel));
    }

    private NodeDiagnosis Diagnosis(QuantizedUnit unit, Tally tally, PartSizes sizes)
    {
        string? weight = unit.Weight < 0 ? null : unit.Node!.Inputs[unit.Weight];
        string name = weight is null ? "" : _match.QuantizedInput(unit.Node!, unit.Weight);
        var diagnosis = new NodeDiagnosis
        {
            Name = unit.Name,
            Operator = unit.Node?.Operator.Name ?? "input",
            Weight = weight is null ? null : WeightComparison.Of(name, _match.Floats.Weights[weight], _match.Quantized.Weights[name], unit.Node!.Operator.WeightAxis(unit.Weight)),
            Result = unit.Values.Select(v => _ranges.GetValueOrDefault(v)).FirstOrDefault(r => r is not null)?.Result(),
            Alone = tally.Alone.Decibels,
            Accumulated = tally.HasCounterpart ? tally.Accumulated.Decibels : double.NaN,
            WeightAlone = unit.Weight >= 0 ? tally.Weight.Decibels : null,
            BiasAlone = unit.Others.IsEmpty ? null : tally.Bias.Decibels,
            OperandsAlone = tally.HasOperands ? tally.Operands.Decibels : null,
            ResultAlone = unit.Values.IsEmpty ? null : tally.Result.Decibels,
            Output = tally.Output.Fidelity,
            Exclude = tally.Exclude,
            Without = tally.Without.Fidelity,
            ExcludedBytes = Bytes(tally.Exclude, sizes),
            ExcludedMacs = Macs(tally.Exclude),
        };
        return diagnosis with { Verdicts = QuantizationVerdicts.Of(diagnosis) };
    }

    private long Bytes(IEnumerable<string> nodes, PartSizes sizes) => nodes.Select(n => _byNode.GetValueOrDefault(n)).OfType<QuantizedUnit>().Where(u => u.Weight >= 0).Select(u => _match.QuantizedInput(u.Node!, u.Weight))
        .Distinct(StringComparer.Ordinal).Sum(w => sizeof(float) * (long)_match.Quantized.Weights[w].Length - sizes.BytesOf(w));

    private long Macs(IEnumerable<string> nodes) => nodes.Sum(n => _profile[n].Sum(l => l.Macs));

    private sealed record Known(WholeRun Floats, WholeRun All, WholeRun Quantized);

    private sealed class Tally
    {
        public NoiseSum Alone, Accumulated, Weight, Bias, Operands, Result, Output, Without;

        public bool HasOperands, HasCounterpart;

        public ImmutableArray<string> Exclude = [];
    }
}
