using System.Collections.Immutable;
using Pare.Compression.Methods;
using Pare.Compression.Settings;
using Pare.Compression.Training;

namespace Pare.Compression.Search;

/// <summary>The setting that a search goes over: a number of one step.</summary>
/// <param name="Step">The number of the step, from 0.</param>
/// <param name="Method">The step's method.</param>
/// <param name="Name">The setting's name; "retrain.epochs" for one of a group.</param>
/// <param name="Setting">Its type and range.</param>
public sealed record SweptSetting(int Step, CompressionMethod Method, string Name, Setting Setting)
{
    /// <summary>Finds it in a recipe.</summary>
    /// <param name="draft">The recipe.</param>
    /// <param name="method">The method of the step, or null where the setting says it all.</param>
    /// <param name="name">The setting, or null for the first number of the only step that has any.</param>
    /// <exception cref="RecipeException">There is none, it is no number, or there are several.</exception>
    public static SweptSetting Find(RecipeDraft draft, string? method, string? name)
    {
        ImmutableArray<CompressionMethod> methods = draft.Methods;
        int[] steps = [.. Enumerable.Range(0, methods.Length).Where(i => method is null || methods[i].Name == method)];
        if (steps.Length == 0) throw new RecipeException($"No step is '{method}'.{ClosestName.Hint(method!, methods.Select(m => m.Name))} Steps: {string.Join(", ", methods.Select(m => m.Name))}.");
        SweptSetting[] found = [.. steps
            .Select(i => (Step: i, Method: methods[i], Name: name ?? NumbersOf(methods[i]).FirstOrDefault()))
            .Select(c => c.Name is not null && Resolve(c.Method, c.Name) is { } setting ? new SweptSetting(c.Step, c.Method, c.Name, setting) : null)
            .OfType<SweptSetting>()];
        string known = string.Join("; ", steps.Select(i => $"{methods[i].Name}: {string.Join(", ", NumbersOf(methods[i]).DefaultIfEmpty("none"))}").Distinct());
        return found switch
        {
            [] when name is null => throw new RecipeException($"There is no number to go over. Numbers: {known}."),
            [] => throw new RecipeException($"There is no setting '{name}'.{ClosestName.Hint(name, steps.SelectMany(i => NumbersOf(methods[i])))} Numbers: {known}; retrain.SETTING, too."),
            [var one] => IsNumber(one.Setting) ? one : throw new RecipeException($"'{one.Name}' must be {one.Setting.Expected}; a grid goes over a number. Numbers: {known}."),
            _ => throw new RecipeException(
                $"Several steps could be meant: {string.Join(", ", found.Select(f => $"step {f.Step + 1} ({f.Method.Name}:{f.Name})"))}. Say which, as in {found[0].Method.Name}:{found[0].Name}=..."),
        };
    }

    private static IEnumerable<string> NumbersOf(CompressionMethod method) => SettingsSchema.Of(TypeOf(method)).Settings.Where(IsNumber).Select(s => s.Name);

    private static Type TypeOf(CompressionMethod method) => method is Retrain ? typeof(TrainingSettings) : method.Defaults.GetType();

    private static bool IsNumber(Setting setting) =>
        setting.Element is null && (setting.Type == typeof(int) || setting.Type == typeof(long) || setting.Type == typeof(ulong) || setting.Type == typeof(float) || setting.Type == typeof(double));

    private static Setting? Resolve(CompressionMethod method, string name)
    {
        string[] path = name.Split('.');
        Type? type = TypeOf(method);
        if (method is not Retrain && path[0] == RecipeReader.RetrainKey) (type, path) = (typeof(TrainingSettings), path[1..]);
        Setting? found = null;
        foreach (string part in path)
        {
            found = type is null ? null : SettingsSchema.Of(type).Find(part);
            type = found is { IsSection: true } ? found.Type : null;
        }
        return found;
    }
}
