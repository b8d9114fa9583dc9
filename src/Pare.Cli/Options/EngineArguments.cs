using System.CommandLine;
using Pare.Jit;
using Pare.Runtime;

namespace Pare.Cli.Options;

/// <summary>How a network is run: threads, whether kernels may be emitted as machine code, and what compressed weights may cost.</summary>
internal sealed class EngineArguments
{
    private readonly Option<int> _threads = ModelArgument.Threads();
    private readonly Option<bool> _plain = new("--no-machine-code") { Description = "Runs kernels of C# alone: no machine code is emitted for the network. Integers are the same." };

    private readonly Option<PlanWeights> _weights = new("--weights")
    {
        HelpName = "balanced|compressed|fastest",
        Description = "Compressed weights stay so in memory where that costs a tenth of the time at most, always, or only where it is fastest. Default: balanced.",
        DefaultValueFactory = _ => PlanWeights.Balanced,
    };

    /// <summary>All options.</summary>
    public IEnumerable<Symbol> Options => [_threads, _plain, _weights];

    /// <summary>How plans are made.</summary>
    public PlanOptions Of(Invocation run)
    {
        var options = new PlanOptions { Threads = ModelArgument.ThreadCount(run, _threads), Weights = run.Get(_weights) };
        return run.Get(_plain) ? options : options.WithMachineCode();
    }
}
