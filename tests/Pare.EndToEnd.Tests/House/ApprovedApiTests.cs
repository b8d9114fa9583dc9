using System.Reflection;
using System.Text;

namespace Pare.EndToEnd.Tests.House;

/// <summary>The public API stands in a text file under review. After a wanted change run the test with PARE_APPROVE=1 and commit the file.</summary>
public class ApprovedApiTests
{
    [Theory]
    [InlineData("Pare")]
    [InlineData("Pare.Compression")]
    [InlineData("Pare.Jit")]
    public void PublicApi_IsAsApproved(string assembly)
    {
        string file = Path.Combine(Repository.Root, "tests", "Pare.EndToEnd.Tests", "House", $"{assembly}.approved.txt");
        string api = Describe(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable("PARE_APPROVE") == "1") File.WriteAllText(file, api);

        api.ShouldBe(File.Exists(file) ? File.ReadAllText(file) : "", $"The public API of {assembly} changed. If that is wanted: PARE_APPROVE=1 dotnet test tests/Pare.EndToEnd.Tests --filter ApprovedApi");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.FullName).Append('\n');
            foreach (string member in Members(type).Distinct().Order(StringComparer.Ordinal)) text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Kind(Type type) =>
        type.IsInterface ? "interface" : type.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsValueType ? "struct"
        : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            string? line = member switch
            {
                ConstructorInfo c when Visible(c) => $"new({Parameters(c)})",
                MethodInfo m when Visible(m) && !m.IsSpecialName && !Generated(m) => $"{Name(m.ReturnType)} {m.Name}({Parameters(m)})",
                MethodInfo m when Visible(m) && m.Name.StartsWith("op_", StringComparison.Ordinal) && !Generated(m) => $"{Name(m.ReturnType)} {m.Name}({Parameters(m)})",
                PropertyInfo p when p.GetMethod is { } get && Visible(get) && p.Name != "EqualityContract" => $"{Name(p.PropertyType)} {p.Name} {{ get;{(p.SetMethod is { } set && Visible(set) ? " set;" : "")} }}",
                FieldInfo f when (f.IsPublic || f.IsFamily) && !f.IsSpecialName => $"{Name(f.FieldType)} {f.Name}",
                EventInfo e => $"event {e.Name}",
                _ => null,
            };
            if (line is not null) yield return line;
        }
    }

    private static bool Visible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;

    private static bool Generated(MethodInfo m) => m.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))
        || m.Name is "ToString" or "GetHashCode" or "Equals" or "PrintMembers" || m.Name.StartsWith('<');

    private static string Parameters(MethodBase m) => string.Join(", ", m.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? " = " + (p.DefaultValue ?? "default") : "")}"));

    private static string Name(Type type)
    {
        if (!type.IsGenericType) return type.Name;
        string name = type.Name.Split('`')[0];
        return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
