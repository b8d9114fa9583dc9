namespace Pare.Kernels.Coded;

/// <summary>Codes in vectors of one width: each lane holds 32 bits of codes, those of one output channel.</summary>
/// <remarks>A lane's lowest bits are the code that is next; reading it leaves what lies above in place.</remarks>
/// <typeparam name="TVector">The vector: locals of it live in registers. Codes and numbers are in vectors of one type.</typeparam>
internal unsafe interface ICodeOps<TVector> where TVector : unmanaged
{
    /// <summary>The most bits of codes that are read faster by a table than turned into numbers; 0: none.</summary>
    static abstract int TableBits { get; }

    /// <summary>32 bits of codes for each lane.</summary>
    static abstract TVector Load(uint* from);

    /// <summary>What <see cref="Next"/> needs.</summary>
    static abstract TVector Every(uint bits);

    /// <summary>Drops the lowest codes.</summary>
    /// <param name="words">The codes.</param>
    /// <param name="every">The bits of a code, in every lane.</param>
    /// <param name="bits">The bits of a code.</param>
    static abstract TVector Next(TVector words, TVector every, int bits);

    /// <summary>The number of a table of 16 that the lowest four bits name; it repeats numbers where codes have fewer.</summary>
    /// <param name="words">The codes.</param>
    /// <param name="low">The first numbers of the table.</param>
    /// <param name="high">The numbers after those.</param>
    /// <param name="table">The table.</param>
    static abstract TVector Look(TVector words, TVector low, TVector high, float* table);

    /// <summary>The number of a table of 32 that the lowest five bits name.</summary>
    /// <param name="words">The codes.</param>
    /// <param name="low">The first numbers of the table.</param>
    /// <param name="high">The numbers after those.</param>
    /// <param name="table">The table.</param>
    static abstract TVector LookPair(TVector words, TVector low, TVector high, float* table);

    /// <summary>The number of a table that the lowest bits name.</summary>
    /// <param name="words">The codes.</param>
    /// <param name="mask">A code's bits, in every lane.</param>
    /// <param name="table">A number for each code.</param>
    static abstract TVector Gather(TVector words, TVector mask, float* table);

    /// <summary>The lowest code, less a zero point.</summary>
    /// <param name="words">The codes.</param>
    /// <param name="mask">A code's bits, in every lane.</param>
    /// <param name="zero">The zero point, a float.</param>
    static abstract TVector Number(TVector words, TVector mask, TVector zero);
}
