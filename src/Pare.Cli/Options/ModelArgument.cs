using System.CommandLine;

namespace Pare.Cli.Options;

/// <summary>The model that a verb works on, and other arguments that many verbs share.</summary>
internal static class ModelArgument
{
    /// <summary>The model.</summary>
    public static Argument<string> Create() => new("model") { HelpName = "MODEL", Description = "A model: .onnx or .pare." };

    /// <summary>Threads.</summary>
    public static Option<int> Threads() => Checked(
        new Option<int>("--threads") { HelpName = "NUMBER", Description = "Threads, 1 to 1024; 0: one for each processor. The result is the same. Default: 0." }, 0, 1024);

    /// <summary>Samples of one run.</summary>
    public static Option<int> Batch(int byDefault) => Checked(
        new Option<int>("--batch") { HelpName = "SAMPLES", Description = $"Samples of one run, 1 to 65536. Default: {byDefault}.", DefaultValueFactory = _ => byDefault }, 1, 65_536);

    /// <summary>The seed of everything random.</summary>
    public static Option<ulong> Seed(ulong byDefault, string what) =>
        new("--seed") { HelpName = "NUMBER", Description = $"Seed of {what}. Default: {byDefault}.", DefaultValueFactory = _ => byDefault };

    /// <summary>How many threads are meant.</summary>
    public static int ThreadCount(Invocation run, Option<int> option) => run.Get(option) is > 0 and int given ? given : run.Host.Processors;

    /// <summary>Checks the range of a number while parsing.</summary>
    public static TOption Checked<TOption>(TOption option, int least, int most) where TOption : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
                result.AddError($"{option.Name} is {value}; expected {least} to {most}.");
        });
        return option;
    }
}
