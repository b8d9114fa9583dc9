using System.Text;

namespace Pare.Compression.Settings;

/// <summary>Names as users write them.</summary>
internal static class KebabCase
{
    /// <summary>"KeepZero" becomes "keep-zero"; a run of capitals or digits stays together: "UseL2Norm" becomes "use-l2-norm".</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            bool starts = char.IsUpper(name[i]) && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (starts) text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
