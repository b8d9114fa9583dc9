using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Pare.Compression.Settings;

/// <summary>Holds the numbers of a settings record against the ranges that their attributes declare.</summary>
internal static class SettingRanges
{
    /// <summary>One sentence for each number out of range; NaN always is. Lists are checked number by number.</summary>
    public static List<string> Faults(object settings)
    {
        var faults = new List<string>();
        foreach (PropertyInfo property in settings.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<SettingAttribute>() is not { } setting) continue;
            object? value = property.GetValue(settings);
            foreach (object? one in value is IEnumerable list and not string ? list.Cast<object?>() : [value])
            {
                if (one is null or bool or Enum or not IConvertible or string) continue;
                double number = Convert.ToDouble(one, CultureInfo.InvariantCulture);
                if (!(number >= setting.Min && number <= setting.Max))
                    faults.Add(string.Create(CultureInfo.InvariantCulture, $"{property.Name} is {number}; expected {setting.Min} to {setting.Max}{(setting.Unit is null ? "" : " " + setting.Unit)}."));
            }
        }
        return faults;
    }
}
