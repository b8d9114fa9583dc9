using System.CommandLine;
using Pare.Compression;

namespace Pare.Cli.Options;

/// <summary>The options that say what is done to a model: a recipe, or methods named on the line.</summary>
internal sealed class RecipeArguments
{
    private readonly Option<string?> _recipe = new("--recipe", "-r") { HelpName = "FILE", Description = "A recipe in YAML, or one of those that come with Pare (see 'pare compress --list')." };
    private readonly Option<string[]> _methods = new("--method", "-m")
    {
        HelpName = "NAME:key=value,...",
        Description = "A step, in the place of a recipe; may be given several times. See 'pare compress --list'.",
    };
    private readonly Option<ulong?> _seed = new("--seed") { HelpName = "NUMBER", Description = "Seed of everything random. Default: as the recipe says, else 1." };

    /// <summary>Recipe and methods.</summary>
    public IEnumerable<Option> Options => [_recipe, _methods];

    /// <summary>The seed.</summary>
    public Option Seed => _seed;

    /// <summary>What the user wrote, not yet read.</summary>
    /// <exception cref="UsageException">There is no recipe of that name, or not exactly one of recipe and methods is given.</exception>
    public RecipeDraft Draft(Invocation run)
    {
        string? file = run.Get(_recipe);
        string[] methods = run.Get(_methods) ?? [];
        if ((file is null) == (methods.Length == 0)) throw new UsageException("Say what to do with --recipe FILE, or with --method NAME:key=value,... ; one of the two.");
        return file is null ? RecipeDraft.OfArguments(methods)
            : File.Exists(file) ? RecipeDraft.OfYaml(File.ReadAllText(file), file)
            : RecipeCatalog.Default.Find(file) is { } builtIn ? RecipeDraft.OfYaml(builtIn.Yaml, builtIn.Name)
            : throw new UsageException(
                $"There is no recipe '{file}'.{Closest.Hint(file, RecipeCatalog.Default.Select(r => r.Name))} Give a file, or one of {string.Join(", ", RecipeCatalog.Default.Select(r => r.Name))}.");
    }

    /// <summary>The recipe, with the seed that the user chose.</summary>
    /// <exception cref="RecipeException">Something is wrong; every fault is listed.</exception>
    public Recipe Read(Invocation run, RecipeDraft draft, params IReadOnlyCollection<SettingEdit> edits)
    {
        Recipe recipe = draft.Read(edits);
        return run.Get(_seed) is { } seed ? recipe with { Seed = seed } : recipe;
    }
}
