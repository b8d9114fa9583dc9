using System.CommandLine;
using Pare.Jit;
using Pare.Runtime;

namespace Pare.Cli.Options;

/// <summary>How a network is run: threads, whether kernels may be emitted as machine code, and what compressed weights may cost.</summary>
internal sealed class EngineArguments
{
    private static readonly string[] Weights = [.. Enum.GetNames<PlanWeights>().Select(n => n.ToLowerInvariant())];

    private readonly Option<int> _threads = ModelArgument.Threads();
    private readonly Option<bool> _plain = new("--no-machine-code") { Description = "Runs kernels of C# alone: no machine code is emitted for the network. Integers are the same." };

    private readonly Option<string> _weights = new("--weights")
    {
        HelpName = string.Join('|', Weights),
        Description = "Compressed weights stay so in memory where that costs a tenth of the time at most, always, or only where it is fastest. Default: balanced.",
        DefaultValueFactory = _ => Weights[0],
    };

    /// <summary>All options.</summary>
    public IEnumerable<Symbol> Options => [_threads, _plain, _weights];

    /// <summary>How plans are made.</summary>
    public PlanOptions Of(Invocation run)
    {
        string given = run.Get(_weights)!;
        int weights = Array.IndexOf(Weights, given);
        if (weights < 0) throw new UsageException($"--weights is '{given}'; expected {string.Join(", ", Weights[..^1])} or {Weights[^1]}.{Closest.Hint(given, Weights)}");
        var options = new PlanOptions { Threads = ModelArgument.ThreadCount(run, _threads), Weights = (PlanWeights)weights };
        return run.Get(_plain) ? options : options.WithMachineCode();
    }
}
