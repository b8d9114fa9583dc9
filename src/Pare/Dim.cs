using System.Collections.Immutable;
using System.Globalization;

namespace Pare;

/// <summary>One length of a shape: a number, a name ("N"), or a linear form of names ("2*N + 1").</summary>
/// <remarks>
/// Linear forms are what the shape arithmetic of dynamic-batch exports needs. What is not linear (a strided convolution over an
/// unknown height) gets a fresh name; a plan is always made for bound names, where every length is a number.
/// </remarks>
public readonly struct Dim : IEquatable<Dim>
{
    private readonly ImmutableArray<DimTerm> _terms; // sorted by name, no factor is 0; default = none

    private Dim(long constant, ImmutableArray<DimTerm> terms)
    {
        Constant = constant;
        _terms = terms;
    }

    /// <summary>The part that no name multiplies.</summary>
    public long Constant { get; }

    /// <summary>True where the length is a number.</summary>
    public bool IsKnown => _terms.IsDefaultOrEmpty;

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">The length depends on a name.</exception>
    public long Value => IsKnown ? Constant : throw new InvalidOperationException($"The length {this} is not a number yet; bind its names first.");

    /// <summary>True where no part is negative, so that the form is a length whatever its names stand for.</summary>
    public bool IsNatural => Constant >= 0 && Terms.All(t => t.Factor >= 0);

    /// <summary>The names that the length depends on.</summary>
    public IEnumerable<string> Names => Terms.Select(t => t.Name);

    internal ImmutableArray<DimTerm> Terms => _terms.IsDefault ? [] : _terms;

    /// <summary>A length that is only known by its name.</summary>
    public static Dim Named(string name) => new(0, [new DimTerm(name, 1)]);

    /// <summary>A length that is a number.</summary>
    public static implicit operator Dim(long value) => new(value, default);

    /// <summary>Sum.</summary>
    public static Dim operator +(Dim a, Dim b)
    {
        long constant = checked(a.Constant + b.Constant);
        if (a.IsKnown && b.IsKnown) return constant;
        ImmutableArray<DimTerm> left = a.Terms, right = b.Terms;
        ImmutableArray<DimTerm>.Builder sum = ImmutableArray.CreateBuilder<DimTerm>(left.Length + right.Length);
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            int order = i == left.Length ? 1 : j == right.Length ? -1 : string.CompareOrdinal(left[i].Name, right[j].Name);
            DimTerm term = order < 0 ? left[i++] : order > 0 ? right[j++] : new DimTerm(left[i].Name, left[i++].Factor + right[j++].Factor);
            if (term.Factor != 0) sum.Add(term);
        }
        return new Dim(constant, sum.ToImmutable());
    }

    /// <summary>Difference.</summary>
    public static Dim operator -(Dim a, Dim b) => a + b * -1;

    /// <summary>Multiple.</summary>
    public static Dim operator *(Dim a, long factor) =>
        factor == 0 ? 0 : a.IsKnown ? checked(a.Constant * factor)
        : new Dim(checked(a.Constant * factor), [.. a.Terms.Select(t => t with { Factor = checked(t.Factor * factor) })]);

    /// <summary>Product, or null where it is not linear (two lengths that both depend on names).</summary>
    public static Dim? Multiply(Dim a, Dim b) => b.IsKnown ? a * b.Constant : a.IsKnown ? b * a.Constant : null;

    /// <summary>Floor of the quotient, or null where it is no linear form.</summary>
    public static Dim? Divide(Dim a, long divisor)
    {
        if (divisor == 0) return null;
        if (a.IsKnown) return (long)Math.Floor((decimal)a.Constant / divisor);
        return a.Terms.All(t => t.Factor % divisor == 0) && a.Constant % divisor == 0
            ? new Dim(a.Constant / divisor, [.. a.Terms.Select(t => t with { Factor = t.Factor / divisor })])
            : null;
    }

    /// <summary>Replaces the names that <paramref name="values"/> binds.</summary>
    public Dim Bind(IReadOnlyDictionary<string, long> values)
    {
        Dim bound = Constant;
        foreach ((string name, long factor) in Terms)
            bound += (values.TryGetValue(name, out long value) ? value : Named(name)) * factor;
        return bound;
    }

    /// <inheritdoc/>
    public bool Equals(Dim other) => Constant == other.Constant && (IsKnown ? other.IsKnown : Terms.SequenceEqual(other.Terms));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dim other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Terms.Aggregate(Constant.GetHashCode(), (hash, t) => HashCode.Combine(hash, t.Name, t.Factor));

    /// <summary>Equality.</summary>
    public static bool operator ==(Dim a, Dim b) => a.Equals(b);

    /// <summary>Inequality.</summary>
    public static bool operator !=(Dim a, Dim b) => !a.Equals(b);

    /// <summary>The linear form as text: "3", "N", "2*N + 1".</summary>
    public override string ToString()
    {
        IEnumerable<string> parts = Terms.Select(t => t.Factor == 1 ? t.Name : string.Create(CultureInfo.InvariantCulture, $"{t.Factor}*{t.Name}"));
        if (Constant != 0 || IsKnown) parts = parts.Append(Constant.ToString(CultureInfo.InvariantCulture));
        return string.Join(" + ", parts);
    }
}

/// <summary>A name in a <see cref="Dim"/>, and how often it counts.</summary>
internal sealed record DimTerm(string Name, long Factor);
