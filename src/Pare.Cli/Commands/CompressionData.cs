using System.CommandLine;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression;
using Pare.Compression.Data;

namespace Pare.Cli.Commands;

/// <summary>The samples of a compression.</summary>
/// <param name="Name">The set's name; "" without one.</param>
/// <param name="Train">To train on, or null.</param>
/// <param name="Validation">To choose by, or null.</param>
/// <param name="Test">Opens the official test set, which is read once at the end; null where it is left alone.</param>
internal sealed record CompressionData(string Name, DataSet? Train, DataSet? Validation, Func<DataSet>? Test)
{
    /// <summary>No data: the weights must say it all.</summary>
    public static CompressionData None { get; } = new("", null, null, null);

    /// <summary>How many samples are kept apart.</summary>
    public static Option<int?> ValidationOption() => new("--validation")
    {
        HelpName = "SAMPLES",
        Description = "Training samples kept apart to choose by. Default: as the model was trained with, else 5000, or a tenth of a small set.",
    };

    /// <summary>Opens the data, if any is named, and notes in the model how its inputs are made.</summary>
    /// <param name="run">The run.</param>
    /// <param name="arguments">What the user says of the data.</param>
    /// <param name="recipe">What the recipe says of it.</param>
    /// <param name="count">How many samples are kept apart; null: as the model was trained with.</param>
    /// <param name="test">Whether the test set is to be read, where there is one.</param>
    /// <param name="model">The model.</param>
    public static CompressionData Open(Invocation run, DataArguments arguments, Recipe recipe, int? count, bool test, ref Model model)
    {
        if ((arguments.Named(run) ?? recipe.Data) is not { } name) return None;
        if (ForeignNodes.Of(model) is { IsEmpty: false } foreign)
        {
            if (recipe.Steps.Any(s => s.Needs.HasFlag(MethodNeeds.Training))) ForeignNodes.Refuse(model, "be trained, which the recipe asks for");
            run.Terminal.Note($"The data are not used, because the model cannot run: it needs what Pare lacks:{ForeignNodes.Describe(foreign)}");
            return None;
        }
        DataSource source = arguments.Source(run, name);
        DataSet all = DataArguments.Open(run, source, DataPart.Train);
        if ((arguments.Override(run, model, all) ?? recipe.Preprocessing) is { } preprocessing)
        {
            preprocessing = preprocessing with { Trained = Preprocessing.FromMetadata(model.Metadata.Properties)?.Trained };
            preprocessing.Check(all);
            foreach ((string key, string value) in preprocessing.TrainedOn(all).ToMetadata()) model = model.WithMetadata(model.Metadata.With(key, value));
        }
        if (all.Classes == 0 && !recipe.Steps.Any(s => s.Needs.HasFlag(MethodNeeds.Training)))
        {
            run.Terminal.Note($"'{source.Name}' has no labels: activations are watched on it, and no errors are measured.");
            return new CompressionData(source.Name, all, null, null);
        }
        ValidationSplit split = ValidationSplit.Of(model) ?? new ValidationSplit(ValidationSplit.CountFor(all), recipe.Seed);
        if (count is not null) split = split with { Count = count.Value };
        (DataSet train, DataSet validation) = all.Split(split.Count, split.Seed);
        run.Terminal.Note($"{Units.Count(split.Count)} of {Units.Count(all.Count)} training samples are kept apart for validation (seed {split.Seed}).");
        test &= source.HasParts;
        run.Terminal.Note(
            test ? "The official test set is read once, at the end."
            : source.HasParts ? "The official test set is not read."
            : $"'{source.Name}' has no test part of its own: errors are those on the validation samples.");
        return new CompressionData(source.Name, train, validation, test ? () => DataArguments.Open(run, source, DataPart.Test) : null);
    }
}
