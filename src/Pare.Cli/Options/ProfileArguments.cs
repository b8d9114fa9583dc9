using System.Collections.Immutable;
using System.CommandLine;
using Pare.Inspection;

namespace Pare.Cli.Options;

/// <summary>How a model is profiled: lengths of open axes, and the rule of counting.</summary>
internal sealed class ProfileArguments
{
    private readonly Option<int?> _batch = new("--batch") { HelpName = "SAMPLES", Description = "Samples of one run, 1 to 65536, where the first length of the inputs is open. Default: 1." };
    private readonly Option<string[]> _dims = new("--dim")
    {
        HelpName = "NAME=VALUE",
        Description = "The value of an open length of the inputs; may be given several times. Default: 1 for each.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string> _count = new("--count")
    {
        HelpName = "UNIT",
        Description = "macs, or flops: 2 for each multiplication with its addition. Default: macs.",
        DefaultValueFactory = _ => "macs",
    };
    private readonly Option<string> _parameters = new("--parameters")
    {
        HelpName = "WHICH",
        Description = "What counts as a parameter. trained: kernels, biases, factors and offsets of normalizations; stored: running means and variances too; kernels: weights of convolutions and products alone. Default: trained.",
        DefaultValueFactory = _ => "trained",
    };
    private readonly Option<bool> _bias = new("--with-bias") { Description = "Counts the additions of biases." };
    private readonly Option<bool> _norm = new("--with-batch-norm") { Description = "Counts normalizations: 1 MAC or 2 FLOPs for each number of a batch norm." };
    private readonly Option<bool> _other = new("--with-other") { Description = "Counts pooling, activations, sums and all else, 1 for each operation." };

    public IEnumerable<Symbol> Symbols => [_batch, _dims, _count, _parameters, _bias, _norm, _other];

    /// <summary>The rule that was asked for.</summary>
    /// <exception cref="UsageException">A word is not known.</exception>
    public Counting Counting(Invocation run) => new()
    {
        Unit = Word(run, _count, ["macs", "flops"]) == "flops" ? CountUnit.Flops : CountUnit.Macs,
        Parameters = Word(run, _parameters, ["trained", "stored", "kernels"]) switch { "stored" => CountedParameters.Stored, "kernels" => CountedParameters.Kernels, _ => CountedParameters.Trained },
        WithBias = run.Get(_bias),
        WithNormalization = run.Get(_norm),
        WithOther = run.Get(_other),
    };

    /// <summary>The values of the model's open lengths.</summary>
    /// <exception cref="UsageException">A name is not open in this model, or a value is no length.</exception>
    public ImmutableDictionary<string, long> Bindings(Invocation run, Model model)
    {
        ImmutableDictionary<string, long>.Builder bindings = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        string[] open = [.. model.Inputs.SelectMany(i => i.Type.Shape).SelectMany(d => d.Names).Distinct(StringComparer.Ordinal)];
        if (run.Get(_batch) is { } batch)
        {
            if (batch is < 1 or > 65_536) throw new UsageException($"--batch is {batch}; expected 1 to 65536.");
            string[] first = [.. model.Inputs.Where(i => i.Type.Shape.Rank > 0).SelectMany(i => i.Type.Shape[0].Names).Distinct(StringComparer.Ordinal)];
            if (first.Length == 0)
                throw new UsageException($"--batch: the batch of this model is fixed: {string.Join(", ", model.Inputs.Select(i => $"{i.Name} {i.Type}"))}.");
            foreach (string name in first) bindings[name] = batch;
        }
        foreach (string text in run.Get(_dims) ?? [])
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string name = equals > 0 ? text[..equals] : text;
            if (equals <= 0 || !long.TryParse(text[(equals + 1)..], out long value) || value is < 1 or > int.MaxValue)
                throw new UsageException($"--dim has '{text}'; expected NAME=VALUE with a value from 1.");
            if (!open.Contains(name))
                throw new UsageException($"--dim: no length of the inputs is called '{name}'.{Closest.Hint(name, open)} Open: {(open.Length == 0 ? "none" : string.Join(", ", open))}.");
            bindings[name] = value;
        }
        return bindings.ToImmutable();
    }

    private static string Word(Invocation run, Option<string> option, string[] known)
    {
        string word = run.Get(option)!;
        return known.Contains(word) ? word : throw new UsageException($"{option.Name} is '{word}'; expected {string.Join(" or ", known)}.{Closest.Hint(word, known)}");
    }
}
