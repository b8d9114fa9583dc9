using System.Text.Json.Nodes;
using Pare.Cli.Output;
using Pare.Compression;
using Pare.Compression.Settings;

namespace Pare.Cli.Commands;

/// <summary>Shows the recipes that come with Pare, and the compression methods with their settings.</summary>
internal static class MethodList
{
    /// <summary>Shows them.</summary>
    public static ExitCode Show(Invocation run)
    {
        var methods = new JsonArray();
        TextTable recipes = new TextTable().Left("recipe").Left("what it does");
        foreach (BuiltInRecipe recipe in RecipeCatalog.Default) recipes.Row(recipe.Name, recipe.Summary);
        run.Terminal.Table(recipes);
        foreach (CompressionMethod method in MethodCatalog.Default)
        {
            TextTable table = new TextTable().Left("").Left("setting").Left("default").Left("value").Left("what it does");
            var settings = new JsonArray();
            int rows = 0;
            foreach (Setting setting in SettingsSchema.Of(method.Defaults.GetType()).Settings)
            {
                string byDefault = Setting.Text(setting.ValueIn(method.Defaults));
                if (!setting.IsSection && ++rows > 0) table.Row("", setting.Name, byDefault == "null" ? "-" : byDefault, setting.Expected, setting.Help);
                settings.Add((JsonNode)new JsonObject { ["name"] = setting.Name, ["default"] = byDefault, ["expected"] = setting.Expected, ["help"] = setting.Help });
            }
            run.Terminal.Heading($"{method.Name}: {method.Summary}");
            if (rows > 0) run.Terminal.Table(table);
            methods.Add((JsonNode)new JsonObject { ["name"] = method.Name, ["summary"] = method.Summary, ["settings"] = settings });
        }
        run.Terminal.Line();
        run.Terminal.Prose("Every step also takes layers=[PATTERN,...] and retrain.SETTING=VALUE; the settings of 'pare train --help' are those of training.");
        run.Terminal.Json("compress", new JsonObject
        {
            ["recipes"] = new JsonArray([.. RecipeCatalog.Default.Select(r => (JsonNode)new JsonObject { ["name"] = r.Name, ["summary"] = r.Summary, ["yaml"] = r.Yaml })]),
            ["methods"] = methods,
        });
        return ExitCode.Done;
    }
}
