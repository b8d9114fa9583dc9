using System.CommandLine;
using Pare.Jit;
using Pare.Runtime;

namespace Pare.Cli.Options;

/// <summary>How a network is run: threads, and whether kernels may be emitted as machine code.</summary>
internal sealed class EngineArguments
{
    private readonly Option<int> _threads = ModelArgument.Threads();
    private readonly Option<bool> _plain = new("--no-machine-code") { Description = "Runs kernels of C# alone: no machine code is emitted for the network. Integers are the same." };

    /// <summary>All options.</summary>
    public IEnumerable<Symbol> Options => [_threads, _plain];

    /// <summary>How plans are made.</summary>
    public PlanOptions Of(Invocation run)
    {
        var options = new PlanOptions { Threads = ModelArgument.ThreadCount(run, _threads) };
        return run.Get(_plain) ? options : options.WithMachineCode();
    }
}
